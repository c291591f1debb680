#include "core/memory.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

#include "core/error.h"

namespace core {
namespace {

constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

std::uint64_t from_meminfo() {
  std::ifstream file("/proc/meminfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("MemAvailable:")) return std::stoull(line.substr(13)) * 1024;
  return unlimited;
}

std::uint64_t from_control_group() {
  std::uint64_t max = 0, current = 0;  // without a limit the file says "max", which is no number
  if (!(std::ifstream("/sys/fs/cgroup/memory.max") >> max)) return unlimited;
  if (!(std::ifstream("/sys/fs/cgroup/memory.current") >> current)) return unlimited;
  return max - std::min(max, current);
}

}  // namespace

std::uint64_t available_memory() {
  return std::min(from_meminfo(), from_control_group());
}

void expect_memory(std::uint64_t bytes, const char* what) {
  if (bytes < 16 << 20) return;
  const std::uint64_t available = available_memory();
  const auto kept = static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) *
                    static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) / 16;
  if (available < kept || available - kept < bytes)
    fail("{} needs {} MB more, but only {} MB of memory are free", what, bytes >> 20, available >> 20);
}

void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
  mallopt(M_MMAP_THRESHOLD, 128 << 10);  // larger blocks still go back when they are freed
#endif
}

}  // namespace core
