// Imports of the memory and semaphores that Vulkan exported.

#include <unistd.h>

#include "runtime.h"
#include "state.h"

using namespace simulator;

struct CUexternalMemory_st {
  simulator::ExportedPointer exported;
};
struct CUexternalSemaphore_st {
  simulator::ExportedPointer exported;
};

namespace {

std::atomic<int> import_count{0};

bool take(int fd, simulator::ExportedPointer& exported) {
  if (pread(fd, &exported, sizeof exported, 0) != sizeof exported ||
      exported.magic != simulator::ExportedPointer::expected)
    return false;
  close(fd);  // CUDA owns it from here on
  ++import_count;
  return true;
}

/// Enqueues work(exported, value) for one semaphore on the stream.
template <typename Params, typename F>
cudaError_t enqueue_on(const void* kind, const cudaExternalSemaphore_t* semaphores, const Params* params,
                       unsigned count, cudaStream_t stream, const F& work) {
  if (count != 1) return result(cudaErrorInvalidValue);
  return enqueue(kind, stream, [=, exported = (*semaphores)->exported, value = params->params.fence.value] {
    work(exported, value);
  });
}

}  // namespace

namespace simulator {

int imports() {
  return import_count;
}

}  // namespace simulator

extern "C" {

cudaError_t cudaImportExternalMemory(cudaExternalMemory_t* memory, const cudaExternalMemoryHandleDesc* desc) {
  simulator::ExportedPointer exported;
  if (lost || apart() || desc->type != cudaExternalMemoryHandleTypeOpaqueFd ||
      desc->flags != cudaExternalMemoryDedicated || !take(desc->handle.fd, exported) || !exported.memory ||
      desc->size != exported.bytes)
    return result(cudaErrorInvalidValue);
  *memory = new CUexternalMemory_st{exported};
  return result(cudaSuccess);
}
cudaError_t cudaExternalMemoryGetMappedBuffer(void** pointer, cudaExternalMemory_t memory,
                                              const cudaExternalMemoryBufferDesc* desc) {
  if (desc->offset + desc->size > memory->exported.bytes) return result(cudaErrorInvalidValue);
  auto* first = static_cast<char*>(memory->exported.memory) + desc->offset;
  const std::lock_guard lock(memory_mutex);
  imported[first] = desc->size;
  *pointer = first;
  return result(cudaSuccess);
}
cudaError_t cudaDestroyExternalMemory(cudaExternalMemory_t memory) {
  delete memory;
  --import_count;
  return result(cudaSuccess);
}

cudaError_t cudaImportExternalSemaphore(cudaExternalSemaphore_t* semaphore,
                                        const cudaExternalSemaphoreHandleDesc* desc) {
  simulator::ExportedPointer exported;
  if (lost || apart() || desc->type != cudaExternalSemaphoreHandleTypeTimelineSemaphoreFd ||
      !take(desc->handle.fd, exported) || !exported.wait)
    return result(cudaErrorInvalidValue);
  *semaphore = new CUexternalSemaphore_st{exported};
  return result(cudaSuccess);
}
cudaError_t cudaDestroyExternalSemaphore(cudaExternalSemaphore_t semaphore) {
  delete semaphore;
  --import_count;
  return result(cudaSuccess);
}
cudaError_t cudaWaitExternalSemaphoresAsync(const cudaExternalSemaphore_t* semaphores,
                                            const cudaExternalSemaphoreWaitParams* params, unsigned count,
                                            cudaStream_t stream) {
  return enqueue_on(reinterpret_cast<const void*>(cudaWaitExternalSemaphoresAsync), semaphores, params, count,
                    stream, [stream](const ExportedPointer& exported, std::uint64_t value) {
                      while (!exported.wait(exported.context, value) && !stream->given_up()) {
                      }
                    });
}
cudaError_t cudaSignalExternalSemaphoresAsync(const cudaExternalSemaphore_t* semaphores,
                                              const cudaExternalSemaphoreSignalParams* params, unsigned count,
                                              cudaStream_t stream) {
  return enqueue_on(
      reinterpret_cast<const void*>(cudaSignalExternalSemaphoresAsync), semaphores, params, count, stream,
      [](const ExportedPointer& exported, std::uint64_t value) { exported.signal(exported.context, value); });
}

}  // extern "C"
