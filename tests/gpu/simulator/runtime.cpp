#include "runtime.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "threads.h"

// One node of a graph, or one thing that a stream has to do.
struct Work {
  const void* kind;  ///< equal for what an executable graph can take over
  std::function<void()> run;
};

struct CUgraph_st {
  std::vector<Work> nodes;
};
struct CUgraphExec_st {
  std::vector<Work> nodes;
};

namespace {

std::atomic<bool> lost{false};

std::size_t wanted(const char* name, std::size_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}
std::size_t memory_bytes() {
  static const std::size_t bytes = wanted("NEURASTER_SIMULATED_MIB", simulator::memory_bytes >> 20) << 20;
  return bytes;
}

thread_local cudaError_t last_error = cudaSuccess;
thread_local int captures = 0;  ///< of this thread, in the mode that forbids what may be unsafe
thread_local bool captures_broken = false;

cudaError_t result(cudaError_t error) {
  if (lost) error = cudaErrorIllegalAddress;
  if (error != cudaSuccess) last_error = error;
  return error;
}

/// Of the functions that may not be called while this thread captures.
cudaError_t unsafe() {
  if (captures == 0) return cudaSuccess;
  captures_broken = true;
  return cudaErrorStreamCaptureUnsupported;
}

// --- memory ------------------------------------------------------------------------------------------------

struct Allocation {
  char* pages;
  std::size_t page_bytes, bytes;
};
std::mutex memory_mutex;
std::map<char*, Allocation> allocations;  ///< by their first byte
std::map<char*, std::size_t> imported;    ///< of Vulkan, mapped
std::size_t allocated = 0;
std::atomic<int> import_count{0};

bool on_device(const void* first, std::size_t bytes) {
  const std::lock_guard lock(memory_mutex);
  auto* p = static_cast<char*>(const_cast<void*>(first));
  const auto holds = [&](const auto& all, const auto& size_of) {
    auto found = all.upper_bound(p);
    return found != all.begin() && p + bytes <= (--found)->first + size_of(found->second);
  };
  return holds(allocations, [](const Allocation& a) { return a.bytes; }) ||
         holds(imported, [](std::size_t size) { return size; });
}

// --- streams -----------------------------------------------------------------------------------------------

using Clock = std::chrono::steady_clock;

}  // namespace

struct CUevent_st {
  std::mutex mutex;
  bool recorded = false, passed = false;
  std::uint64_t turn = 0;
  Clock::time_point time;
};

struct CUstream_st {
  CUstream_st() : thread([this] { work(); }) {}
  ~CUstream_st() {
    {
      const std::lock_guard lock(mutex);
      ends = true;
    }
    changed.notify_all();
    thread.join();
  }
  void push(Work work) {
    if (captured) {
      captured->nodes.push_back(std::move(work));
      return;
    }
    const std::lock_guard lock(mutex);
    queue.push_back(std::move(work.run));
    changed.notify_all();
  }
  void synchronize() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return (queue.empty() && !busy) || lost; });
  }
  bool idle() {
    const std::lock_guard lock(mutex);
    return queue.empty() && !busy;
  }
  /// For work that waits for something outside.
  bool given_up() {
    const std::lock_guard lock(mutex);
    return ends || lost;
  }

  std::unique_ptr<CUgraph_st> captured;

 private:
  void work() {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [this] { return ends || !queue.empty(); });
      if (queue.empty()) return;
      const auto next = std::move(queue.front());
      queue.pop_front();
      busy = true;
      lock.unlock();
      if (!lost) next();
      lock.lock();
      busy = false;
      changed.notify_all();
    }
  }
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> queue;
  bool busy = false, ends = false;
  std::thread thread;
};

namespace {

std::mutex streams_mutex;
std::vector<CUstream_st*> streams;

void synchronize_all() {
  std::vector<CUstream_st*> all;
  {
    const std::lock_guard lock(streams_mutex);
    all = streams;
  }
  for (CUstream_st* stream : all) stream->synchronize();
}

}  // namespace

