#pragma once
// Times of named passes, by timestamp queries that are read back when the frame's slot comes round again.

#include <vulkan/vulkan.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "renderer/vulkan/commands.h"

namespace gpu {

struct PassTime {
  std::string name;
  double begin_ms = 0, end_ms = 0;  ///< since the first timestamp of the frame
  double ms() const { return end_ms - begin_ms; }
};

/// Records up to 64 passes of one frame slot.
class Timer {
 public:
  using Clock = std::chrono::steady_clock;

  Timer() = default;
  explicit Timer(const Device& device);
  /// Forgets the last frame; call before recording, after the slot's work has finished.
  void reset();
  void begin(VkCommandBuffer commands, const char* name);
  void end(VkCommandBuffer commands);
  /// Adds a pass that ran on the CPU (a backend's work, a wait), with its own clock.
  void add_cpu(const char* name, double milliseconds);
  /// The passes of the frame recorded last; the device has finished it.
  std::vector<PassTime> read();
  /// When the first pass that read() gave began; nothing where the device does not tell (Device::clocks).
  const std::optional<Clock::time_point>& began() const { return began_; }

 private:
  static constexpr std::uint32_t capacity = 128;
  struct Pass {
    std::string name;
    std::uint32_t begin, end;  ///< timestamps
  };
  std::uint32_t stamp(VkCommandBuffer commands);

  /// Of all timers the one that ended a pass last, and where: what lavapipe's next pass begins with.
  static thread_local const Timer* latest_;
  const Device* device_ = nullptr;
  UniqueQueryPool pool_;
  std::vector<Pass> passes_;
  std::uint32_t stamps_ = 0;
  VkCommandBuffer latest_commands_ = VK_NULL_HANDLE;
  std::vector<PassTime> cpu_;
  std::optional<Clock::time_point> began_;
  double period_ms_ = 0;
};

/// Names and times what is recorded while it lives.
class PassScope {
 public:
  PassScope(const Device& device, VkCommandBuffer commands, Timer& timer, const char* name);
  ~PassScope();
  /// Before the scope's end. What is recorded after it is not counted: a barrier.
  void end();
  PassScope(const PassScope&) = delete;
  PassScope& operator=(const PassScope&) = delete;

 private:
  const Device& device_;
  VkCommandBuffer commands_;
  Timer& timer_;
  bool open_ = true;
};

}  // namespace gpu
