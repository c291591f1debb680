#pragma once
// Shows a frame's picture in the window with the panels over it. It hides swapchain and ImGui behind the
// calls that the frame's PresentHooks need. Call everything from the window's thread; errors throw
// core::Error.

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "app/window/gui.h"
#include "app/window/pacer.h"
#include "app/window/window.h"
#include "renderer/vulkan/commands.h"
#include "renderer/vulkan/picture_copy.h"
#include "renderer/vulkan/swapchain.h"
#include "renderer/vulkan/timer.h"

namespace app {

/// A small picture (rgba8 in GENERAL) that lies over the large one, between these edges in pixels.
struct PicturePatch {
  const gpu::Image* image = nullptr;
  std::int32_t left = 0, top = 0, right = 0, bottom = 0;
};

class Presenter {
 public:
  /// `ui_scale` 0 takes the monitor's scale.
  Presenter(Window& window, const gpu::Device& device, bool vsync, float ui_scale);

  Gui& gui() { return gui_; }
  /// Both take effect with the next frame and cost nothing where the value is the same.
  void set_vsync(bool vsync);
  void set_ui_scale(float ui_scale);

  /// Fits the swapchain to the window. Returns false while the window has no area; the caller then draws
  /// nothing and waits for events.
  bool ready();
  /// The size of the picture in pixels. Valid after ready() returned true.
  core::Size size() const;

  /// Acquires an image. Returns false where there is none; call ready() again then. After it the frame's
  /// submission waits for acquired(), contains what record() records, and signals presentable(); then call
  /// present(). When a frame is submitted the GPU may still work on one earlier frame, but not on more, since
  /// Frame waits for frame n - 2.
  bool acquire();
  VkSemaphore acquired() const { return slot().acquired.get(); }
  VkSemaphore presentable() const { return swapchain_.presentable(index_); }
  /// Records a copy of `picture` (UNORM, in GENERAL, with TRANSFER_SRC) to the window's image, scaled where
  /// the sizes differ, then the patches and the panels over it. Gui::end_frame must have been called.
  void record(VkCommandBuffer commands, const gpu::Image& picture, const std::vector<PicturePatch>& patches);
  /// Presents the image, which is one of a frame's pictures (the last is its own), at once, or with pictures
  /// between frames when it is due.
  void present(int index = 0, int pictures = 1);
  /// Holds so many images back at the most, for frames of one more picture. Takes effect as set_vsync() does.
  void set_between(int pictures);
  const Pace& pace() const { return pace_; }
  /// How many frames' own pictures were presented so far, and how many between them.
  std::uint64_t presented_own() const { return presented_own_; }
  std::uint64_t presented_between() const { return presented_between_; }

  /// Makes the next record() keep what the window shows, panels included. Throws core::Error where the window
  /// cannot be read.
  void capture();
  bool captured() const { return static_cast<bool>(captured_); }
  /// Returns it once that frame was submitted, waiting for the device: [height][width][3] bytes at size().
  std::vector<std::byte> take_capture();

  /// The passes "present copy" and "panels" of the last finished frame.
  const std::vector<gpu::PassTime>& times() const { return times_; }
  const std::optional<gpu::Timer::Clock::time_point>& times_began() const { return times_began_; }

 private:
  // Slots of three frames suffice: when frame n acquires, frame n - 1 has waited for frame n - 3, so that its
  // slots are free.
  static constexpr std::size_t slot_count = 3 * (core::Between::most + 1);
  struct Slot {
    gpu::Timer timer;
    gpu::UniqueSemaphore acquired;
    bool recorded = false;
  };
  Slot& slot() { return slots_[frame_ % slot_count]; }
  const Slot& slot() const { return slots_[frame_ % slot_count]; }

  bool present_now(std::uint32_t image, bool own);  ///< false where the swapchain no longer fits
  void record_capture(VkCommandBuffer commands, VkImage shown);

  Window& window_;
  const gpu::Device& device_;
  bool vsync_;
  int between_ = 0;
  std::atomic<bool> stale_{false};
  gpu::Swapchain swapchain_;
  Gui gui_;
  std::array<Slot, slot_count> slots_;
  std::uint64_t frame_ = 0;
  std::uint32_t index_ = 0;
  bool capture_wanted_ = false;
  gpu::PictureCopy captured_;
  std::vector<gpu::PassTime> times_;
  std::optional<gpu::Timer::Clock::time_point> times_began_;
  Pace pace_;
  std::atomic<std::uint64_t> presented_own_{0}, presented_between_{0};
  std::unique_ptr<Pacer> pacer_;  ///< while pictures come between frames; before the swapchain it uses goes
};

}  // namespace app
