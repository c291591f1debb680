#include "app/frame/comparison/comparison.h"

#include <utility>

namespace app {

void Comparison::set_right_generators(GiveGenerators give) {
  live_.reset();
  give_ = std::move(give);
}

bool Comparison::right_fits(const ComparisonSettings& settings) const {
  return live_ ? settings.compare && settings.right == right_ : !settings.compare;
}

bool Comparison::fits(const ComparisonSettings& settings) const {
  const bool wants_split = settings.compare || settings.magnifier;
  return right_fits(settings) && wants_split == (split_ != nullptr);
}

void Comparison::prepare(const ComparisonSettings& settings, core::Size output, std::uint64_t next_frame) {
  if (!right_fits(settings)) live_.reset();
  split_.reset();
  if (settings.compare || settings.magnifier)
    split_ = std::make_unique<renderer::ViewSplitPass>(device_, output);
  if (live_ || !settings.compare) return;
  live_ = std::make_unique<LiveComparison>(device_, scene_, renderer_, output, next_frame);
  right_ = settings.right;
  if (give_) give_(live_->right(), right_, next_frame);
}

void Comparison::drop() {
  live_.reset();
  split_.reset();
}

const gpu::Image& Comparison::record(VkCommandBuffer commands, const FrameSlot& slot,
                                     const renderer::FrameContext& left, const OutputPasses& passes,
                                     const gpu::Image& picture) const {
  if (!split_) return picture;
  if (live_) live_->record(commands, *slot.context, passes, picture);
  split_->record(commands, left, live_ ? live_->shown_left(picture) : picture,
                 live_ ? live_->shown_right() : picture,
                 split_view(slot.comparison, slot.comparison_now, left.info.output));
  return split_->result();
}

}  // namespace app
