#pragma once
// Small pictures of what a frame passes through, for the window's ribbon. They cost nothing while no request
// asks for them.

#include <array>
#include <optional>

#include "app/frame/lane.h"
#include "app/settings/comparison_settings.h"
#include "renderer/passes/picture/view_buffer.h"

namespace app {

/// The thread that draws calls all functions.
class Thumbnails {
 public:
  static constexpr core::Size size{256, 144};
  /// What there is a picture of.
  static constexpr std::array views{BufferView::color, BufferView::motion, BufferView::kernel_shape,
                                    BufferView::blend_weight, BufferView::picture};

  /// Throws core::Error.
  explicit Thumbnails(const gpu::Device& device);

  /// Returns an rgba8 image in GENERAL, which the window of the same frame may copy.
  const gpu::Image& image(BufferView view) const;

  /// Returns which of the upscaler's own values frame n also draws, where a generator makes it: one of them
  /// in every eighth frame, since each costs a pass over the whole output.
  static std::optional<BufferView> inner_of(std::uint64_t n);

  /// Records the pictures of a frame, after its picture. `inner` is what the lane's generator drew of itself.
  void record(VkCommandBuffer commands, const renderer::FrameContext& frame,
              const renderer::ViewBufferPass& pass, Lane& lane, std::optional<BufferView> inner) const;

 private:
  std::array<gpu::Image, views.size()> images_;
};

}  // namespace app
