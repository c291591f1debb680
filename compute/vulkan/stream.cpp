#include "compute/vulkan/stream.h"

#include <algorithm>

namespace compute::vulkan {
namespace {

constexpr VkPipelineStageFlags2 stages_used =
    VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT;

VkSemaphoreSubmitInfo point(VkSemaphore semaphore, std::uint64_t value) {
  VkSemaphoreSubmitInfo info{};
  info.sType = VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO;
  info.semaphore = semaphore;
  info.value = value;
  info.stageMask = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT;
  return info;
}

}  // namespace

Stream::Stream(const Device& device, Pipelines& pipelines) : device_(device), pipelines_(pipelines) {
  VkSemaphoreTypeCreateInfo type{};
  type.sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO;
  type.semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE;
  VkSemaphoreCreateInfo create{};
  create.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO;
  create.pNext = &type;
  VkSemaphore semaphore = VK_NULL_HANDLE;
  check(device.api().CreateSemaphore(device.handle(), &create, nullptr, &semaphore),
        "cannot make a semaphore");
  done_ = {device.api(), device.handle(), semaphore};
  zeros_ = Buffer(device, 16, Kind::device);
  const Api& api = device.api();
  order();
  api.CmdFillBuffer(recording_->commands(), zeros_.handle(), 0, zeros_.bytes(), 0);
}

Stream::~Stream() {
  try {
    finish();
  } catch (const core::Error&) {
    // The device has failed, and nothing waits for it any more.
  }
}

Batch& Stream::free_batch() {
  const std::uint64_t finished = done();
  for (auto& batch : batches_)
    if (!batch->kept && batch->done_at <= finished) return *batch;
  batches_.push_back(std::make_unique<Batch>(device_, pipelines_));
  return *batches_.back();
}

Batch& Stream::recording() {
  if (!recording_) {
    Batch& batch = free_batch();
    batch.begin(next_again_);
    batch.done_at = submitted_ + 1;
    recording_ = &batch;
  }
  return *recording_;
}

void Stream::order() {
  Batch& batch = recording();
  VkMemoryBarrier2 memory{};
  memory.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER_2;
  memory.srcStageMask = memory.dstStageMask = stages_used;
  memory.srcAccessMask = VK_ACCESS_2_SHADER_WRITE_BIT | VK_ACCESS_2_TRANSFER_WRITE_BIT;
  memory.dstAccessMask = VK_ACCESS_2_SHADER_READ_BIT | VK_ACCESS_2_SHADER_WRITE_BIT |
                         VK_ACCESS_2_TRANSFER_READ_BIT | VK_ACCESS_2_TRANSFER_WRITE_BIT;
  VkDependencyInfo info{};
  info.sType = VK_STRUCTURE_TYPE_DEPENDENCY_INFO;
  info.memoryBarrierCount = 1;
  info.pMemoryBarriers = &memory;
  device_.api().CmdPipelineBarrier2(batch.commands(), &info);
  ++batch.commands_recorded;
}

void Stream::dispatch(const Dispatch& d) {
  const Api& api = device_.api();
  order();
  Batch& batch = *recording_;
  const VkCommandBuffer commands = batch.commands();
  api.CmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, d.pipeline);
  if (!d.view.empty()) batch.bind(d.view, d.constants);
  if (!d.push.empty())
    api.CmdPushConstants(commands, pipelines_.layout(), VK_SHADER_STAGE_COMPUTE_BIT, 0,
                         static_cast<std::uint32_t>(d.push.size()), d.push.data());
  api.CmdDispatch(commands, d.groups[0], d.groups[1], d.groups[2]);
  batch.end_stage({std::string(d.name), std::nullopt, d.operations, d.bytes});
}

void Stream::copy(Place to, Place from, std::size_t bytes) {
  if (bytes == 0) return;
  order();
  const VkBufferCopy region{from.offset, to.offset, bytes};
  device_.api().CmdCopyBuffer(recording_->commands(), from.buffer, to.buffer, 1, &region);
  recording_->end_stage({"copy", std::nullopt, 0, 2 * bytes});
}

void Stream::clear(Place to, std::size_t bytes) {
  // Vulkan clears whole words only; the bytes beside them are copied from zeros.
  const std::size_t before = std::min<std::size_t>((4 - to.offset % 4) % 4, bytes);
  const std::size_t words = (bytes - before) / 4 * 4, after = bytes - before - words;
  copy(to, {zeros_.handle(), 0}, before);
  if (words) {
    order();
    device_.api().CmdFillBuffer(recording_->commands(), to.buffer, to.offset + before, words, 0);
    recording_->end_stage({"clear", std::nullopt, 0, words});
  }
  copy({to.buffer, to.offset + before + words}, {zeros_.handle(), 0}, after);
}

void Stream::submit() {
  if (recording_) submit(VK_NULL_HANDLE, 0);
}

