#include "app/frame/lane.h"

#include <chrono>

#include "core/error.h"

namespace app {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

}  // namespace

Lane::Lane(const gpu::Device& device, core::Size output, std::uint64_t next_frame)
    : device_(device),
      size_(output),
      outputs_(std::make_unique<renderer::Outputs>(device, output)),
      shared_(
          std::make_unique<renderer::SharedFrame>(device, output, renderer::SharedWith::host, next_frame)),
      promised_(next_frame) {}

void Lane::set_device_upscaler(std::unique_ptr<DeviceUpscaler> upscaler, std::uint64_t next_frame) {
  device_upscaler_.reset();
  const auto share = [&](renderer::SharedWith with) {
    shared_.reset();
    shared_ = std::make_unique<renderer::SharedFrame>(device_, size_, with, next_frame);
  };
  try {
    share(upscaler ? upscaler->shares() : renderer::SharedWith::host);
    if (upscaler) upscaler->attach(*shared_, size_);
  } catch (...) {
    upscaler.reset();
    share(renderer::SharedWith::host);
    throw;
  }
  device_upscaler_ = std::move(upscaler);
  promised_ = next_frame;
}

Lane::By Lane::generator(renderer::Upscaler upscaler) const {
  if (upscaler != renderer::Upscaler::neural) return By::none;
  return device_upscaler_ ? By::device : By::host;
}

std::string Lane::describe(By by) const {
  if (by == By::device && device_upscaler_) return device_upscaler_->description();
  if (by == By::host) return host_.describe ? host_.describe() : "host";
  return {};
}

void Lane::signal_for_device() {
  if (!gpu::try_wait_timeline(device_, shared_->generated(), promised_, 2.0))
    gpu::signal_timeline(device_, shared_->generated(), promised_);
}

std::string Lane::resize(core::Size output) {
  std::string failure;
  const auto on_device = [&](const auto& body) {
    if (!device_upscaler_ || !failure.empty()) return;
    try {
      body(*device_upscaler_);
    } catch (const core::Error& error) {
      failure = error.what();
    }
  };
  on_device([](DeviceUpscaler& upscaler) { upscaler.detach(); });
  size_ = output;
  outputs_ = std::make_unique<renderer::Outputs>(device_, output);
  view_image_ = {};
  for (gpu::Buffer& view : views_) view = {};
  shared_->resize(output);
  on_device([&](DeviceUpscaler& upscaler) { upscaler.attach(*shared_, output); });
  return failure;
}

void Lane::record_fill(VkCommandBuffer commands, const renderer::FrameContext& frame) const {
  shared_->record_fill(commands, frame);
}

std::exception_ptr Lane::generate(const renderer::FrameContext& frame, core::Size history_size,
                                  std::optional<neural::DebugView> view, By& by) {
  waited_ms_ = generated_ms_ = 0;
  try {
    if (by == By::host) generate_on_host(frame, history_size);
    if (by == By::device) {
      device_upscaler_->enqueue(frame.info, history_size);
      promised_ = frame.info.frame_index + 1;
    }
  } catch (...) {
    by = By::none;
    return std::current_exception();
  }
  try {
    if (view && by != By::none) draw_view(*view, frame.info.frame_index, by);
  } catch (...) {  // the frame itself is on its way
    return std::current_exception();
  }
  return nullptr;
}

void Lane::generate_on_host(const renderer::FrameContext& frame, core::Size history_size) {
  if (!host_.generate) core::fail("the neural upscaler has no weights or no backend");
  const std::uint64_t n = frame.info.frame_index;
  auto start = Clock::now();
  gpu::wait_timeline(device_, shared_->rendered(), n + 1);
  waited_ms_ = milliseconds_since(start);
  start = Clock::now();
  host_.generate(shared_->io(frame.info, history_size));
  shared_->flush_output(n);
  generated_ms_ = milliseconds_since(start);
  frame.timer.add_cpu("generate", generated_ms_);
  gpu::signal_timeline(device_, shared_->generated(), n + 1);
}

void Lane::record_take(VkCommandBuffer commands, const renderer::FrameContext& frame) const {
  shared_->record_take(commands, frame);
}

const gpu::Image& Lane::view_image() {
  if (view_image_) return view_image_;
  view_image_ = gpu::Image(
      device_,
      {.format = VK_FORMAT_R16G16B16A16_SFLOAT,
       .width = static_cast<std::uint32_t>(size_.width),
       .height = static_cast<std::uint32_t>(size_.height),
       .usage = VK_IMAGE_USAGE_STORAGE_BIT | VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT},
      "upscaler's view");
  gpu::run_once(device_, [&](VkCommandBuffer commands) { gpu::to_general(commands, {&view_image_}); });
  return view_image_;
}

void Lane::draw_view(neural::DebugView view, std::uint64_t n, By by) {
  if (by == By::host && !host_.draw) return;
  gpu::Buffer& buffer = views_[n % 2];
  const auto pixels = static_cast<VkDeviceSize>(size_.width) * static_cast<VkDeviceSize>(size_.height);
  if (!buffer)
    buffer = gpu::Buffer(device_, 8 * pixels, VK_BUFFER_USAGE_TRANSFER_SRC_BIT, gpu::MemoryUse::readback,
                         "upscaler's view");
  if (by == By::host)
    host_.draw(view, buffer.as<core::f16>());
  else
    device_upscaler_->draw(view, buffer.as<core::f16>());
  buffer.flush();
}

void Lane::record_view(VkCommandBuffer commands, const renderer::FrameContext& frame) {
  const gpu::Buffer& buffer = views_[frame.slot()];
  if (!buffer) return;
  VkBufferImageCopy copy{};
  copy.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
  copy.imageExtent = {static_cast<std::uint32_t>(size_.width), static_cast<std::uint32_t>(size_.height), 1};
  gpu::barrier(commands, gpu::Access::host_write, gpu::Access::transfer);
  vkCmdCopyBufferToImage(commands, buffer.get(), view_image().get(), VK_IMAGE_LAYOUT_GENERAL, 1, &copy);
  gpu::barrier(commands, gpu::Access::transfer, gpu::Access::all);
}

/// The rendering may not touch the slot before the upscaler has done with frame n - 2.
void Lane::sync_render(std::uint64_t n, std::vector<gpu::SemaphoreValue>& waits,
                       std::vector<gpu::SemaphoreValue>& signals) const {
  waits.push_back({shared_->generated(), n > 0 ? n - 1 : 0});
  signals.push_back({shared_->rendered(), n + 1});
}

/// The classical upscalers are part of the composite and signal `generated` with it.
void Lane::sync_composite(std::uint64_t n, By by, std::vector<gpu::SemaphoreValue>& waits,
                          std::vector<gpu::SemaphoreValue>& signals) const {
  waits.push_back({by == By::none ? shared_->rendered() : shared_->generated(), n + 1});
  if (by == By::none) signals.push_back({shared_->generated(), n + 1});
}

}  // namespace app
