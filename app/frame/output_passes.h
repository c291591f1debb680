#pragma once
// The passes at output resolution: upscaling, then bloom and composite, or a buffer instead of the picture.

#include <optional>

#include "app/frame/lane.h"
#include "app/settings/comparison_settings.h"
#include "renderer/frame_source.h"
#include "renderer/passes/picture/bloom.h"
#include "renderer/passes/picture/composite.h"
#include "renderer/passes/picture/upscale_spatial.h"
#include "renderer/passes/picture/upscale_taau.h"
#include "renderer/passes/picture/view_buffer.h"
#include "renderer/passes/picture/view_split.h"

namespace app {

/// Returns the upscaler's own view behind a choice of buffer; nothing for the frame's buffers.
constexpr std::optional<neural::DebugView> upscaler_view(BufferView view) {
  if (view < BufferView::warped_history) return std::nullopt;
  return static_cast<neural::DebugView>(static_cast<std::int32_t>(view) -
                                        static_cast<std::int32_t>(BufferView::warped_history));
}

/// Returns the value of surfaces behind a choice of buffer; nothing for another buffer.
constexpr std::optional<renderer::SurfaceValue> surface_value(BufferView view) {
  if (view < BufferView::normal || view > BufferView::occlusion) return std::nullopt;
  return static_cast<renderer::SurfaceValue>(static_cast<std::int32_t>(view) -
                                             static_cast<std::int32_t>(BufferView::normal));
}

/// Returns the places of divider and magnifier, in output pixels.
renderer::SplitView split_view(const ComparisonSettings& comparison, const ComparisonNow& now,
                               core::Size output);

class OutputPasses {
 public:
  explicit OutputPasses(const gpu::Device& device);

  /// Records the output by frame.settings.upscaler, which must not be a generator's. `full_color` is the
  /// colour for `native`. Where `view` is one of an upscaler's own, TAAU also draws it into the lane's view
  /// image.
  void record_upscale(VkCommandBuffer commands, const renderer::FrameContext& frame, Lane& lane,
                      const gpu::Image& full_color, BufferView view) const;
  /// Records bloom, where the settings have it, and composite: from the output to the picture of
  /// frame.outputs.
  void record_picture(VkCommandBuffer commands, const renderer::FrameContext& frame) const;
  /// These record the two parts of record_picture().
  void record_bloom(VkCommandBuffer commands, const renderer::FrameContext& frame) const;
  void record_composite(VkCommandBuffer commands, const renderer::FrameContext& frame) const;
  /// Records a buffer in place of the picture; `source` drew the frame. `generated`: the lane's generator
  /// made the output and drew the view.
  void record_view(VkCommandBuffer commands, const renderer::FrameContext& frame,
                   const renderer::FrameSource& source, Lane& lane, bool generated, BufferView view) const;

  const renderer::ViewBufferPass& view_buffer() const { return view_buffer_; }

 private:
  renderer::UpscaleSpatialPass upscale_spatial_;
  renderer::UpscaleTaauPass upscale_taau_;
  renderer::BloomPass bloom_;
  renderer::CompositePass composite_;
  renderer::ViewBufferPass view_buffer_;
};

}  // namespace app
