#pragma once
// The right side of a comparison: a second upscaler that gets the same low-resolution frame, the reference
// that accumulates while nothing moves, and the error of both. It exists only while it is shown.

#include <memory>

#include "app/frame/comparison/live_scores.h"
#include "app/frame/output_passes.h"
#include "renderer/full_render.h"

namespace app {

/// Thrown when the right side's upscaler has failed; the left one goes on.
class RightLaneFailed : public core::Error {
 public:
  using core::Error::Error;
};

/// The state of a comparison, for the panels.
struct ComparisonState {
  bool resting = false;  ///< neither camera nor time nor a setting changes
  int samples = 0;       ///< samples of the reference so far
  bool scored = false;   ///< the score belongs to this view
  LiveScore score;
};

class LiveComparison {
 public:
  /// Serves one choice of comparison.right; another choice needs another object. Throws core::Error.
  LiveComparison(const gpu::Device& device, const renderer::GpuScene& scene,
                 const renderer::SceneRenderer& renderer, core::Size output, std::uint64_t next_frame);

  Lane& right() { return right_; }
  ComparisonState state() const;

  /// Records the rendering that the right side and the reference need of frame n, after the frame's own
  /// rendering. The next four functions follow in this order. `resting` is that of ComparisonState.
  void record_render(VkCommandBuffer commands, const renderer::FrameContext& frame,
                     const renderer::RenderSettings& left, const ComparisonSettings& comparison,
                     bool resting);
  /// Adds what the submission of frame n's rendering waits for and signals.
  void sync_render(std::uint64_t n, std::vector<gpu::SemaphoreValue>& waits,
                   std::vector<gpu::SemaphoreValue>& signals) const;
  /// Lets the right side's generator make its output; see Lane::generate(). Returns its failure.
  std::exception_ptr generate(const renderer::FrameContext& frame, core::Size history_size);
  /// Adds what the submission of frame n's composite waits for and signals.
  void sync_composite(std::uint64_t n, std::vector<gpu::SemaphoreValue>& waits,
                      std::vector<gpu::SemaphoreValue>& signals) const;
  /// Records the right side's picture and the scores of both. `left` is the finished picture of the left
  /// side.
  void record(VkCommandBuffer commands, const renderer::FrameContext& frame, const OutputPasses& passes,
              const gpu::Image& left);
  /// Call it when the device is done with frame n.
  void frame_done(std::uint64_t n) { scores_.frame_done(n); }

  /// Returns whether the error maps are shown in place of the pictures.
  bool shows_error() const;
  /// These return the image to show of each side after record(): its picture or its error.
  const gpu::Image& shown_left(const gpu::Image& picture) const;
  const gpu::Image& shown_right() const;
  /// Returns the colour for `native` where the frame itself was rendered at a low resolution, else null.
  const gpu::Image* native_color() const;

 private:
  renderer::FrameContext right_context(const renderer::FrameContext& frame);
  void record_reference_picture(VkCommandBuffer commands, const renderer::FrameContext& frame,
                                const OutputPasses& passes);
  void record_scores(VkCommandBuffer commands, std::uint64_t n, const gpu::Image& left);
  void upload_maps(VkCommandBuffer commands);

  const gpu::Device& device_;
  const renderer::GpuScene& scene_;
  const renderer::SceneRenderer& renderer_;
  core::Size size_;
  Lane right_;
  std::unique_ptr<renderer::FullRender> native_;
  std::unique_ptr<renderer::LiveReference> reference_;
  LiveScores scores_;
  gpu::Image maps_[2];
  gpu::Buffer map_texels_[2];

  // The members below belong to the frame that is being drawn.
  ComparisonSettings settings_;
  renderer::RenderSettings right_settings_;
  bool generated_ = false;  ///< the right side's output comes from its generator
  bool fresh_ = true;       ///< there is no history
  bool resting_ = false, native_drawn_ = false, scored_ = false;
  int pictured_samples_ = 0;  ///< samples of the reference when its picture was drawn
  LiveScore score_;
};

}  // namespace app
