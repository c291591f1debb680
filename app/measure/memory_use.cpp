#include "app/measure/memory_use.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace app {
namespace {

std::uint64_t resident_memory() {
  std::uint64_t size = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> size >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

std::vector<MemoryUse> memory_use(const gpu::Device& device, std::optional<std::uint64_t> network,
                                  std::uint64_t budget) {
  std::vector<MemoryUse> use;
  for (std::size_t i = 0; i < gpu::memory_owners; ++i) {
    const auto owner = static_cast<gpu::MemoryOwner>(i);
    use.push_back({gpu::name_of(owner), device.allocated(owner)});
  }
  // Where Vulkan renders on the processor this is the use of the whole system.
  if (const gpu::HeapUse heaps = device.heap_use(); heaps.used > 0 && !device.is_cpu())
    use.push_back({"Vulkan heaps", heaps.used});
  if (network) use.push_back({"network", *network, budget});
  use.push_back({"process", resident_memory()});
  return use;
}

std::uint64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  // The kernel updates the peak only now and then.
  return std::max(static_cast<std::uint64_t>(usage.ru_maxrss) * 1024, resident_memory());
}

}  // namespace app
