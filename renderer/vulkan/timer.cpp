#include "renderer/vulkan/timer.h"

#include <utility>

namespace gpu {

thread_local const Timer* Timer::latest_ = nullptr;

Timer::Timer(const Device& device) : device_(&device), period_ms_(device.limits().timestampPeriod * 1e-6) {
  VkQueryPoolCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO;
  info.queryType = VK_QUERY_TYPE_TIMESTAMP;
  info.queryCount = capacity;
  VkQueryPool pool = VK_NULL_HANDLE;
  check(vkCreateQueryPool(device.handle(), &info, nullptr, &pool), "cannot create timestamp queries");
  pool_ = UniqueQueryPool(device.handle(), pool);
}

void Timer::reset() {
  vkResetQueryPool(device_->handle(), pool_.get(), 0, capacity);
  passes_.clear();
  cpu_.clear();
  stamps_ = 0;
  latest_commands_ = VK_NULL_HANDLE;
}

/// lavapipe writes a timestamp at its next flush. That costs some 0.1 ms and may happen only after a
/// dispatch, so this flushes at once. It writes the timestamp at the top of the pipe, where lavapipe waits
/// for nothing first; the end of a rendering is written together with the rendering itself.
std::uint32_t Timer::stamp(VkCommandBuffer commands) {
  const bool cpu = device_->is_cpu();
  vkCmdWriteTimestamp2(commands,
                       cpu ? VK_PIPELINE_STAGE_2_TOP_OF_PIPE_BIT : VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT,
                       pool_.get(), stamps_);
  if (cpu) barrier(commands, Access::all, Access::all);
  return stamps_++;
}

void Timer::begin(VkCommandBuffer commands, const char* name) {
  if (stamps_ + 2 > capacity) core::fail("more than {} passes in a frame", capacity / 2);
  // On a processor passes run one after the other, so that one begins where the last one ended.
  const bool follows = device_->is_cpu() && latest_ == this && latest_commands_ == commands;
  passes_.push_back({name, follows ? stamps_ - 1 : stamp(commands), 0});
}

void Timer::end(VkCommandBuffer commands) {
  passes_.back().end = stamp(commands);
  latest_ = this;
  latest_commands_ = commands;
}

void Timer::add_cpu(const char* name, double milliseconds) {
  cpu_.push_back({name, 0, milliseconds});
}

std::vector<PassTime> Timer::read() {
  began_.reset();
  std::vector<PassTime> passes;
  std::vector<std::uint64_t> ticks(stamps_);
  if (!ticks.empty()) {
    const VkResult result = vkGetQueryPoolResults(
        device_->handle(), pool_.get(), 0, static_cast<std::uint32_t>(ticks.size()),
        ticks.size() * sizeof ticks[0], ticks.data(), sizeof ticks[0], VK_QUERY_RESULT_64_BIT);
    check(result, "cannot read timestamps");
    if (result == VK_NOT_READY) return cpu_;
    // Read each time, because the two clocks drift apart.
    if (const auto now = device_->clocks()) {
      const double ago = static_cast<double>(now->ticks - ticks[0]) * period_ms_;
      began_ = now->host -
               std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double, std::milli>(ago));
    }
  }
  const auto since_start = [&](std::uint32_t stamp) {
    return static_cast<double>(ticks[stamp] - ticks[0]) * period_ms_;
  };
  for (const Pass& pass : passes_)
    passes.push_back({pass.name, since_start(pass.begin), since_start(pass.end)});
  passes.insert(passes.end(), cpu_.begin(), cpu_.end());
  return passes;
}

PassScope::PassScope(const Device& device, VkCommandBuffer commands, Timer& timer, const char* name)
    : device_(device), commands_(commands), timer_(timer) {
  if (device_.begin_label) {
    VkDebugUtilsLabelEXT label{};
    label.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_LABEL_EXT;
    label.pLabelName = name;
    device_.begin_label(commands, &label);
  }
  timer_.begin(commands, name);
}

PassScope::~PassScope() {
  end();
}

void PassScope::end() {
  if (!std::exchange(open_, false)) return;
  timer_.end(commands_);
  if (device_.end_label) device_.end_label(commands_);
}

}  // namespace gpu
