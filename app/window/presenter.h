#pragma once
// Shows a frame's picture in the window, with the panels over it: swapchain and ImGui behind the few calls
// that the frame's PresentHooks need.

#include <array>
#include <cstdint>
#include <vector>

#include "app/window/gui.h"
#include "app/window/window.h"
#include "renderer/vulkan/commands.h"
#include "renderer/vulkan/swapchain.h"
#include "renderer/vulkan/timer.h"

namespace app {

class Presenter {
 public:
  /// `ui_scale` 0 takes the monitor's.
  Presenter(Window& window, const gpu::Device& device, bool vsync, float ui_scale);

  Gui& gui() { return gui_; }
  /// Take effect with the next frame; cheap where nothing changed.
  void set_vsync(bool vsync);
  void set_ui_scale(float ui_scale);

  /// Fits the swapchain to the window. False while the window has no area: draw nothing, wait for events.
  bool ready();
  /// The picture's size: what the window shows now. After ready().
  core::Size size() const;

  /// Acquires an image; false where there is none (call ready() again). Then the frame's submission waits for
  /// acquired(), calls record() and signals presentable(); then present(). At most one frame is between its
  /// submission and the GPU's end of it when the next one is submitted (Frame waits for frame n - 2).
  bool acquire();
  VkSemaphore acquired() const { return slot().acquired.get(); }
  VkSemaphore presentable() const { return swapchain_.presentable(index_); }
  /// Copies `picture` (UNORM, GENERAL, TRANSFER_SRC) to the window, scaled where sizes differ, and draws the
  /// panels over it. Gui::end_frame was called.
  void record(VkCommandBuffer commands, const gpu::Image& picture);
  void present();

  /// "present copy" and "panels" of the last finished frame.
  const std::vector<gpu::PassTime>& times() const { return times_; }
  const std::optional<gpu::Timer::Clock::time_point>& times_began() const { return times_began_; }

 private:
  // When frame n acquires, frame n - 1 has waited for n - 3: three slots, and what the oldest holds is free.
  static constexpr std::size_t slot_count = 3;
  struct Slot {
    gpu::Timer timer;
    gpu::UniqueSemaphore acquired;
    bool recorded = false;
  };
  Slot& slot() { return slots_[frame_ % slot_count]; }
  const Slot& slot() const { return slots_[frame_ % slot_count]; }

  Window& window_;
  const gpu::Device& device_;
  bool vsync_, stale_ = false;
  gpu::Swapchain swapchain_;
  Gui gui_;
  std::array<Slot, slot_count> slots_;
  std::uint64_t frame_ = 0;
  std::uint32_t index_ = 0;
  std::vector<gpu::PassTime> times_;
  std::optional<gpu::Timer::Clock::time_point> times_began_;
};

}  // namespace app
