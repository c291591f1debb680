#pragma once
// CUDA's threads on the processor. Each is a fiber with a stack of its own; the fibers of a block take turns
// on one thread of the system (a "multiprocessor"), and blocks run on several at once. Fibers change only
// where CUDA's threads wait for one another, in ascending and in descending order by turns, so that a missing
// barrier changes the result. ThreadSanitizer sees every fiber as a thread, and only barriers order their
// accesses: a missing one is a data race (race_test.cpp).

#include <vector_types.h>

#include <functional>

namespace simulator {

inline constexpr int multiprocessors = 3, max_threads = 256, warp_size = 32;

struct Here {
  uint3 thread, block, block_size, grid_size;
};
extern __thread Here here;  ///< of the fiber that runs

/// Runs `body` once for each thread of a grid and returns when all are done; returns false where it touched
/// unmapped memory. Cooperative grids have at most `multiprocessors` blocks. Only one grid runs at a time.
bool run_grid(dim3 blocks, dim3 threads, bool cooperative, const std::function<void()>& body);

/// Registers `touch`, which is called on every multiprocessor before each grid. A module creates its
/// thread-local memory there, outside of any block: otherwise the first fiber that uses shared memory would
/// create it, and ThreadSanitizer would see no order between that and the others.
void before_grids(void (*touch)());

/// Called before a grid, when a block's threads have all reached a barrier or their end (on the thread of the
/// system that runs them), and after the grid.
struct Watcher {
  void (*begin)() = [] {};
  void (*barrier)() = [] {};
  void (*end)() = [] {};
};
/// Call it while no grid runs.
void watch_grids(Watcher watcher);
/// True in a kernel's code.
bool in_grid();
/// True for an address on the stack of a fiber of this multiprocessor, in `here`, or in what lanes exchange.
bool is_private(const void* address);

// Kernels call these. The program ends with a sentence where a barrier is not reached by all living threads.
void wait_for_warp();
void wait_for_block();
void wait_for_grid();

/// The words that the lanes of a warp exchange at an instruction which all of them execute.
struct Shown {
  unsigned words[8];
};
/// Returns the words of all 32 lanes, valid until this lane's next call.
const Shown* show_warp(const Shown& mine);

}  // namespace simulator
