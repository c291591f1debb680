#pragma once
// Draws Dear ImGui's controls into the swapchain's images. Differences between versions of ImGui are handled
// in gui.cpp. Call everything from the window's thread.

#include <cstdint>
#include <vector>

#include "app/window/window.h"
#include "renderer/vulkan/swapchain.h"

namespace app {

/// Text and controls over the picture. Only one may exist at a time, because ImGui's state is global.
class Gui {
 public:
  /// Must be made after the window has set its own callbacks: ImGui replaces them and calls them from its
  /// own. Throws core::Error.
  Gui(const Window& window, const gpu::Device& device, const gpu::Swapchain& swapchain, float scale);
  ~Gui();
  Gui(const Gui&) = delete;
  Gui& operator=(const Gui&) = delete;

  /// Sets the size of text and controls; 1 is 100 %. Waits until the device is idle where the size changes.
  void set_scale(float scale);
  float scale() const { return scale_; }

  /// The ImGui functions that build a frame's panels are called between these two.
  void begin_frame();
  void end_frame();

  bool wants_mouse() const;
  bool wants_keyboard() const;  ///< the user is typing text
  bool dragging() const;        ///< the user holds a control with the mouse

  /// Records the panels over the swapchain's image `image_index`, which is in COLOR_ATTACHMENT_OPTIMAL, and
  /// makes it ready to present.
  void record(VkCommandBuffer commands, std::uint32_t image_index);

 private:
  void start_backend();
  void stop_backend();
  void make_font();
  void make_render_pass();
  void make_framebuffers();

  const Window& window_;
  const gpu::Device& device_;
  const gpu::Swapchain& swapchain_;
  float scale_ = 1;
  gpu::UniqueDescriptorPool pool_;
  gpu::Unique<VkRenderPass, vkDestroyRenderPass> render_pass_;
  std::vector<gpu::Unique<VkFramebuffer, vkDestroyFramebuffer>> framebuffers_;
  std::uint64_t generation_ = 0;  ///< Swapchain::generation() that the framebuffers were made for
};

}  // namespace app
