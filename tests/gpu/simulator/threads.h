#pragma once
// CUDA's threads on the processor: each is a fiber with a stack of its own, a block's fibers take turns on
// one thread of the system (a "multiprocessor"), and blocks run on several at once. Fibers change places only
// where CUDA's threads wait for one another, by turns in ascending and in descending order, so that what
// lacks a barrier comes out differently. With ThreadSanitizer every fiber is a thread to it, and only
// barriers order their accesses: a missing one is a data race (race_test.cpp).

#include <vector_types.h>

#include <functional>

namespace simulator {

inline constexpr int multiprocessors = 3, max_threads = 256, warp_size = 32;

struct Here {
  uint3 thread, block, block_size, grid_size;
};
extern __thread Here here;  ///< of the fiber that runs

/// Runs `body` once for each thread of a grid and returns when all are done; false where it touched memory
/// that is not there. Cooperative grids have at most `multiprocessors` blocks. One grid at a time.
bool run_grid(dim3 blocks, dim3 threads, bool cooperative, const std::function<void()>& body);

/// `touch` is called on every multiprocessor before each grid. A module has its thread-local memory made
/// there, on behalf of no block: else the first fiber to use shared memory makes it, and orders nothing for
/// the others.
void before_grids(void (*touch)());

// What a kernel calls. A barrier that not all living threads reach ends the program with a sentence.
void wait_for_warp();
void wait_for_block();
void wait_for_grid();

/// What the lanes of a warp show one another at an instruction of all of them.
struct Shown {
  unsigned words[8];
};
/// All 32 lanes' words, valid until this lane's next call.
const Shown* show_warp(const Shown& mine);

}  // namespace simulator
