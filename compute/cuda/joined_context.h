#pragma once
// A CUDA context joined to the Vulkan device's ("CUDA in graphics"): the GPU runs both without changing
// between contexts. See renderer/vulkan/external_queue.h.

#include <cuda.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "compute/cuda/runtime.h"

namespace compute::cuda {

/// Current on the thread that made it, from then on: everything of the runtime happens in it.
class JoinedContext {
 public:
  /// `queue`: gpu::Device::external_queue(). Throws core::Error where driver or device cannot join.
  JoinedContext(const Found::Device& device, std::vector<std::byte> queue);
  ~JoinedContext();
  JoinedContext(const JoinedContext&) = delete;
  JoinedContext& operator=(const JoinedContext&) = delete;

  /// Makes it current on this thread too.
  void enter() const;
  int device() const { return device_; }
  /// Of a block, in bytes. For kernels that need more the driver has a fallback.
  std::size_t shared_memory() const { return shared_memory_; }

 private:
  int device_ = 0;
  CUcontext context_ = nullptr;
  std::size_t shared_memory_ = 0;
};

/// The context for a backend on `device`: joined where `queue` is given, or where one of this device's
/// already is, since a thread has one current context; else null, and the device's own is current.
std::shared_ptr<JoinedContext> enter_context(const Found::Device& device,
                                             const std::vector<std::byte>& queue);

}  // namespace compute::cuda
