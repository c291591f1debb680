#pragma once
// Dear ImGui on the window and the swapchain. What differs between its versions stays in gui.cpp.

#include <cstdint>
#include <vector>

#include "app/window/window.h"
#include "renderer/vulkan/swapchain.h"

namespace app {

/// Text and controls over the picture. One at a time: ImGui is global.
class Gui {
 public:
  /// After the window's own callbacks are set: ImGui calls them in turn.
  Gui(const Window& window, const gpu::Device& device, const gpu::Swapchain& swapchain, float scale);
  ~Gui();
  Gui(const Gui&) = delete;
  Gui& operator=(const Gui&) = delete;

  /// The size of text and controls in pixels, 1 at 100 %. Waits for the device when it changes.
  void set_scale(float scale);
  float scale() const { return scale_; }

  /// Between these two the ImGui functions build the frame's panels.
  void begin_frame();
  void end_frame();

  bool wants_mouse() const;
  bool wants_keyboard() const;  ///< a text is being typed
  bool dragging() const;        ///< a control is held

  /// Draws over a swapchain image that is in COLOR_ATTACHMENT_OPTIMAL and leaves it ready to present.
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
  std::uint64_t generation_ = 0;  ///< of the swapchain that the framebuffers were made for
};

}  // namespace app
