#pragma once
// Coarse parallel loops for loading, images and metrics. (The network's loops belong to its backend.)

#include <cstddef>
#include <functional>

namespace core {

/// Threads this program uses: NEURASTER_THREADS, else the processors available to it.
int thread_count();

/// Runs body(i) for i in [0, count), handing out indices one by one. The first exception is rethrown.
void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body);

/// Runs body(begin, end) on contiguous ranges that cover [0, count): for cheap bodies such as rows.
void parallel_ranges(std::size_t count, const std::function<void(std::size_t, std::size_t)>& body);

}  // namespace core
