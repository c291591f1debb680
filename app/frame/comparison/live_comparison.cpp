#include "app/frame/comparison/live_comparison.h"

#include <cstring>

namespace app {
namespace {

using renderer::Upscaler;

}  // namespace

LiveComparison::LiveComparison(const gpu::Device& device, const renderer::GpuScene& scene,
                               const renderer::SceneRenderer& renderer, core::Size output,
                               std::uint64_t next_frame)
    : device_(device),
      scene_(scene),
      renderer_(renderer),
      size_(output),
      right_(device, output, next_frame),
      scores_(device, output) {
  const auto width = static_cast<std::uint32_t>(output.width),
             height = static_cast<std::uint32_t>(output.height);
  for (int i = 0; i < 2; ++i) {
    maps_[i] = gpu::Image(device,
                          {.format = VK_FORMAT_R8G8B8A8_UNORM,
                           .width = width,
                           .height = height,
                           .usage = VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT},
                          "error map");
    map_texels_[i] = gpu::Buffer(device, VkDeviceSize{4} * width * height, VK_BUFFER_USAGE_TRANSFER_SRC_BIT,
                                 gpu::MemoryUse::upload, "error map");
  }
  gpu::run_once(device, [&](VkCommandBuffer commands) { gpu::to_general(commands, {&maps_[0], &maps_[1]}); });
}

ComparisonState LiveComparison::state() const {
  return {resting_, reference_ ? reference_->samples() : 0, scored_, score_};
}

void LiveComparison::record_render(VkCommandBuffer commands, const renderer::FrameContext& frame,
                                   const renderer::RenderSettings& left, const ComparisonSettings& comparison,
                                   bool resting) {
  if ((resting_ && !resting) || comparison.buffer != settings_.buffer) {
    scores_.forget();
    scored_ = false;
  }
  settings_ = comparison;
  resting_ = resting;
  right_settings_ = left;
  right_settings_.upscaler = upscaler_of(comparison.right);
  const bool truth = comparison.right == RightLane::reference;
  generated_ = !truth && Lane::generates(right_settings_.upscaler);
  if (generated_) right_.record_fill(commands, frame);

  const bool shows_native =
      left.upscaler == Upscaler::native || (!truth && right_settings_.upscaler == Upscaler::native);
  native_drawn_ = shows_native && frame.settings.upscaler != Upscaler::native;
  if (native_drawn_) {
    if (!native_) native_ = std::make_unique<renderer::FullRender>(device_, scene_, size_);
    native_->record(commands, frame, renderer_);
  }

  // While something moves, the reference starts again with its first sample and is only drawn where it is
  // shown.
  if (!resting && reference_) reference_->restart();
  if (!resting && !truth) return;
  if (!reference_) reference_ = std::make_unique<renderer::LiveReference>(device_, scene_, size_);
  if (reference_->samples() == 0) pictured_samples_ = 0;
  if (reference_->samples() < comparison.samples) reference_->record(commands, frame, renderer_);
}

void LiveComparison::sync_render(std::uint64_t n, std::vector<gpu::SemaphoreValue>& waits,
                                 std::vector<gpu::SemaphoreValue>& signals) const {
  right_.sync_render(n, waits, signals);
}

std::exception_ptr LiveComparison::generate(const renderer::FrameContext& frame, core::Size history_size) {
  const renderer::FrameContext context = right_context(frame);
  return right_.generate(context, history_size, {}, upscaler_view(settings_.buffer), generated_);
}

void LiveComparison::sync_composite(std::uint64_t n, std::vector<gpu::SemaphoreValue>& waits,
                                    std::vector<gpu::SemaphoreValue>& signals) const {
  right_.sync_composite(n, generated_, waits, signals);
}

void LiveComparison::record(VkCommandBuffer commands, const renderer::FrameContext& frame,
                            const OutputPasses& passes, const gpu::Image& left) {
  if (settings_.right != RightLane::reference) {
    const renderer::FrameContext context = right_context(frame);
    const gpu::Image& full = native_drawn_ ? native_->targets().color : frame.targets.color;
    if (generated_)
      right_.record_take(commands, context);
    else
      passes.record_upscale(commands, context, right_, full, settings_.buffer);
    if (settings_.buffer == BufferView::picture)
      passes.record_picture(commands, context);
    else
      passes.record_view(commands, context, renderer_, right_, generated_, settings_.buffer);
  }
  fresh_ = false;
  if (reference_ && reference_->samples() > pictured_samples_)
    record_reference_picture(commands, frame, passes);
  if (settings_.buffer == BufferView::picture) record_scores(commands, frame.info.frame_index, left);
  if (scores_.take(score_)) {
    scored_ = true;
    if (score_.has_flip) upload_maps(commands);
  }
}

renderer::FrameContext LiveComparison::right_context(const renderer::FrameContext& frame) {
  renderer::FrameContext context =
      renderer::rebind(frame, right_settings_, frame.targets, right_.outputs(), frame.buffers, frame.timer);
  context.info.reset |= fresh_;
  return context;
}

void LiveComparison::record_reference_picture(VkCommandBuffer commands, const renderer::FrameContext& frame,
                                              const OutputPasses& passes) {
  renderer::FullRender& full = reference_->full();
  renderer::FrameContext context =
      renderer::rebind(frame, right_settings_, full.targets(), full.outputs(), frame.buffers, frame.timer);
  context.info.frame_index = 0;  // the index at which the mean lies
  passes.record_picture(commands, context);
  pictured_samples_ = reference_->samples();
}

/// Scores both sides against the reference at rest; while something moves, the error map compares the two
/// sides.
void LiveComparison::record_scores(VkCommandBuffer commands, std::uint64_t n, const gpu::Image& left) {
  if (!scores_.ready() || (!resting_ && !settings_.error)) return;
  const gpu::Image* truth = resting_ ? &reference_->full().outputs().picture : nullptr;
  const gpu::Image& right = settings_.right == RightLane::reference ? reference_->full().outputs().picture
                                                                    : right_.outputs().picture;
  scores_.record(commands, n, left, right, truth, resting_ ? reference_->samples() : 0, settings_.error,
                 settings_.error_gain);
}

/// The last upload is done by now, because a frame that the device has finished lies between two results.
void LiveComparison::upload_maps(VkCommandBuffer commands) {
  for (int i = 0; i < 2; ++i) {
    std::memcpy(map_texels_[i].mapped(), score_.maps[i].data(), score_.maps[i].size());
    map_texels_[i].flush();
    VkBufferImageCopy copy{};
    copy.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
    copy.imageExtent = {static_cast<std::uint32_t>(size_.width), static_cast<std::uint32_t>(size_.height), 1};
    vkCmdCopyBufferToImage(commands, map_texels_[i].get(), maps_[i].get(), VK_IMAGE_LAYOUT_GENERAL, 1, &copy);
    score_.maps[i].clear();
  }
  gpu::barrier(commands, gpu::Access::transfer, gpu::Access::all);
}

bool LiveComparison::shows_error() const {
  return settings_.error && settings_.buffer == BufferView::picture && scored_ && score_.has_flip;
}

const gpu::Image& LiveComparison::shown_left(const gpu::Image& picture) const {
  return shows_error() ? maps_[0] : picture;
}

const gpu::Image& LiveComparison::shown_right() const {
  if (shows_error()) return maps_[1];
  return settings_.right == RightLane::reference ? reference_->full().outputs().picture
                                                 : right_.outputs().picture;
}

const gpu::Image* LiveComparison::native_color() const {
  return native_drawn_ ? &native_->targets().color : nullptr;
}

}  // namespace app
