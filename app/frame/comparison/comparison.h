#pragma once
// Pictures shown beside or over the frame's own: a second lane, the divider and the magnifier. While all of
// it is off nothing is allocated, and a frame costs nothing more.

#include <functional>
#include <memory>

#include "app/frame/comparison/live_comparison.h"
#include "app/frame/frame_slot.h"
#include "renderer/passes/picture/view_split.h"

namespace app {

/// The thread that draws calls all functions.
class Comparison {
 public:
  /// Gives the right lane its generators when a comparison makes one.
  using GiveGenerators = std::function<void(Lane&, RightLane, std::uint64_t next_frame)>;

  /// All arguments must outlive the object.
  Comparison(const gpu::Device& device, const renderer::GpuScene& scene,
             const renderer::SceneRenderer& renderer)
      : device_(device), scene_(scene), renderer_(renderer) {}

  /// Sets the generators of the next right lane and drops the present one. The device must be idle.
  void set_right_generators(GiveGenerators give);
  /// Returns whether the present state is what the settings ask for.
  bool fits(const ComparisonSettings& settings) const;
  /// Makes what the settings ask for and drops the rest. The device must be idle. Throws core::Error.
  void prepare(const ComparisonSettings& settings, core::Size output, std::uint64_t next_frame);
  /// Drops everything. The device must be idle.
  void drop();

  /// Returns the second lane with its scores; null while nothing is compared.
  LiveComparison* live() const { return live_.get(); }
  /// Records the right lane's picture, and then both lanes or the magnifier into one picture. Returns the
  /// image to show, which is `picture` (the left lane's) where nothing stands beside it. `left` is the left
  /// lane's context.
  const gpu::Image& record(VkCommandBuffer commands, const FrameSlot& slot,
                           const renderer::FrameContext& left, const OutputPasses& passes,
                           const gpu::Image& picture) const;

 private:
  bool right_fits(const ComparisonSettings& settings) const;

  const gpu::Device& device_;
  const renderer::GpuScene& scene_;
  const renderer::SceneRenderer& renderer_;
  GiveGenerators give_;
  std::unique_ptr<LiveComparison> live_;
  RightLane right_ = RightLane::taau;  ///< live_ was made for this choice
  std::unique_ptr<renderer::ViewSplitPass> split_;
};

}  // namespace app
