#pragma once
// The backend's only queue of work: everything is recorded in order, and each command sees what those before
// it wrote. Work is submitted when something waits for it, when a semaphore comes into it, and at the end of
// a group.

#include <array>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "compute/vulkan/batch.h"

namespace compute::vulkan {

/// A compute shader with what it reads.
struct Dispatch {
  VkPipeline pipeline = VK_NULL_HANDLE;
  std::array<std::uint32_t, 3> groups{1, 1, 1};
  std::span<const std::byte> push = {};       ///< push constants
  std::span<const std::byte> view = {};       ///< the uniform block; empty: the shader has none
  std::span<const std::byte> constants = {};  ///< beside a view: the one at binding 1
  std::string_view name = {};                 ///< of the stage
  std::uint64_t operations = 0, bytes = 0;
};

class Stream {
 public:
  Stream(const Device& device, Pipelines& pipelines);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void dispatch(const Dispatch& dispatch);
  void copy(Place to, Place from, std::size_t bytes);
  void clear(Place to, std::size_t bytes);

  /// Returns when everything enqueued is done. Throws core::Error where the device or the validation layer
  /// fails.
  void finish();
  /// Makes the host see what was written to its memory, when the work so far is done.
  void show_host();
  /// Submits what is recorded, if anything.
  void submit();
  /// What is recorded next starts when the semaphore has reached `value`.
  void wait_for(VkSemaphore semaphore, std::uint64_t value);
  /// Submits what is recorded, and sets the semaphore when it is done.
  void signal(VkSemaphore semaphore, std::uint64_t value);

  /// Records `work` as one submission.
  void group(int slot, const std::function<void()>& work, bool timed);
  void launch_again(int slot);
  int launches() const { return launches_; }
  std::vector<Stage> stages() const;  ///< of the last group

  /// Records two timestamps around other work.
  void write_timestamp(const Timestamps& timestamps, std::uint32_t index, bool reset);
  /// Frees a buffer when the work enqueued so far is done.
  void free_later(Buffer buffer);
  /// Waits and frees what waits to be freed, if anything.
  void collect();
  /// Throws core::Error where the device has failed. Thread-safe beside nothing else.
  void expect_alive() const;

 private:
  Batch& recording();
  /// Makes what is recorded next see everything before it.
  void order();
  void submit(VkSemaphore signalled, std::uint64_t value);
  std::uint64_t done() const;
  Batch& free_batch();
  void drop_garbage();

  struct Waiting {
    std::uint64_t done_at;
    Buffer buffer;
  };

  const Device& device_;
  Pipelines& pipelines_;
  Owned<VkSemaphore, &Api::DestroySemaphore> done_;  ///< counts submissions
  std::uint64_t submitted_ = 0;
  std::vector<std::unique_ptr<Batch>> batches_;
  Batch* recording_ = nullptr;
  bool next_again_ = false;
  std::array<Batch*, 2> groups_{};  ///< the last of each slot
  Batch* last_group_ = nullptr;
  std::vector<VkSemaphoreSubmitInfo> waits_;  ///< of the next submission
  std::vector<Waiting> garbage_;
  Buffer zeros_;
  int launches_ = 0;
};

}  // namespace compute::vulkan
