#include "renderer/vulkan/timer.h"

#include "renderer/vulkan/commands.h"

namespace gpu {

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
  names_.clear();
  cpu_.clear();
}

void Timer::begin(VkCommandBuffer commands, const char* name) {
  if (2 * names_.size() + 2 > capacity) core::fail("more than {} passes in a frame", capacity / 2);
  // lavapipe writes a timestamp at its next flush, which may come after a dispatch: the pass would take no
  // time. At the top of the pipe it shares the flush that writes the end of the pass before.
  const bool cpu = device_->is_cpu();
  vkCmdWriteTimestamp2(commands,
                       cpu ? VK_PIPELINE_STAGE_2_TOP_OF_PIPE_BIT : VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT,
                       pool_.get(), static_cast<std::uint32_t>(2 * names_.size()));
  if (cpu) barrier(commands, Access::all, Access::all);
  names_.emplace_back(name);
}

void Timer::end(VkCommandBuffer commands) {
  vkCmdWriteTimestamp2(commands, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT, pool_.get(),
                       static_cast<std::uint32_t>(2 * names_.size() - 1));
}

void Timer::add_cpu(const char* name, double milliseconds) {
  cpu_.push_back({name, 0, milliseconds});
}

std::vector<PassTime> Timer::read() {
  began_.reset();
  std::vector<PassTime> passes;
  std::vector<std::uint64_t> ticks(2 * names_.size());
  if (!names_.empty()) {
    const VkResult result = vkGetQueryPoolResults(
        device_->handle(), pool_.get(), 0, static_cast<std::uint32_t>(ticks.size()),
        ticks.size() * sizeof ticks[0], ticks.data(), sizeof ticks[0], VK_QUERY_RESULT_64_BIT);
    check(result, "cannot read timestamps");
    if (result == VK_NOT_READY) return cpu_;
    // Read anew each time: the two clocks drift.
    if (const auto now = device_->clocks()) {
      const double ago = static_cast<double>(now->ticks - ticks[0]) * period_ms_;
      began_ = now->host -
               std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double, std::milli>(ago));
    }
  }
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const auto since_start = [&](std::uint64_t tick) {
      return static_cast<double>(tick - ticks[0]) * period_ms_;
    };
    passes.push_back({names_[i], since_start(ticks[2 * i]), since_start(ticks[2 * i + 1])});
  }
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
  timer_.end(commands_);
  if (device_.end_label) device_.end_label(commands_);
}

}  // namespace gpu
