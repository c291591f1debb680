#include "app/frame.h"

#include <array>
#include <chrono>
#include <cstring>
#include <exception>
#include <utility>

#include <spdlog/spdlog.h>

namespace app {
namespace {

using renderer::Upscaler;
using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

neural::Size render_size_of(const renderer::RenderSettings& settings, const FrameRequest& request,
                            neural::Size output) {
  const bool full = settings.upscaler == Upscaler::native || request.reference_samples > 0;
  return full ? output : renderer::render_size(output, request.scale.value_or(settings.scale));
}

}  // namespace

/// What a frame in flight holds on to.
struct Frame::Slot {
  Slot(const gpu::Device& device, std::size_t models)
      : render(device), composite(device), timer(device), buffers(device, models) {}
  gpu::CommandBuffer render, composite;
  gpu::Timer timer;
  renderer::FrameBuffers buffers;
  std::uint64_t frame = ~0ull;  ///< the frame drawn into it last
  // Of that frame, until it is composited.
  renderer::RenderSettings settings;
  std::optional<renderer::FrameContext> context;
  Generator by = Generator::none;
  bool reference = false;
};

Frame::Frame(const gpu::Device& device, const scene::Scene& scene, const renderer::RenderSettings& settings,
             neural::Size output)
    : device_(device),
      scene_(scene),
      gpu_scene_(device, scene, settings.anisotropy),
      targets_(std::make_unique<renderer::Targets>(device, output)),
      shared_(std::make_unique<renderer::SharedFrame>(device, output)),
      shadow_(std::make_unique<renderer::ShadowPass>(device, gpu_scene_, settings.shadow.resolution)),
      gbuffer_(device, gpu_scene_),
      lighting_(device),
      transparent_(device, gpu_scene_),
      exposure_(device),
      upscale_spatial_(device),
      upscale_taau_(device),
      bloom_(device),
      composite_(device),
      composited_(gpu::make_timeline(device)),
      first_present_(device) {
  for (auto& slot : slots_) slot = std::make_unique<Slot>(device, scene.models.size());
}

Frame::~Frame() {
  if (pending_) composite_pending(nullptr);
  vkDeviceWaitIdle(device_.handle());
}

/// The program in one function: scene, camera, shadow, G-buffer, lighting, shared frame, upscaler, composite.
const neural::FrameInfo& Frame::draw(const renderer::RenderSettings& settings, const FrameRequest& request,
                                     const PresentHooks* present) {
  if (!exposure_known_ && settings.exposure.automatic && !request.exposure)
    measure_first_exposure(settings, request);
  Slot& slot = *slots_[next_frame_ % 2];
  wait_for_slot(slot);
  const auto start = Clock::now();
  slot.settings = settings;
  slot.context.emplace(begin(slot.settings, request, slot));
  renderer::FrameContext& frame = *slot.context;
  const std::uint64_t n = info_.frame_index;
  Generator by = settings.upscaler != Upscaler::neural || request.reference_samples > 0 ? Generator::none
                 : device_upscaler_                                                     ? Generator::device
                                                                                        : Generator::host;
  const bool overlap = settings.overlap && by == Generator::device;
  if (!overlap && pending_) composite_pending(nullptr);

  // R(n): may not touch the slot before the upscaler has done with frame n - 2.
  record_render(slot.render.begin(), frame);
  slot.render.end();
  times_.record = milliseconds_since(start);
  const std::array render_waits{gpu::SemaphoreValue{shared_->generated(), n > 0 ? n - 1 : 0}};
  const std::array render_signals{gpu::SemaphoreValue{shared_->rendered(), n + 1}};
  gpu::submit(device_, slot.render.get(), render_waits, render_signals);

  if (request.reference_samples > 0) draw_reference(frame, request.reference_samples);
  const std::exception_ptr failure = generate(frame, by);
  slot.by = by;
  slot.reference = request.reference_samples > 0;
  slot.frame = n;

  // C(n), or with overlap C(n - 1): the GPU renders n while n - 1 is generated.
  if (overlap) {
    composite_pending(present);
    pending_ = &slot;
  } else {
    composite(slot, present);
  }

  previous_info_ = info_;
  previous_view_ = frame.view;
  previous_transforms_ = frame.transforms;
  previous_upscaler_ = settings.upscaler;
  reset_ = false;
  ++next_frame_;
  if (failure) {
    if (!device_upscaler_) std::rethrow_exception(failure);
    try {
      std::rethrow_exception(failure);
    } catch (const core::Error& error) {
      give_up_device_upscaler(error.what());
    }
  }
  return info_;
}

/// The upscaler's part of a frame. Where it fails, the frame is finished without the network, so that both
/// semaphores stay in step; then the caller hears of it.
std::exception_ptr Frame::generate(const renderer::FrameContext& frame, Generator& by) {
  try {
    if (by == Generator::host) generate_on_host(frame);
    if (by == Generator::device) {
      device_upscaler_->enqueue(frame.info, previous_info_.output);
      promised_ = frame.info.frame_index + 1;
    }
  } catch (...) {
    by = Generator::none;
    return std::current_exception();
  }
  return nullptr;
}

/// C(n): the classical upscalers are part of it and signal `generated` with it.
void Frame::composite(Slot& slot, const PresentHooks* present) {
  const renderer::FrameContext& frame = *slot.context;
  const std::uint64_t n = slot.frame;
  const bool generated = slot.by != Generator::none;
  const VkCommandBuffer commands = slot.composite.begin();
  if (generated) {
    shared_->record_take(commands, frame);
  } else if (!slot.reference) {
    record_upscale(commands, frame);
  }
  if (slot.settings.bloom.enabled) bloom_.record(commands, frame);
  composite_.record(commands, frame);
  if (present) present->record(commands, targets_->picture);
  slot.composite.end();
  std::vector<gpu::SemaphoreValue> waits{{generated ? shared_->generated() : shared_->rendered(), n + 1}};
  std::vector<gpu::SemaphoreValue> signals{{composited_.get(), n + 1}};
  if (!generated) signals.push_back({shared_->generated(), n + 1});
  if (present) {
    waits.push_back({present->acquired, 0});
    signals.push_back({present->presentable, 0});
  }
  gpu::submit(device_, slot.composite.get(), waits, signals);
}

/// The frame before, with overlap. Where there is none yet, a window still gets its picture: the last one.
void Frame::composite_pending(const PresentHooks* present) {
  if (Slot* slot = std::exchange(pending_, nullptr)) return composite(*slot, present);
  if (!present) return;
  present->record(first_present_.begin(), targets_->picture);
  first_present_.end();
  const std::array waits{gpu::SemaphoreValue{present->acquired, 0}};
  const std::array signals{gpu::SemaphoreValue{present->presentable, 0}};
  gpu::submit(device_, first_present_.get(), waits, signals);
}

void Frame::set_device_upscaler(std::unique_ptr<DeviceUpscaler> upscaler) {
  if (pending_) composite_pending(nullptr);
  device_.wait_idle();
  device_upscaler_.reset();
  readback_.reset();
  forget_slots();
  reset_ = true;
  const auto share = [&](renderer::SharedWith with) {
    shared_.reset();
    shared_ = std::make_unique<renderer::SharedFrame>(device_, targets_->size, with, next_frame_);
  };
  try {
    share(upscaler ? upscaler->shares() : renderer::SharedWith::host);
    if (upscaler) upscaler->attach(*shared_, targets_->size);
  } catch (...) {
    upscaler.reset();
    share(renderer::SharedWith::host);
    throw;
  }
  device_upscaler_ = std::move(upscaler);
  promised_ = next_frame_;
}

/// The GPU's other API has failed: its signals will not come, so the host gives them, and the host's upscaler
/// takes over.
void Frame::give_up_device_upscaler(const std::string& reason) {
  spdlog::error("{}; the CPU takes over", reason);
  if (!gpu::try_wait_timeline(device_, shared_->generated(), promised_, 2.0))
    gpu::signal_timeline(device_, shared_->generated(), promised_);
  set_device_upscaler(nullptr);
}

void Frame::wait_composited(std::uint64_t value) {
  // In short turns: a failed device would never signal.
  while (device_upscaler_ && !gpu::try_wait_timeline(device_, composited_.get(), value, 0.5))
    expect_generator();
  gpu::wait_timeline(device_, composited_.get(), value);
}

void Frame::expect_generator() {
  if (!device_upscaler_) return;
  try {
    device_upscaler_->expect_alive();
  } catch (const core::Error& error) {
    give_up_device_upscaler(error.what());
  }
}

void Frame::wait_for_slot(Slot& slot) {
  const auto start = Clock::now();
  times_ = {};
  if (slot.frame != ~0ull) {
    expect_generator();  // what hangs on a dead one hangs the queue
    wait_composited(slot.frame + 1);
    read_passes(slot);
  }
  slot.timer.reset();
  times_.wait = milliseconds_since(start);
  show_to_watcher(slot);
}

void Frame::show_to_watcher(const Slot& slot) const {
  if (!watcher_ || !slot.context || slot.reference || shared_->with() != renderer::SharedWith::host) return;
  watcher_(shared_->io(slot.context->info, {}));
}

/// The shared buffers are new: they do not hold the slots' frames any more.
void Frame::forget_slots() {
  for (auto& slot : slots_) slot->context.reset();
}

/// Of a frame that is done.
void Frame::read_passes(const Slot& slot) {
  passes_ = slot.timer.read();
  if (slot.by != Generator::device || !device_upscaler_) return;
  if (const auto milliseconds = device_upscaler_->milliseconds()) {
    times_.generate = *milliseconds;
    passes_.push_back({"generate", 0, *milliseconds});
  }
}

renderer::FrameContext Frame::begin(const renderer::RenderSettings& settings, const FrameRequest& request,
                                    Slot& slot) {
  const neural::Size output = targets_->size;
  const bool reset = reset_ || request.cut || settings.upscaler != previous_upscaler_ || next_frame_ == 0;
  gpu_scene_.set_anisotropy(device_, settings.anisotropy);
  if (shadow_->resolution() != settings.shadow.resolution) {
    device_.wait_idle();
    shadow_ = std::make_unique<renderer::ShadowPass>(device_, gpu_scene_, settings.shadow.resolution);
  }
  if (request.cut) shadow_->invalidate();
  if (slot.frame != ~0ull && exposure_known_) {
    slot.buffers.luminance.invalidate();
    auto_exposure_.update(settings.exposure, *slot.buffers.luminance.as<float>(), request.frame_seconds,
                          false);
  }

  const renderer::View view = renderer::make_view(
      scene_.camera, request.camera ? *request.camera : scene::camera_at(scene_.camera, request.seconds),
      output);
  info_ = {};
  info_.render = render_size_of(settings, request, output);
  info_.output = output;
  info_.frame_index = next_frame_;
  info_.reset = reset;
  info_.frame_seconds = request.frame_seconds;
  info_.tan_half_fov_y = static_cast<float>(view.tan_half_fov_y);
  info_.aspect = static_cast<float>(view.aspect);
  info_.near = static_cast<float>(view.near);
  info_.exposure =
      request.exposure ? *request.exposure : auto_exposure_.exposure(settings.exposure, scene_.ev);
  if (settings.upscaler != Upscaler::native) {
    const double scale = static_cast<double>(output.height) / info_.render.height;
    renderer::halton_jitter(next_frame_, scale, info_.jitter);
  }

  renderer::FrameContext frame{.device = device_,
                               .settings = settings,
                               .scene = gpu_scene_,
                               .targets = *targets_,
                               .buffers = slot.buffers,
                               .timer = slot.timer,
                               .info = info_,
                               .previous_render = reset ? info_.render : previous_info_.render,
                               .exposure_ratio = reset ? 1.0f : info_.exposure / previous_info_.exposure,
                               .view = view,
                               .previous_view = reset ? view : previous_view_,
                               .transforms = gpu_scene_.transforms(request.seconds),
                               .previous_transforms = {},
                               .draws = {},
                               .seconds = request.seconds};
  frame.previous_jitter[0] = reset ? info_.jitter[0] : previous_info_.jitter[0];
  frame.previous_jitter[1] = reset ? info_.jitter[1] : previous_info_.jitter[1];
  frame.previous_transforms = reset ? frame.transforms : previous_transforms_;
  frame.draws = gpu_scene_.visible(view, frame.transforms, settings.culling);
  renderer::write_frame_buffers(frame);
  const auto* motions = slot.buffers.motions.as<glm::mat4>();
  std::memcpy(frame.info.clip_to_prev_clip, motions, sizeof frame.info.clip_to_prev_clip);
  info_ = frame.info;
  return frame;
}

void Frame::record_render(VkCommandBuffer commands, const renderer::FrameContext& frame) {
  shadow_->record(commands, frame);
  gbuffer_.record(commands, frame);
  lighting_.record(commands, frame, *shadow_);
  transparent_.record(commands, frame, *shadow_);
  exposure_.record(commands, frame);
  shared_->record_fill(commands, frame);
}

void Frame::record_upscale(VkCommandBuffer commands, const renderer::FrameContext& frame) {
  switch (frame.settings.upscaler) {
    case Upscaler::taau:
      upscale_taau_.record(commands, frame);
      break;
    case Upscaler::native: {
      const gpu::PassScope scope(device_, commands, frame.timer, "upscale");
      VkImageCopy copy{};
      copy.srcSubresource = copy.dstSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
      copy.extent = {frame.width(), frame.height(), 1};
      vkCmdCopyImage(commands, targets_->color.get(), VK_IMAGE_LAYOUT_GENERAL, frame.output().get(),
                     VK_IMAGE_LAYOUT_GENERAL, 1, &copy);
      gpu::barrier(commands, gpu::Access::transfer, gpu::Access::all);
      break;
    }
    default:
      upscale_spatial_.record(commands, frame);
      break;
  }
}

void Frame::generate_on_host(const renderer::FrameContext& frame) {
  if (!host_upscaler_) core::fail("the neural upscaler has no weights or no backend");
  const std::uint64_t n = frame.info.frame_index;
  auto start = Clock::now();
  gpu::wait_timeline(device_, shared_->rendered(), n + 1);
  times_.rendered = milliseconds_since(start);
  start = Clock::now();
  host_upscaler_(shared_->io(frame.info, previous_info_.output));
  shared_->flush_output(n);
  times_.generate = milliseconds_since(start);
  frame.timer.add_cpu("generate", times_.generate);
  gpu::signal_timeline(device_, shared_->generated(), n + 1);
}

/// Adds the samples after the first render. Shadows and culling stay those of the frame; each sample waits
/// for the one before, since they share the slot's constants.
void Frame::draw_reference(renderer::FrameContext& frame, int samples) {
  if (!reference_) reference_ = std::make_unique<renderer::ReferenceAccumulatePass>(device_, targets_->size);
  gpu::wait_timeline(device_, shared_->rendered(), frame.info.frame_index + 1);
  auto& constants = *frame.buffers.constants.as<shared::FrameConstants>();
  for (int sample = 0; sample < samples; ++sample) {
    const auto index = static_cast<std::uint32_t>(sample) + 1;
    const float jitter[2] = {static_cast<float>(renderer::halton(index, 2) - 0.5),
                             static_cast<float>(renderer::halton(index, 3) - 0.5)};
    constants.jitter = {jitter[0], jitter[1]};
    constants.clip_from_world =
        glm::mat4(renderer::jittered(frame.view.clip_from_world(), jitter, frame.info.render));
    constants.mip_bias = frame.settings.mip_bias - 1;
    frame.timer.reset();
    gpu::run_once(device_, [&](VkCommandBuffer commands) {
      gbuffer_.record(commands, frame);
      lighting_.record(commands, frame, *shadow_);
      transparent_.record(commands, frame, *shadow_);
      reference_->record(commands, frame, sample, samples);
    });
  }
  frame.timer.reset();
}

/// Renders the first frame once, only to measure it: the eye starts adapted.
void Frame::measure_first_exposure(const renderer::RenderSettings& settings, const FrameRequest& request) {
  Slot& slot = *slots_[next_frame_ % 2];
  wait_for_slot(slot);
  const renderer::FrameContext frame = begin(settings, request, slot);
  gpu::run_once(device_, [&](VkCommandBuffer commands) {
    shadow_->record(commands, frame);
    gbuffer_.record(commands, frame);
    lighting_.record(commands, frame, *shadow_);
    transparent_.record(commands, frame, *shadow_);
    exposure_.record(commands, frame);
  });
  slot.buffers.luminance.invalidate();
  auto_exposure_.update(settings.exposure, *slot.buffers.luminance.as<float>(), request.frame_seconds, true);
  for (auto& other : slots_) *other->buffers.luminance.as<float>() = *slot.buffers.luminance.as<float>();
  exposure_known_ = true;
}

void Frame::resize(neural::Size output) {
  if (pending_) composite_pending(nullptr);
  device_.wait_idle();
  if (output == targets_->size) return;
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
  readback_.reset();
  targets_ = std::make_unique<renderer::Targets>(device_, output);
  shared_->resize(output);
  forget_slots();
  on_device([&](DeviceUpscaler& upscaler) { upscaler.attach(*shared_, output); });
  if (!failure.empty()) give_up_device_upscaler(failure);
  reference_.reset();
  reset_ = true;
}

void Frame::finish() {
  if (next_frame_ == 0) return;
  if (pending_) composite_pending(nullptr);
  wait_composited(next_frame_);
  read_passes(*slots_[(next_frame_ - 1) % 2]);
}

std::vector<std::byte> Frame::read_picture() {
  finish();
  const auto width = static_cast<std::uint32_t>(targets_->size.width);
  const auto height = static_cast<std::uint32_t>(targets_->size.height);
  const std::size_t pixels = std::size_t{width} * height;
  const gpu::Buffer staging(device_, 4 * pixels, VK_BUFFER_USAGE_TRANSFER_DST_BIT, gpu::MemoryUse::readback,
                            "picture");
  gpu::run_once(device_, [&](VkCommandBuffer commands) {
    VkBufferImageCopy copy{};
    copy.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
    copy.imageExtent = {width, height, 1};
    vkCmdCopyImageToBuffer(commands, targets_->picture.get(), VK_IMAGE_LAYOUT_GENERAL, staging.get(), 1,
                           &copy);
    gpu::barrier(commands, gpu::Access::transfer, gpu::Access::host_read);
  });
  staging.invalidate();
  std::vector<std::byte> rgb(3 * pixels);
  const auto* source = staging.as<std::byte>();
  for (std::size_t i = 0; i < pixels; ++i) std::memcpy(&rgb[3 * i], source + 4 * i, 3);
  return rgb;
}

neural::FrameIo Frame::read_contract() {
  finish();
  const bool on_host = shared_->with() == renderer::SharedWith::host;
  if (!on_host && !readback_) readback_ = std::make_unique<renderer::SharedFrame>(device_, targets_->size);
  const renderer::SharedFrame& target = on_host ? *shared_ : *readback_;
  gpu::run_once(device_, [&](VkCommandBuffer commands) {
    if (!on_host) shared_->record_copy_inputs(commands, target, info_.frame_index);
    VkBufferImageCopy copy{};
    copy.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
    copy.imageExtent = {static_cast<std::uint32_t>(info_.output.width),
                        static_cast<std::uint32_t>(info_.output.height), 1};
    vkCmdCopyImageToBuffer(commands, targets_->output[info_.frame_index % 2].get(), VK_IMAGE_LAYOUT_GENERAL,
                           target.output(info_.frame_index).get(), 1, &copy);
    gpu::barrier(commands, gpu::Access::transfer, gpu::Access::host_read);
  });
  target.output(info_.frame_index).invalidate();
  return target.io(info_, info_.output);
}

}  // namespace app
