#pragma once
// Counts what kernels load and store in the simulator: bytes, sectors and conflicts of banks, and reads of
// shared memory that nobody has written. The compiler's own instrumentation for ThreadSanitizer calls us at
// every access, in place of that sanitizer's library.

#include <cstdint>
#include <vector>

namespace simulator {

/// Of one grid. A request is an instruction of a warp; a sector has 32 bytes.
struct Traffic {
  std::uint64_t read_bytes = 0, written_bytes = 0;  ///< of global memory, each sector once
  std::uint64_t requests = 0, sectors = 0;          ///< of global memory
  std::uint64_t shared_requests = 0;
  std::uint64_t shared_passes = 0;    ///< one for each request that meets no bank twice
  std::uint64_t unwritten_reads = 0;  ///< of shared memory that the block has not written
};

/// Counts all grids from here on; returns those that ended since the last call, in order.
std::vector<Traffic> take_traffic();

}  // namespace simulator
