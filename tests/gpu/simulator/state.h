#pragma once
// The state that the parts of the simulated runtime share: the device, its memory and its streams.

#include <cuda_runtime_api.h>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace simulator {

inline std::atomic<bool> lost{false};
inline thread_local cudaError_t last_error = cudaSuccess;
inline thread_local int captures = 0;  ///< captures of this thread, in the mode that forbids unsafe calls
inline thread_local bool captures_broken = false;

/// Returns a number from the environment, or `otherwise` where it is not set.
std::size_t wanted(const char* name, std::size_t otherwise);
/// Returns whether the device shares nothing with Vulkan's.
inline bool apart() {
  return wanted("NEURASTER_SIMULATED_APART", 0) != 0;
}
/// Returns whether the blocks of a launch can wait for one another.
inline bool cooperates() {
  return wanted("NEURASTER_SIMULATED_ALONE", 0) == 0;
}
/// Returns the result of a call: once the device is lost, every call reports that.
cudaError_t result(cudaError_t error);
/// Returns an error from functions that may not be called while this thread captures.
cudaError_t unsafe();

inline std::atomic<std::size_t> allocation_count{0};
inline std::atomic<bool> computes{true};

inline std::mutex memory_mutex;
inline std::map<char*, std::size_t> imported;  ///< mapped memory of Vulkan

/// Waits for all streams.
void synchronize_all();

}  // namespace simulator

// One node of a graph, or one task of a stream.
struct Work {
  const void* kind;  ///< equal where an executable graph can be updated from one to the other
  std::function<void()> run;
};

struct CUgraph_st {
  std::vector<Work> nodes;
};
struct CUgraphExec_st {
  std::vector<Work> nodes;
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
    changed.wait(lock, [this] { return (queue.empty() && !busy) || simulator::lost; });
  }
  bool idle() {
    const std::lock_guard lock(mutex);
    return queue.empty() && !busy;
  }
  /// Returns true where work that waits for something outside should stop waiting.
  bool given_up() {
    const std::lock_guard lock(mutex);
    return ends || simulator::lost;
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
      if (!simulator::lost) next();
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