namespace simulator {

int imports() {
  return import_count;
}

cudaError_t enqueue(const void* function, cudaStream_t stream, std::function<void()> work) {
  if (!stream) return result(cudaErrorInvalidResourceHandle);
  stream->push({function, std::move(work)});
  return result(cudaSuccess);
}

cudaError_t launch(const void* kernel, dim3 blocks, dim3 threads, bool cooperative, cudaStream_t stream,
                   std::function<void()> body) {
  const unsigned long long count = 1ull * threads.x * threads.y * threads.z;
  if (count == 0 || count > 1024 || blocks.x == 0 || blocks.y == 0 || blocks.z == 0 || blocks.y > 65535 ||
      blocks.z > 65535)
    return result(cudaErrorInvalidConfiguration);
  if (count > most_threads) return result(cudaErrorLaunchOutOfResources);
  if (cooperative && blocks.x * blocks.y * blocks.z > multiprocessors)
    return result(cudaErrorCooperativeLaunchTooLarge);
  static const std::size_t last = wanted("NEURASTER_SIMULATED_LOST", 0);
  static std::atomic<std::size_t> launched{0};
  return enqueue(kernel, stream, [=, body = std::move(body)] {
    if (++launched == last || !run_grid(blocks, threads, cooperative, body)) lost = true;
  });
}

}  // namespace simulator

extern "C" {

// --- errors ------------------------------------------------------------------------------------------------

cudaError_t cudaGetLastError() {
  return lost ? cudaErrorIllegalAddress : std::exchange(last_error, cudaSuccess);
}
const char* cudaGetErrorName(cudaError_t error) {
  return error == cudaErrorMemoryAllocation ? "cudaErrorMemoryAllocation"
         : error == cudaErrorIllegalAddress ? "cudaErrorIllegalAddress"
                                            : "an error of the simulator";
}
const char* cudaGetErrorString(cudaError_t error) {
  switch (error) {
    case cudaErrorMemoryAllocation:
      return "out of memory";
    case cudaErrorIllegalAddress:
      return "an illegal memory access was encountered";
    case cudaErrorStreamCaptureUnsupported:
      return "operation not permitted when stream is capturing";
    case cudaErrorStreamCaptureInvalidated:
      return "operation failed due to a previous error during capture";
    default:
      return "invalid";
  }
}

// --- the device --------------------------------------------------------------------------------------------

cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = CUDART_VERSION;
  return cudaSuccess;
}
cudaError_t cudaDriverGetVersion(int* version) {
  *version = CUDART_VERSION;
  return cudaSuccess;
}
cudaError_t cudaGetDeviceCount(int* count) {
  *count = 1;
  return result(cudaSuccess);
}
cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return result(cudaSuccess);
}
cudaError_t cudaSetDevice(int device) {
  return result(device == 0 ? cudaSuccess : cudaErrorInvalidDevice);
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
  *properties = {};
  std::strcpy(properties->name, "simulated GPU");
  std::memcpy(properties->uuid.bytes, simulator::uuid, sizeof simulator::uuid);
  properties->major = 9;
  properties->multiProcessorCount = simulator::multiprocessors;
  return cudaSuccess;
}
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
  *value = attribute == cudaDevAttrMultiProcessorCount                 ? simulator::multiprocessors
           : attribute == cudaDevAttrTimelineSemaphoreInteropSupported ? 1
                                                                       : 0;
  return result(cudaSuccess);
}
cudaError_t cudaDeviceSynchronize() {
  if (const cudaError_t error = unsafe()) return result(error);
  synchronize_all();
  return result(cudaSuccess);
}
cudaError_t cudaGetDriverEntryPointByVersion(const char*, void**, unsigned, unsigned long long,
                                             cudaDriverEntryPointQueryResult* found) {
  *found = cudaDriverEntryPointSymbolNotFound;
  return cudaSuccess;
}

// --- memory ------------------------------------------------------------------------------------------------

