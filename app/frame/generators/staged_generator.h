#pragma once
// Generates with a device that shares nothing with Vulkan (CUDA on another GPU, in WSL, in a container
// without graphics libraries): copies through pinned memory of the host, in the order of the device's queue.
// The driver's thread waits for the rendering and signals; the thread that draws only enqueues.

#include <memory>

#include "app/frame/generators/generator.h"
#include "compute/backend.h"
#include "neural/network/weights.h"

namespace app {

/// Runs the network on a backend that has interop(). Throws core::Error where the backend has none.
std::unique_ptr<Generator> make_staged_generator(std::unique_ptr<compute::Backend> backend,
                                                 neural::Weights weights);

}  // namespace app
