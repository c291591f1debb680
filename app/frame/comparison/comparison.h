#pragma once
// What stands beside or over the frame's own picture while somebody looks at it: a second lane, the divider
// and the magnifier. With all of it off there is nothing here, and a frame costs what it costs without.

#include <functional>
#include <memory>

#include "app/frame/comparison/live_comparison.h"
#include "app/frame/frame_slot.h"
#include "renderer/passes/picture/view_split.h"

namespace app {

class Comparison {
 public:
  /// Gives the right lane its generators when there comes to be one.
  using GiveGenerators = std::function<void(Lane&, RightLane, std::uint64_t next_frame)>;

  /// All of them must outlive it.
  Comparison(const gpu::Device& device, const renderer::GpuScene& scene,
             const renderer::SceneRenderer& renderer)
      : device_(device), scene_(scene), renderer_(renderer) {}

  /// For the next right lane: the device is idle, and the one there is goes.
  void set_right_generators(GiveGenerators give);
  /// Whether what is there is what the settings want.
  bool fits(const ComparisonSettings& settings) const;
  /// Makes what the settings want and drops what they do not; the device is idle.
  void prepare(const ComparisonSettings& settings, core::Size output, std::uint64_t next_frame);
  /// The device is idle.
  void drop();

  /// The second lane with its scores; null while nothing is compared.
  LiveComparison* live() const { return live_.get(); }
  /// Records the right lane's picture, and both lanes or the magnifier into one picture. Returns what to
  /// show: `picture`, which is the left lane's, where there is nothing beside it. `left`: the left lane's
  /// context.
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
  RightLane right_ = RightLane::taau;  ///< that live_ was made for
  std::unique_ptr<renderer::ViewSplitPass> split_;
};

}  // namespace app