cudaError_t cudaMalloc(void** pointer, std::size_t bytes) {
  if (const cudaError_t error = unsafe()) return result(error);
  if (lost) return result(cudaSuccess);
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t rounded = (bytes + 15) / 16 * 16, pages = (rounded + page - 1) / page * page;
  const std::lock_guard lock(memory_mutex);
  if (allocated + pages > memory_bytes()) return result(cudaErrorMemoryAllocation);
  auto* start = static_cast<char*>(mmap(nullptr, pages + page, PROT_READ | PROT_WRITE,
                                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  if (start == MAP_FAILED) return result(cudaErrorMemoryAllocation);
  mprotect(start + pages, page, PROT_NONE);
  char* first = start + pages - rounded;  // ends where the guard begins; 16 bytes aligned, as kernels need
  if (rounded < (std::size_t{16} << 20)) std::memset(first, 0xff, rounded);  // NaN as floats and as halfs
  allocations[first] = {start, pages + page, bytes};
  allocated += pages;
  *pointer = first;
  return result(cudaSuccess);
}
cudaError_t cudaFree(void* pointer) {
  if (!pointer) return result(cudaSuccess);
  if (const cudaError_t error = unsafe()) return result(error);
  synchronize_all();
  const std::lock_guard lock(memory_mutex);
  if (imported.erase(static_cast<char*>(pointer))) return result(cudaSuccess);
  const auto found = allocations.find(static_cast<char*>(pointer));
  if (found == allocations.end()) return result(cudaErrorInvalidValue);
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  allocated -= found->second.page_bytes - page;
  // A lost device's kernels may still be at it.
  if (!lost) munmap(found->second.pages, found->second.page_bytes);
  allocations.erase(found);
  return result(cudaSuccess);
}
cudaError_t cudaMemGetInfo(std::size_t* left, std::size_t* all) {
  const std::lock_guard lock(memory_mutex);
  *all = memory_bytes();
  *left = *all - allocated;
  return result(cudaSuccess);
}
cudaError_t cudaMemsetAsync(void* pointer, int value, std::size_t bytes, cudaStream_t stream) {
  if (!on_device(pointer, bytes)) return result(cudaErrorInvalidValue);
  return simulator::enqueue(reinterpret_cast<const void*>(cudaMemsetAsync), stream, [=] {
    // Zeros of what is large without touching it all.
    if (value == 0 && bytes >= (std::size_t{16} << 20)) {
      const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
      const auto first = reinterpret_cast<std::uintptr_t>(pointer), last = first + bytes;
      const auto begin = (first + page - 1) / page * page, end = last / page * page;
      std::memset(pointer, 0, begin - first);
      std::memset(reinterpret_cast<void*>(end), 0, last - end);
      madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
      return;
    }
    std::memset(pointer, value, bytes);
  });
}
cudaError_t cudaMemset(void* pointer, int value, std::size_t bytes) {
  if (const cudaError_t error = unsafe()) return result(error);
  if (!on_device(pointer, bytes)) return result(cudaErrorInvalidValue);
  synchronize_all();
  std::memset(pointer, value, bytes);
  return result(cudaSuccess);
}
/// From and to pageable memory of the host: in both directions it is the host's again when this returns.
cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  if (const cudaError_t error = unsafe()) return result(error);
  const bool into = kind != cudaMemcpyDeviceToHost, out_of = kind != cudaMemcpyHostToDevice;
  if (on_device(to, bytes) != into || on_device(from, bytes) != out_of) return result(cudaErrorInvalidValue);
  const auto* kind_of_node = reinterpret_cast<const void*>(cudaMemcpyAsync);
  if (kind == cudaMemcpyDeviceToDevice)
    return simulator::enqueue(kind_of_node, stream, [=] { std::memcpy(to, from, bytes); });
  if (kind == cudaMemcpyHostToDevice) {
    const auto* first = static_cast<const char*>(from);
    return simulator::enqueue(kind_of_node, stream, [to, copy = std::vector<char>(first, first + bytes)] {
      std::memcpy(to, copy.data(), copy.size());
    });
  }
  const cudaError_t enqueued =
      simulator::enqueue(kind_of_node, stream, [=] { std::memcpy(to, from, bytes); });
  if (enqueued == cudaSuccess) stream->synchronize();
  return result(enqueued);
}
cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind) {
  if (const cudaError_t error = unsafe()) return result(error);
  synchronize_all();
  if (lost) return result(cudaSuccess);
  std::memcpy(to, from, bytes);
  return result(cudaSuccess);
}

// --- streams, events, graphs -------------------------------------------------------------------------------

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  *stream = new CUstream_st;
  const std::lock_guard lock(streams_mutex);
  streams.push_back(*stream);
  return result(cudaSuccess);
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  {
    const std::lock_guard lock(streams_mutex);
    std::erase(streams, stream);
  }
  delete stream;
  return result(cudaSuccess);
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  if (stream->captured) {
    captures_broken = true;
    return result(cudaErrorStreamCaptureUnsupported);
  }
  stream->synchronize();
  return result(cudaSuccess);
}
cudaError_t cudaStreamQuery(cudaStream_t stream) {
  if (stream->captured) {
    captures_broken = true;
    return result(cudaErrorStreamCaptureUnsupported);
  }
  return stream->idle() || lost ? result(cudaSuccess) : cudaErrorNotReady;
}

