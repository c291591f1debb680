#include "runtime.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "state.h"
#include "threads.h"

namespace simulator {

std::size_t wanted(const char* name, std::size_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

cudaError_t result(cudaError_t error) {
  if (lost) error = cudaErrorIllegalAddress;
  if (error != cudaSuccess) last_error = error;
  return error;
}

std::size_t allocations() {
  return allocation_count;
}
void compute(bool yes) {
  computes = yes;
}

/// Returns an error from functions that may not be called while this thread captures.
cudaError_t unsafe() {
  if (captures == 0) return cudaSuccess;
  captures_broken = true;
  return cudaErrorStreamCaptureUnsupported;
}

}  // namespace simulator

using namespace simulator;

namespace {

/// Returns the size of the device's memory in bytes, which the environment may set.
std::size_t all_memory() {
  static const std::size_t bytes = wanted("NEURASTER_SIMULATED_MIB", memory_bytes >> 20) << 20;
  return bytes;
}

struct Allocation {
  char* pages;
  std::size_t page_bytes, bytes;
};
std::map<char*, Allocation> allocated_at;  ///< by their first byte
std::size_t allocated = 0;

std::map<char*, std::size_t> pinned;  ///< memory of the host, by its first byte

bool is_pinned(const void* first) {
  const std::lock_guard lock(memory_mutex);
  return pinned.contains(static_cast<char*>(const_cast<void*>(first)));
}

bool on_device(const void* first, std::size_t bytes) {
  const std::lock_guard lock(memory_mutex);
  auto* p = static_cast<char*>(const_cast<void*>(first));
  const auto holds = [&](const auto& all, const auto& size_of) {
    auto found = all.upper_bound(p);
    return found != all.begin() && p + bytes <= (--found)->first + size_of(found->second);
  };
  return holds(allocated_at, [](const Allocation& a) { return a.bytes; }) ||
         holds(imported, [](std::size_t size) { return size; });
}

}  // namespace

std::vector<Range> simulator::device_ranges() {
  const std::lock_guard lock(memory_mutex);
  std::vector<Range> ranges;
  const auto add = [&](const char* first, std::size_t bytes) {
    ranges.push_back(
        {reinterpret_cast<std::uintptr_t>(first), reinterpret_cast<std::uintptr_t>(first) + bytes});
  };
  for (const auto& [first, allocation] : allocated_at) add(first, allocation.bytes);
  for (const auto& [first, bytes] : imported) add(first, bytes);
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.first < b.first; });
  return ranges;
}

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
  if (apart()) properties->uuid.bytes[0] = 'a';
  properties->major = 9;
  properties->multiProcessorCount = simulator::multiprocessors;
  return cudaSuccess;
}
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
  *value = attribute == cudaDevAttrMultiProcessorCount                 ? simulator::multiprocessors
           : attribute == cudaDevAttrTimelineSemaphoreInteropSupported ? !apart()
           : attribute == cudaDevAttrCooperativeLaunch                 ? cooperates()
                                                                       : 0;
  return result(cudaSuccess);
}
cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, const void*) {
  *attributes = {};
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
  if (allocated + pages > all_memory()) return result(cudaErrorMemoryAllocation);
  auto* start = static_cast<char*>(mmap(nullptr, pages + page, PROT_READ | PROT_WRITE,
                                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  if (start == MAP_FAILED) return result(cudaErrorMemoryAllocation);
  mprotect(start + pages, page, PROT_NONE);
  char* first = start + pages - rounded;  // its end meets the guard page; 16 bytes aligned, as kernels need
  if (rounded < (std::size_t{16} << 20)) std::memset(first, 0xff, rounded);  // NaN as floats and as halfs
  allocated_at[first] = {start, pages + page, bytes};
  ++allocation_count;
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
  const auto found = allocated_at.find(static_cast<char*>(pointer));
  if (found == allocated_at.end()) return result(cudaErrorInvalidValue);
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  allocated -= found->second.page_bytes - page;
  // A lost device's kernels may still use it.
  if (!lost) munmap(found->second.pages, found->second.page_bytes);
  allocated_at.erase(found);
  return result(cudaSuccess);
}
cudaError_t cudaMemGetInfo(std::size_t* left, std::size_t* all) {
  const std::lock_guard lock(memory_mutex);
  *all = all_memory();
  *left = *all - allocated;
  return result(cudaSuccess);
}
cudaError_t cudaMemsetAsync(void* pointer, int value, std::size_t bytes, cudaStream_t stream) {
  if (!on_device(pointer, bytes)) return result(cudaErrorInvalidValue);
  return simulator::enqueue(reinterpret_cast<const void*>(cudaMemsetAsync), stream, [=] {
    // Large memory becomes zeros without touching all of it.
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
cudaError_t cudaMallocHost(void** pointer, std::size_t bytes) {
  if (const cudaError_t error = unsafe()) return result(error);
  *pointer = std::malloc(bytes);
  const std::lock_guard lock(memory_mutex);
  pinned[static_cast<char*>(*pointer)] = bytes;
  return result(cudaSuccess);
}
cudaError_t cudaFreeHost(void* pointer) {
  synchronize_all();
  const std::lock_guard lock(memory_mutex);
  if (!pinned.erase(static_cast<char*>(pointer))) return result(cudaErrorInvalidValue);
  std::free(pointer);
  return result(cudaSuccess);
}
cudaError_t cudaLaunchHostFunc(cudaStream_t stream, cudaHostFn_t function, void* data) {
  return simulator::enqueue(reinterpret_cast<const void*>(cudaLaunchHostFunc), stream,
                            [=] { function(data); });
}
/// The host's memory is read when the stream gets there, the worst that a driver does with pageable memory;
/// into pageable memory the copy is done when this returns.
cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  if (const cudaError_t error = unsafe()) return result(error);
  const bool into = kind != cudaMemcpyDeviceToHost, out_of = kind != cudaMemcpyHostToDevice;
  if (on_device(to, bytes) != into || on_device(from, bytes) != out_of) return result(cudaErrorInvalidValue);
  const auto* kind_of_node = reinterpret_cast<const void*>(cudaMemcpyAsync);
  const cudaError_t enqueued =
      simulator::enqueue(kind_of_node, stream, [=] { std::memcpy(to, from, bytes); });
  if (enqueued == cudaSuccess && kind == cudaMemcpyDeviceToHost && !is_pinned(to)) stream->synchronize();
  return result(enqueued);
}
cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind) {
  if (const cudaError_t error = unsafe()) return result(error);
  synchronize_all();
  if (lost) return result(cudaSuccess);
  std::memcpy(to, from, bytes);
  return result(cudaSuccess);
}

}  // extern "C"
