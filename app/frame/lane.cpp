#include "app/frame/lane.h"

#include <utility>

#include "core/error.h"

namespace app {

using renderer::Where;

Lane::Lane(const gpu::Device& device, core::Size output, std::uint64_t next_frame)
    : device_(device),
      size_(output),
      outputs_(std::make_unique<renderer::Outputs>(device, output)),
      shared_(std::make_unique<renderer::SharedFrame>(device, output, Where::host, next_frame)),
      promised_(next_frame) {}

void Lane::set_generators(Generators generators, std::uint64_t next_frame) {
  generators_.clear();  // frees memory that the new one needs
  generators_ = std::move(generators);
  attach(next_frame);
}

void Lane::prefer_generator(std::unique_ptr<Generator> generator, std::uint64_t next_frame) {
  if (Generator* before = this->generator()) before->detach();
  generators_.insert(generators_.begin(), std::move(generator));
  attach(next_frame);
}

void Lane::drop_generator(std::uint64_t next_frame) {
  if (generators_.empty()) return;
  generators_.erase(generators_.begin());
  attach(next_frame);
}

void Lane::attach(std::uint64_t next_frame) {
  if (generators_.empty()) return share(Where::host, next_frame);
  try {
    share(generator()->where(), next_frame);
    generator()->attach(*shared_, size_);
  } catch (...) {
    drop_generator(next_frame);
    throw;
  }
}

/// Makes new buffers and semaphores, because the values of the old ones may be those of a generator that
/// failed. A failed generator on the host leaves none, so the buffers are kept.
void Lane::share(Where where, std::uint64_t next_frame) {
  promised_ = next_frame;
  if (shared_ && where == Where::host && shared_->where() == Where::host) return;
  shared_.reset();
  shared_ = std::make_unique<renderer::SharedFrame>(device_, size_, where, next_frame);
}

std::string Lane::describe(renderer::Upscaler upscaler) const {
  return generates(upscaler) && generator() ? generator()->description() : std::string();
}

void Lane::signal_for_generator() {
  if (!gpu::try_wait_timeline(device_, shared_->generated(), promised_, 2.0))
    gpu::signal_timeline(device_, shared_->generated(), promised_);
}

std::string Lane::resize(core::Size output) {
  return with_new_buffers([&] {
    size_ = output;
    outputs_ = std::make_unique<renderer::Outputs>(device_, output);
    view_image_ = {};
    for (gpu::Buffer& view : views_) view = {};
    shared_->resize(output);
  });
}

std::string Lane::hold_between(int count) {
  return with_new_buffers([&] { shared_->hold_between(count); });
}

/// Detaches the generator while `body` replaces buffers. Returns why it cannot attach to the new ones.
std::string Lane::with_new_buffers(const std::function<void()>& body) {
  std::string failure;
  const auto with_generator = [&](const auto& use) {
    if (!generator() || !failure.empty()) return;
    try {
      use(*generator());
    } catch (const core::Error& error) {
      failure = error.what();
    }
  };
  with_generator([](Generator& generator) { generator.detach(); });
  body();
  with_generator([&](Generator& generator) { generator.attach(*shared_, size_); });
  return failure;
}

void Lane::record_fill(VkCommandBuffer commands, const renderer::FrameContext& frame) const {
  shared_->record_fill(commands, frame);
}

std::exception_ptr Lane::generate(const renderer::FrameContext& frame, core::Size history_size,
                                  const core::Between& between, std::optional<neural::DebugView> view,
                                  bool& generated) {
  host_times_ = {};
  if (!generated) return nullptr;
  const std::uint64_t n = frame.info.frame_index;
  try {
    if (!generator()) core::fail("the neural upscaler has no weights or no backend");
    host_times_ = generator()->generate(frame.info, history_size, between);
    promised_ = n + 1;
    if (!enqueues()) frame.timer.add_cpu("generate", host_times_.generated - host_times_.between);
    if (!enqueues() && between.count > 0) frame.timer.add_cpu("between", host_times_.between);
  } catch (...) {
    generated = false;
    return std::current_exception();
  }
  try {
    if (view) draw_view(*view, n);
  } catch (...) {  // the frame itself is already submitted
    return std::current_exception();
  }
  return nullptr;
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

void Lane::draw_view(neural::DebugView view, std::uint64_t n) {
  gpu::Buffer& buffer = views_[n % 2];
  const auto pixels = static_cast<VkDeviceSize>(size_.width) * static_cast<VkDeviceSize>(size_.height);
  if (!buffer)
    buffer = gpu::Buffer(device_, 8 * pixels, VK_BUFFER_USAGE_TRANSFER_SRC_BIT, gpu::MemoryUse::readback,
                         "upscaler's view");
  generator()->draw(view, buffer.as<core::f16>());
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

/// The rendering must not write to the slot before the upscaler is done with frame n - 2.
void Lane::sync_render(std::uint64_t n, std::vector<gpu::SemaphoreValue>& waits,
                       std::vector<gpu::SemaphoreValue>& signals) const {
  waits.push_back({shared_->generated(), n > 0 ? n - 1 : 0});
  signals.push_back({shared_->rendered(), n + 1});
}

/// The classical upscalers are part of the composite, which signals `generated` for them.
void Lane::sync_composite(std::uint64_t n, bool generated, std::vector<gpu::SemaphoreValue>& waits,
                          std::vector<gpu::SemaphoreValue>& signals) const {
  waits.push_back({generated ? shared_->generated() : shared_->rendered(), n + 1});
  if (!generated) signals.push_back({shared_->generated(), n + 1});
}

}  // namespace app