cudaError_t cudaEventCreate(cudaEvent_t* event) {
  *event = new CUevent_st;
  return result(cudaSuccess);
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  synchronize_all();  // here, the stream still points at it
  delete event;
  return result(cudaSuccess);
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  std::uint64_t turn;
  {
    const std::lock_guard lock(event->mutex);
    event->recorded = true;
    event->passed = false;
    turn = ++event->turn;
  }
  return simulator::enqueue(reinterpret_cast<const void*>(cudaEventRecord), stream, [=] {
    const std::lock_guard lock(event->mutex);
    if (event->turn != turn) return;
    event->passed = true;
    event->time = Clock::now();
  });
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  if (const cudaError_t error = unsafe()) return result(error);
  while (!lost) {
    {
      const std::lock_guard lock(event->mutex);
      if (event->passed || !event->recorded) break;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  return result(cudaSuccess);
}
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t begin, cudaEvent_t end) {
  const std::scoped_lock lock(begin->mutex, end->mutex);
  if (!begin->recorded || !end->recorded) return result(cudaErrorInvalidResourceHandle);
  if (!begin->passed || !end->passed) return cudaErrorNotReady;
  *milliseconds = std::chrono::duration<float, std::milli>(end->time - begin->time).count();
  return result(cudaSuccess);
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode) {
  if (stream->captured || mode != cudaStreamCaptureModeThreadLocal) return result(cudaErrorIllegalState);
  stream->captured = std::make_unique<CUgraph_st>();
  ++captures;
  captures_broken = false;
  return result(cudaSuccess);
}
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  *graph = nullptr;
  if (!stream->captured) return result(cudaErrorIllegalState);
  std::unique_ptr<CUgraph_st> recorded = std::move(stream->captured);
  --captures;
  if (captures_broken) return result(cudaErrorStreamCaptureInvalidated);
  *graph = recorded.release();
  return result(cudaSuccess);
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete graph;
  return result(cudaSuccess);
}
cudaError_t cudaGraphGetNodes(cudaGraph_t graph, cudaGraphNode_t*, std::size_t* count) {
  *count = graph->nodes.size();
  return result(cudaSuccess);
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* exec, cudaGraph_t graph, unsigned long long) {
  *exec = new CUgraphExec_st{graph->nodes};
  return result(cudaSuccess);
}
cudaError_t cudaGraphExecUpdate(cudaGraphExec_t exec, cudaGraph_t graph, cudaGraphExecUpdateResultInfo*) {
  const auto same = [](const Work& a, const Work& b) { return a.kind == b.kind; };
  if (!std::equal(exec->nodes.begin(), exec->nodes.end(), graph->nodes.begin(), graph->nodes.end(), same))
    return result(cudaErrorGraphExecUpdateFailure);
  exec->nodes = graph->nodes;
  return result(cudaSuccess);
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec) {
  delete exec;
  return result(cudaSuccess);
}
cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream) {
  for (const Work& node : exec->nodes) stream->push(node);
  return result(cudaSuccess);
}

// --- what Vulkan exported ----------------------------------------------------------------------------------

}  // extern "C"

struct CUexternalMemory_st {
  simulator::ExportedPointer exported;
};
struct CUexternalSemaphore_st {
  simulator::ExportedPointer exported;
};

namespace {

bool take(int fd, simulator::ExportedPointer& exported) {
  if (pread(fd, &exported, sizeof exported, 0) != sizeof exported ||
      exported.magic != simulator::ExportedPointer::expected)
    return false;
  close(fd);  // CUDA's from here on
  ++import_count;
  return true;
}

}  // namespace

extern "C" {

cudaError_t cudaImportExternalMemory(cudaExternalMemory_t* memory, const cudaExternalMemoryHandleDesc* desc) {
  simulator::ExportedPointer exported;
  if (lost || desc->type != cudaExternalMemoryHandleTypeOpaqueFd ||
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
  if (lost || desc->type != cudaExternalSemaphoreHandleTypeTimelineSemaphoreFd ||
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
  if (count != 1) return result(cudaErrorInvalidValue);
  const simulator::ExportedPointer exported = (*semaphores)->exported;
  const std::uint64_t value = params->params.fence.value;
  return simulator::enqueue(reinterpret_cast<const void*>(cudaWaitExternalSemaphoresAsync), stream, [=] {
    while (!exported.wait(exported.context, value) && !stream->given_up()) {
    }
  });
}
cudaError_t cudaSignalExternalSemaphoresAsync(const cudaExternalSemaphore_t* semaphores,
                                              const cudaExternalSemaphoreSignalParams* params, unsigned count,
                                              cudaStream_t stream) {
  if (count != 1) return result(cudaErrorInvalidValue);
  const simulator::ExportedPointer exported = (*semaphores)->exported;
  const std::uint64_t value = params->params.fence.value;
  return simulator::enqueue(reinterpret_cast<const void*>(cudaSignalExternalSemaphoresAsync), stream,
                            [=] { exported.signal(exported.context, value); });
}

}  // extern "C"