void Stream::submit(VkSemaphore signalled, std::uint64_t value) {
  Batch* batch = recording_;
  VkCommandBufferSubmitInfo commands{};
  commands.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO;
  VkSubmitInfo2 info{};
  info.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO_2;
  if (batch) {
    batch->end();
    recording_ = nullptr;
    commands.commandBuffer = batch->commands();
    info.commandBufferInfoCount = 1;
    info.pCommandBufferInfos = &commands;
  }
  const VkSemaphoreSubmitInfo signals[] = {point(done_.get(), submitted_ + 1), point(signalled, value)};
  info.signalSemaphoreInfoCount = signalled ? 2 : 1;
  info.pSignalSemaphoreInfos = signals;
  info.waitSemaphoreInfoCount = static_cast<std::uint32_t>(waits_.size());
  info.pWaitSemaphoreInfos = waits_.data();
  device_.submit(info);
  ++submitted_;
  waits_.clear();
}

void Stream::wait_for(VkSemaphore semaphore, std::uint64_t value) {
  submit();
  waits_.push_back(point(semaphore, value));
}

void Stream::signal(VkSemaphore semaphore, std::uint64_t value) {
  submit(semaphore, value);
}

void Stream::finish() {
  if (recording_ || !waits_.empty()) submit(VK_NULL_HANDLE, 0);
  const VkSemaphore semaphore = done_.get();
  VkSemaphoreWaitInfo wait{};
  wait.sType = VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO;
  wait.semaphoreCount = 1;
  wait.pSemaphores = &semaphore;
  wait.pValues = &submitted_;
  check(device_.api().WaitSemaphores(device_.handle(), &wait, ~std::uint64_t{0}), "the GPU failed");
  drop_garbage();
}

void Stream::show_host() {
  VkMemoryBarrier2 memory{};
  memory.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER_2;
  memory.srcStageMask = stages_used;
  memory.srcAccessMask = VK_ACCESS_2_SHADER_WRITE_BIT | VK_ACCESS_2_TRANSFER_WRITE_BIT;
  memory.dstStageMask = VK_PIPELINE_STAGE_2_HOST_BIT;
  memory.dstAccessMask = VK_ACCESS_2_HOST_READ_BIT;
  VkDependencyInfo info{};
  info.sType = VK_STRUCTURE_TYPE_DEPENDENCY_INFO;
  info.memoryBarrierCount = 1;
  info.pMemoryBarriers = &memory;
  device_.api().CmdPipelineBarrier2(recording().commands(), &info);
}

std::uint64_t Stream::done() const {
  std::uint64_t value = 0;
  check(device_.api().GetSemaphoreCounterValue(device_.handle(), done_.get(), &value), "the GPU failed");
  return value;
}

void Stream::expect_alive() const {
  static_cast<void>(done());
}

void Stream::group(int slot, const std::function<void()>& work, bool timed) {
  submit();
  Batch*& last = groups_[static_cast<std::size_t>(slot & 1)];
  if (last) last->kept = false;
  last = nullptr;
  next_again_ = true;
  Batch& batch = recording();
  next_again_ = false;
  try {
    order();
    batch.commands_recorded = 0;
    batch.begin_stages(timed);
    work();
    batch.end_stages();
  } catch (...) {
    batch.end_stages();
    submit();
    throw;
  }
  if (recording_ != &batch) core::fail("a group may only enqueue, and this one waited");
  batch.kept = true;
  last = last_group_ = &batch;
  launches_ = batch.commands_recorded;
  submit();
}

void Stream::launch_again(int slot) {
  Batch* batch = groups_[static_cast<std::size_t>(slot & 1)];
  if (!batch) core::fail("there is no group to launch again");
  submit();
  VkCommandBufferSubmitInfo commands{};
  commands.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO;
  commands.commandBuffer = batch->commands();
  const VkSemaphoreSubmitInfo signal = point(done_.get(), submitted_ + 1);
  VkSubmitInfo2 info{};
  info.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO_2;
  info.commandBufferInfoCount = 1;
  info.pCommandBufferInfos = &commands;
  info.signalSemaphoreInfoCount = 1;
  info.pSignalSemaphoreInfos = &signal;
  info.waitSemaphoreInfoCount = static_cast<std::uint32_t>(waits_.size());
  info.pWaitSemaphoreInfos = waits_.data();
  device_.submit(info);
  waits_.clear();
  batch->done_at = ++submitted_;
}

std::vector<Stage> Stream::stages() const {
  std::vector<Stage> newest;
  // Where the last group is still under way, the other slot's has newer times.
  for (const Batch* batch : {last_group_, last_group_ == groups_[0] ? groups_[1] : groups_[0]}) {
    if (!batch) continue;
    std::vector<Stage> all = batch->stages();
    if (!all.empty() && all.back().milliseconds) return all;
    if (newest.empty()) newest = std::move(all);
  }
  return newest;
}

void Stream::write_timestamp(const Timestamps& timestamps, std::uint32_t index, bool reset) {
  Batch& batch = recording();
  if (reset) timestamps.reset(batch.commands());
  timestamps.write(batch.commands(), index);
}

void Stream::free_later(Buffer buffer) {
  const std::uint64_t needed = recording_ ? submitted_ + 1 : submitted_;
  std::uint64_t value = 0;
  const VkResult result = device_.api().GetSemaphoreCounterValue(device_.handle(), done_.get(), &value);
  if (result == VK_SUCCESS && value < needed) garbage_.push_back({needed, std::move(buffer)});
}

void Stream::collect() {
  if (!garbage_.empty()) finish();
}

void Stream::drop_garbage() {
  garbage_.clear();
}

}  // namespace compute::vulkan
