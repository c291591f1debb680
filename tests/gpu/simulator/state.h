#pragma once
// What the parts of the simulated runtime share: the device's state, its memory, its streams.

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
inline thread_local int captures = 0;  ///< of this thread, in the mode that forbids what may be unsafe
inline thread_local bool captures_broken = false;

/// A number of the environment.
std::size_t wanted(const char* name, std::size_t otherwise);
/// What a call returns: the device's loss stands above everything.
cudaError_t result(cudaError_t error);
/// Of the functions that may not be called while this thread captures.
cudaError_t unsafe();

inline std::mutex memory_mutex;
inline std::map<char*, std::size_t> imported;  ///< of Vulkan, mapped

void synchronize_all();

}  // namespace simulator

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
  /// For work that waits for something outside.
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
