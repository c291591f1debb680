#include "compute/cuda/external.h"

namespace compute::cuda {

ExternalMemory::ExternalMemory(core::ExportedMemory exported) {
  cudaExternalMemoryHandleDesc desc{};
  desc.type = cudaExternalMemoryHandleTypeOpaqueFd;
  desc.handle.fd = exported.fd.get();
  desc.size = exported.bytes;
  desc.flags = exported.dedicated ? cudaExternalMemoryDedicated : 0u;
  check(cudaImportExternalMemory(import_.address(), &desc), "cannot import the renderer's memory into CUDA");
  exported.fd.release();  // CUDA owns it from here on
  cudaExternalMemoryBufferDesc buffer{};
  buffer.size = exported.bytes;
  check(cudaExternalMemoryGetMappedBuffer(mapped_.address(), import_.get(), &buffer),
        "cannot map the renderer's memory in CUDA");
}

ExternalTimeline::ExternalTimeline(core::ExportedSemaphore exported, cudaStream_t stream) : stream_(stream) {
  cudaExternalSemaphoreHandleDesc desc{};
  desc.type = cudaExternalSemaphoreHandleTypeTimelineSemaphoreFd;
  desc.handle.fd = exported.fd.get();
  check(cudaImportExternalSemaphore(import_.address(), &desc),
        "cannot import the renderer's semaphore into CUDA");
  exported.fd.release();
}

void ExternalTimeline::wait(std::uint64_t value) {
  cudaExternalSemaphoreWaitParams params{};
  params.params.fence.value = value;
  const cudaExternalSemaphore_t semaphore = import_.get();
  check(cudaWaitExternalSemaphoresAsync(&semaphore, &params, 1, stream_), "cannot wait for the renderer");
}

void ExternalTimeline::signal(std::uint64_t value) {
  cudaExternalSemaphoreSignalParams params{};
  params.params.fence.value = value;
  const cudaExternalSemaphore_t semaphore = import_.get();
  check(cudaSignalExternalSemaphoresAsync(&semaphore, &params, 1, stream_), "cannot signal the renderer");
}

}  // namespace compute::cuda
