#include "compute/vulkan/batch.h"

#include <cstring>

namespace compute::vulkan {
namespace {

constexpr std::size_t chunk_bytes = 64 << 10;
constexpr std::uint32_t most_timestamps = 64;

}  // namespace

Timestamps::Timestamps(const Device& device, std::uint32_t count) : device_(device), count_(count) {
  VkQueryPoolCreateInfo create{};
  create.sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO;
  create.queryType = VK_QUERY_TYPE_TIMESTAMP;
  create.queryCount = count;
  VkQueryPool pool = VK_NULL_HANDLE;
  check(device.api().CreateQueryPool(device.handle(), &create, nullptr, &pool), "cannot time the GPU");
  pool_ = {device.api(), device.handle(), pool};
}

void Timestamps::reset(VkCommandBuffer commands) const {
  device_.api().CmdResetQueryPool(commands, pool_.get(), 0, count_);
}

void Timestamps::write(VkCommandBuffer commands, std::uint32_t index) const {
  device_.api().CmdWriteTimestamp2(commands, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT, pool_.get(), index);
}

std::optional<double> Timestamps::between(std::uint32_t first, std::uint32_t second) const {
  std::uint64_t ticks[2]{};
  for (int i = 0; i < 2; ++i)
    if (device_.api().GetQueryPoolResults(device_.handle(), pool_.get(), i ? second : first, 1,
                                          sizeof ticks[i], &ticks[i], sizeof ticks[i],
                                          VK_QUERY_RESULT_64_BIT) != VK_SUCCESS)
      return std::nullopt;
  const DeviceFacts& facts = device_.facts();
  return static_cast<double>((ticks[1] - ticks[0]) & facts.tick_mask) * facts.nanoseconds_per_tick * 1e-6;
}

Batch::Batch(const Device& device, const Pipelines& pipelines) : device_(device), pipelines_(pipelines) {
  const Api& api = device.api();
  VkCommandPoolCreateInfo create{};
  create.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO;
  create.queueFamilyIndex = device.queue_family();
  VkCommandPool pool = VK_NULL_HANDLE;
  check(api.CreateCommandPool(device.handle(), &create, nullptr, &pool), "cannot record work for the GPU");
  pool_ = {api, device.handle(), pool};
  VkCommandBufferAllocateInfo allocate{};
  allocate.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO;
  allocate.commandPool = pool;
  allocate.commandBufferCount = 1;
  check(api.AllocateCommandBuffers(device.handle(), &allocate, &commands_), "cannot record work for the GPU");
  add_chunk();
}

void Batch::begin(bool again) {
  const Api& api = device_.api();
  check(api.ResetCommandPool(device_.handle(), pool_.get(), 0), "cannot record work for the GPU");
  VkCommandBufferBeginInfo begin{};
  begin.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO;
  begin.flags =
      again ? VK_COMMAND_BUFFER_USAGE_SIMULTANEOUS_USE_BIT : VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
  check(api.BeginCommandBuffer(commands_, &begin), "cannot record work for the GPU");
  chunk_ = used_ = 0;
  commands_recorded = 0;
  stages_.clear();
  stages_open_ = stages_timed_ = false;
}

void Batch::end() {
  check(device_.api().EndCommandBuffer(commands_), "cannot record work for the GPU");
}

void Batch::add_chunk() {
  const Api& api = device_.api();
  Chunk chunk{Buffer(device_, chunk_bytes, Kind::upload), {}, VK_NULL_HANDLE};
  const VkDescriptorPoolSize size{VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER_DYNAMIC, 2};
  VkDescriptorPoolCreateInfo create{};
  create.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO;
  create.maxSets = 1;
  create.poolSizeCount = 1;
  create.pPoolSizes = &size;
  VkDescriptorPool pool = VK_NULL_HANDLE;
  check(api.CreateDescriptorPool(device_.handle(), &create, nullptr, &pool), "cannot bind a view");
  chunk.pool = {api, device_.handle(), pool};
  const VkDescriptorSetLayout layout = pipelines_.set_layout();
  VkDescriptorSetAllocateInfo allocate{};
  allocate.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO;
  allocate.descriptorPool = pool;
  allocate.descriptorSetCount = 1;
  allocate.pSetLayouts = &layout;
  check(api.AllocateDescriptorSets(device_.handle(), &allocate, &chunk.set), "cannot bind a view");
  const VkDescriptorBufferInfo where[] = {{chunk.buffer.handle(), 0, view_range},
                                          {chunk.buffer.handle(), 0, constants_range}};
  VkWriteDescriptorSet write{};
  write.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET;
  write.dstSet = chunk.set;
  write.descriptorCount = 2;  // at bindings 0 and 1
  write.descriptorType = VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER_DYNAMIC;
  write.pBufferInfo = where;
  api.UpdateDescriptorSets(device_.handle(), 1, &write, 0, nullptr);
  chunks_.push_back(std::move(chunk));
}

/// Copies into the current chunk and returns the offset.
std::uint32_t Batch::put(std::span<const std::byte> bytes) {
  const std::size_t alignment = device_.facts().uniform_alignment, at = used_;
  if (!bytes.empty()) std::memcpy(chunks_[chunk_].buffer.mapped() + at, bytes.data(), bytes.size());
  used_ += (bytes.size() + alignment - 1) / alignment * alignment;
  return static_cast<std::uint32_t>(at);
}

void Batch::bind(std::span<const std::byte> view, std::span<const std::byte> constants) {
  if (view.size() > view_range) core::fail("a view of {} bytes is too large for Vulkan", view.size());
  if (constants.size() > constants_range)
    core::fail("{} bytes of constants are too many for Vulkan", constants.size());
  if (used_ + view_range + constants_range > chunk_bytes) {
    if (++chunk_ == chunks_.size()) add_chunk();
    used_ = 0;
  }
  const std::uint32_t at = put(view);
  const std::uint32_t offsets[] = {at, constants.empty() ? 0 : put(constants)};
  device_.api().CmdBindDescriptorSets(commands_, VK_PIPELINE_BIND_POINT_COMPUTE, pipelines_.layout(), 0, 1,
                                      &chunks_[chunk_].set, 2, offsets);
}

void Batch::begin_stages(bool timed) {
  stages_.clear();
  stages_open_ = true;
  stages_timed_ = timed && device_.facts().nanoseconds_per_tick > 0;
  if (!stages_timed_) return;
  if (!timestamps_) timestamps_ = std::make_unique<Timestamps>(device_, most_timestamps);
  timestamps_->reset(commands_);
  timestamps_->write(commands_, 0);
}

void Batch::end_stage(Stage stage) {
  if (!stages_open_) return;
  stages_.push_back(std::move(stage));
  if (stages_timed_ && stages_.size() < most_timestamps)
    timestamps_->write(commands_, static_cast<std::uint32_t>(stages_.size()));
}

std::vector<Stage> Batch::stages() const {
  std::vector<Stage> all = stages_;
  if (stages_timed_)
    for (std::uint32_t i = 0; i < all.size() && i + 1 < most_timestamps; ++i)
      all[i].milliseconds = timestamps_->between(i, i + 1);
  return all;
}

}  // namespace compute::vulkan
