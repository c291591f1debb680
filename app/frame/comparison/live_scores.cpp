#include "app/frame/comparison/live_scores.h"

#include <algorithm>

namespace app {
namespace {

core::Image to_image(core::Size size, const std::uint8_t* rgba) {
  core::Image image(size.width, size.height);
  for (std::size_t i = 0; i < image.pixels(); ++i)
    for (std::size_t c = 0; c < 3; ++c) image.rgb[3 * i + c] = static_cast<float>(rgba[4 * i + c]) / 255;
  return image;
}

std::vector<std::uint8_t> to_rgba(const core::Image& image) {
  std::vector<std::uint8_t> rgba(4 * image.pixels(), 255);
  for (std::size_t i = 0; i < image.pixels(); ++i)
    for (std::size_t c = 0; c < 3; ++c)
      rgba[4 * i + c] = static_cast<std::uint8_t>(255 * image.rgb[3 * i + c] + 0.5f);
  return rgba;
}

void judge(const core::Image& picture, const core::Image& truth, bool flip, float gain, int lane,
           LiveScore& score) {
  score.psnr_db[lane] = core::psnr_db(core::mean_squared_error(picture, truth));
  if (!flip) return;
  core::FlipMap map = core::flip(picture, truth);
  score.flip[lane] = map.mean;
  for (float& error : map.error) error = std::min(1.0f, gain * error);
  score.maps[lane] = to_rgba(core::magma(map));
}

}  // namespace

LiveScores::LiveScores(const gpu::Device& device, core::Size size) : size_(size) {
  const auto pixels = static_cast<VkDeviceSize>(size.width) * static_cast<VkDeviceSize>(size.height);
  for (gpu::Buffer& copy : copies_)
    copy = gpu::Buffer(device, 4 * pixels, VK_BUFFER_USAGE_TRANSFER_DST_BIT, gpu::MemoryUse::readback,
                       "picture to score");
}

bool LiveScores::ready() const {
  return !copied_in_ && !work_.valid() && Clock::now() >= next_;
}

void LiveScores::record(VkCommandBuffer commands, std::uint64_t frame, const gpu::Image& left,
                        const gpu::Image& right, const gpu::Image* truth, int samples, bool flip,
                        float gain) {
  const gpu::Image* pictures[] = {&left, &right, truth};
  for (std::size_t i = 0; i < 3; ++i) {
    if (!pictures[i]) continue;
    VkBufferImageCopy copy{};
    copy.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
    copy.imageExtent = {static_cast<std::uint32_t>(size_.width), static_cast<std::uint32_t>(size_.height), 1};
    vkCmdCopyImageToBuffer(commands, pictures[i]->get(), VK_IMAGE_LAYOUT_GENERAL, copies_[i].get(), 1, &copy);
  }
  gpu::barrier(commands, gpu::Access::transfer, gpu::Access::host_read);
  copied_in_ = frame;
  samples_ = truth ? samples : 0;
  flip_ = flip;
  gain_ = gain;
  forgotten_ = false;
}

void LiveScores::frame_done(std::uint64_t frame) {
  if (copied_in_ != frame) return;
  copied_in_.reset();
  if (forgotten_) return;
  for (const gpu::Buffer& copy : copies_) copy.invalidate();
  started_ = Clock::now();
  work_ = std::async(std::launch::async, [this, samples = samples_, flip = flip_, gain = gain_] {
    const core::Image left = to_image(size_, copies_[0].as<std::uint8_t>());
    const core::Image right = to_image(size_, copies_[1].as<std::uint8_t>());
    LiveScore score{.samples = samples, .has_flip = flip};
    if (samples == 0) {
      judge(left, right, flip, gain, 0, score);
      score.psnr_db[1] = score.psnr_db[0];
      score.flip[1] = score.flip[0];
      score.maps[1] = score.maps[0];
      return score;
    }
    const core::Image truth = to_image(size_, copies_[2].as<std::uint8_t>());
    judge(left, truth, flip, gain, 0, score);
    judge(right, truth, flip, gain, 1, score);
    return score;
  });
}

bool LiveScores::take(LiveScore& score) {
  if (!work_.valid() || work_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return false;
  LiveScore fresh = work_.get();
  const auto now = Clock::now();
  next_ = now + 3 * (now - started_);
  if (forgotten_) return false;
  score = std::move(fresh);
  return true;
}

void LiveScores::forget() {
  forgotten_ = true;
}

}  // namespace app
