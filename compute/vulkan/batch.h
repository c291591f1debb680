#pragma once
// What is recorded for one submission: a command buffer, the views that its passes read, and the times of its
// stages.

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "compute/interop.h"
#include "compute/vulkan/memory.h"
#include "compute/vulkan/pipeline.h"

namespace compute::vulkan {

/// A query pool with its results.
class Timestamps {
 public:
  Timestamps(const Device& device, std::uint32_t count);
  void reset(VkCommandBuffer commands) const;
  void write(VkCommandBuffer commands, std::uint32_t index) const;
  /// Returns the milliseconds between two timestamps where the device has passed both; does not wait.
  std::optional<double> between(std::uint32_t first, std::uint32_t second) const;
  std::uint32_t count() const { return count_; }

 private:
  const Device& device_;
  std::uint32_t count_;
  Owned<VkQueryPool, &Api::DestroyQueryPool> pool_;
};

/// It is recorded, submitted, and used again when the device is done with it.
class Batch {
 public:
  Batch(const Device& device, const Pipelines& pipelines);

  /// Empties it for a new recording. `again`: it may be submitted more than once.
  void begin(bool again);
  void end();
  VkCommandBuffer commands() const { return commands_; }
  /// Copies a view's bytes, and constants, and binds them for the dispatches to come.
  void bind(std::span<const std::byte> view, std::span<const std::byte> constants);

  /// These tell the stages of a group apart; they are timed where timestamps are given.
  void begin_stages(bool timed);
  void end_stage(Stage stage);
  void end_stages() { stages_open_ = false; }
  bool stages_open() const { return stages_open_; }
  std::vector<Stage> stages() const;

  std::uint64_t done_at = 0;  ///< the stream's value after which the device is done with it
  bool kept = false;          ///< a group's, which may be launched again
  int commands_recorded = 0;

 private:
  struct Chunk {
    Buffer buffer;
    Owned<VkDescriptorPool, &Api::DestroyDescriptorPool> pool;
    VkDescriptorSet set = VK_NULL_HANDLE;
  };
  void add_chunk();
  std::uint32_t put(std::span<const std::byte> bytes);

  const Device& device_;
  const Pipelines& pipelines_;
  Owned<VkCommandPool, &Api::DestroyCommandPool> pool_;
  VkCommandBuffer commands_ = VK_NULL_HANDLE;
  std::vector<Chunk> chunks_;
  std::size_t chunk_ = 0, used_ = 0;  ///< where the next view goes
  std::unique_ptr<Timestamps> timestamps_;
  std::vector<Stage> stages_;
  bool stages_open_ = false, stages_timed_ = false;
};

}  // namespace compute::vulkan
