#pragma once
// Owners of imported memory and semaphores that Vulkan exported.

#include "compute/backend.h"
#include "compute/cuda/runtime.h"
#include "compute/interop.h"
#include "core/exported.h"

namespace compute::cuda {

/// Maps a whole Vulkan allocation. Takes over its descriptor; throws core::Error.
class ExternalMemory final : public Memory {
 public:
  explicit ExternalMemory(core::ExportedMemory exported);
  void* data() override { return mapped_.get(); }

 private:
  // The order matters: the mapping is freed before the import is destroyed.
  Unique<cudaExternalMemory_t, cudaDestroyExternalMemory> import_;
  DevicePointer mapped_;
};

/// A Vulkan timeline semaphore, waited for and signalled on one stream. Takes over its descriptor; throws
/// core::Error.
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
