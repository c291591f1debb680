#pragma once
// Measures named passes by timestamp queries. A frame's results are read when its slot is used again.

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

/// Measures the passes of one frame slot, up to 64. Use it from the thread that records the frame.
class Timer {
 public:
  using Clock = std::chrono::steady_clock;

  Timer() = default;
  explicit Timer(const Device& device);
  /// Forgets the last frame. Call it before recording, once the device has finished the slot's work.
  void reset();
  /// Record the begin and the end of a pass. Passes do not nest.
  void begin(VkCommandBuffer commands, const char* name);
  void end(VkCommandBuffer commands);
  /// Adds a pass that ran on the CPU, such as a backend's work or a wait, and was timed there.
  void add_cpu(const char* name, double milliseconds);
  /// The passes of the frame that was recorded last. The device must have finished it.
  std::vector<PassTime> read();
  /// When the first pass that read() returned began; nothing where the device cannot say (Device::clocks).
  const std::optional<Clock::time_point>& began() const { return began_; }

 private:
  static constexpr std::uint32_t capacity = 128;
  struct Pass {
    std::string name;
    std::uint32_t begin, end;  ///< timestamps
  };
  std::uint32_t stamp(VkCommandBuffer commands);

  /// The timer that ended a pass last, of all timers; latest_commands_ is where it did. lavapipe's next pass
  /// begins with that timestamp.
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

/// Names and times the commands that are recorded while it exists.
class PassScope {
 public:
  PassScope(const Device& device, VkCommandBuffer commands, Timer& timer, const char* name);
  ~PassScope();
  /// Ends the pass before the scope does, so that what follows, such as a barrier, is not counted.
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
