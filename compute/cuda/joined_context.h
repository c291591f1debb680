#pragma once
// A CUDA context joined to the Vulkan device's ("CUDA in graphics"): the GPU runs both without changing
// between contexts. See renderer/vulkan/external_queue.h.

#include <cuda.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "compute/cuda/runtime.h"

namespace compute::cuda {

/// A context that is current on the thread that made it, from then on: all calls of the runtime on this
/// thread use it.
class JoinedContext {
 public:
  /// `queue` is gpu::Device::external_queue(). Throws core::Error where driver or device cannot join.
  JoinedContext(const Found::Device& device, std::vector<std::byte> queue);
  ~JoinedContext();
  JoinedContext(const JoinedContext&) = delete;
  JoinedContext& operator=(const JoinedContext&) = delete;

  /// Makes the context current on the calling thread too. Throws core::Error.
  void enter() const;
  int device() const { return device_; }
  /// The shared memory of a block in bytes. For kernels that need more the driver has a fallback.
  std::size_t shared_memory() const { return shared_memory_; }

 private:
  int device_ = 0;
  CUcontext context_ = nullptr;
  std::size_t shared_memory_ = 0;
};

/// Enters the context for a backend on `device`: the joined one where `queue` is given or where this device
/// has one already, since a thread has one current context; else returns null and the device's own context
/// is current. Throws core::Error.
std::shared_ptr<JoinedContext> enter_context(const Found::Device& device,
                                             const std::vector<std::byte>& queue);

}  // namespace compute::cuda
