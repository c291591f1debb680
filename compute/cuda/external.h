#pragma once
// Owners of what Vulkan exported, CUDA's side.

#include "compute/backend.h"
#include "compute/cuda/runtime.h"
#include "compute/interop.h"
#include "core/exported.h"

namespace compute::cuda {

/// A Vulkan allocation, mapped whole.
class ExternalMemory final : public Memory {
 public:
  explicit ExternalMemory(core::ExportedMemory exported);
  void* data() override { return mapped_.get(); }

 private:
  // In this order: the mapping is freed before the import is destroyed.
  Unique<cudaExternalMemory_t, cudaDestroyExternalMemory> import_;
  DevicePointer mapped_;
};

/// A Vulkan timeline semaphore, waited for and signalled on one stream.
class ExternalTimeline final : public Timeline {
 public:
  ExternalTimeline(core::ExportedSemaphore exported, cudaStream_t stream);
  void wait(std::uint64_t value) override;
  void signal(std::uint64_t value) override;

 private:
  Unique<cudaExternalSemaphore_t, cudaDestroyExternalSemaphore> import_;
  cudaStream_t stream_;
};

}  // namespace compute::cuda
