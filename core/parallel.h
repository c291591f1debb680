#pragma once
// Parallel loops for coarse work: loading, images, metrics. The network's loops belong to its backend.
//
// Each call starts threads and returns when all of them have ended. `body` runs on several threads at once,
// the caller's among them, and must synchronise what it shares.

#include <cstddef>
#include <functional>

namespace core {

/// The number of threads that this program uses: NEURASTER_THREADS where that is set, else the number of
/// processors that the process may run on.
int thread_count();

/// Runs body(i) for each i in [0, count). Threads take indices one by one, in rising order. The first
/// exception is rethrown, and no new index is started after it.
void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body);

/// Runs body(begin, end) on contiguous ranges that together cover [0, count). Use it where one index is
/// little work.
void parallel_ranges(std::size_t count, const std::function<void(std::size_t, std::size_t)>& body);

}  // namespace core
