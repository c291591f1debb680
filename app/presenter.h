#pragma once
// Shows a finished picture in the window, with the panels over it: swapchain, ImGui, and a submission of its
// own behind the frame's, so that the frame knows nothing of windows.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "app/gui.h"
#include "app/window.h"
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

  /// False while the window has no area: show nothing, wait for events.
  bool ready();
  /// The picture's size: what the window shows now. After ready().
  neural::Size size() const;

  /// Copies `picture` (UNORM, GENERAL, TRANSFER_SRC, written by work that is already on the queue) to the
  /// window, scaled where sizes differ, draws the panels over it and presents. Gui::end_frame was called.
  void show(const gpu::Image& picture);

  /// "present copy" and "panels" of the last finished frame.
  const std::vector<gpu::PassTime>& times() const { return times_; }

 private:
  struct Slot {
    gpu::CommandBuffer commands;
    gpu::Timer timer;
    gpu::UniqueSemaphore acquired;
    std::uint64_t value = 0;  ///< of done_ when its work has finished
  };
  void record(Slot& slot, const gpu::Image& picture, std::uint32_t index);

  Window& window_;
  const gpu::Device& device_;
  bool vsync_, stale_ = false;
  gpu::Swapchain swapchain_;
  Gui gui_;
  gpu::UniqueSemaphore done_;  ///< timeline, one step a frame shown
  std::array<Slot, 2> slots_;
  std::uint64_t frames_ = 0;
  std::vector<gpu::PassTime> times_;
};

}  // namespace app
