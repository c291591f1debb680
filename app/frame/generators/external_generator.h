#pragma once
// Generates with another API on the GPU that renders (CUDA), in imported memory and between imported
// semaphores. Nothing waits on the host.

#include <memory>

#include "app/frame/generators/generator.h"
#include "compute/backend.h"
#include "neural/network/weights.h"

namespace app {

/// Runs the network on a backend that has interop(). Throws core::Error where the backend has none.
std::unique_ptr<Generator> make_external_generator(std::unique_ptr<compute::Backend> backend,
                                                   neural::Weights weights);

}  // namespace app
