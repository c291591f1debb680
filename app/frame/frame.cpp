#include "app/frame/frame.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstring>
#include <exception>
#include <utility>

#include "core/log.h"

namespace app {
namespace {

using renderer::Upscaler;
double milliseconds_since(Frame::Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Frame::Clock::now() - start).count();
}

core::Size render_size_of(const renderer::RenderSettings& settings, const FrameRequest& request,
                          core::Size output) {
  const bool full = settings.upscaler == Upscaler::native || request.reference_samples > 0;
  return full ? output : renderer::render_size(output, request.scale.value_or(settings.scale));
}

}  // namespace

/// What a frame in flight holds on to.
struct Frame::Slot {
  Slot(const gpu::Device& device, const renderer::GpuScene& scene)
      : render(device), composite(device), timer(device), buffers(device, scene) {}
  gpu::CommandBuffer render, composite;
  gpu::Timer timer;
  renderer::FrameBuffers buffers;
  std::uint64_t frame = ~0ull;  ///< the frame drawn into it last
  // Of that frame, until it is composited.
  renderer::RenderSettings
      settings;  ///< that the frame is rendered with: upscaler is rendered_for() both sides
  renderer::RenderSettings left_settings;
  ComparisonSettings comparison;
  ComparisonNow comparison_now;
  std::optional<renderer::FrameContext> context;
  Lane::By by = Lane::By::none;
  bool reference = false;
};

Frame::Frame(const gpu::Device& device, const scene::Scene& scene, const renderer::RenderSettings& settings,
             core::Size output)
    : device_(device),
      scene_(scene),
      gpu_scene_(device, scene, settings.anisotropy),
      targets_(std::make_unique<renderer::Targets>(device, output)),
      left_(device, output, 0),
      shadow_(std::make_unique<renderer::ShadowPass>(device, gpu_scene_, settings.shadow.resolution)),
      gbuffer_(device, gpu_scene_),
      lighting_(device),
      transparent_(device, gpu_scene_),
      exposure_(device),
      output_passes_(device),
      shown_(&left_.outputs().picture),
      composited_(gpu::make_timeline(device)),
      first_present_(device) {
  for (auto& slot : slots_) slot = std::make_unique<Slot>(device, gpu_scene_);
}

Frame::~Frame() {
  try {
    if (pending_) composite_pending(nullptr);
  } catch (const std::exception& error) {
    core::log_error(error.what());  // a lost device; nobody is left to show the frame to
  }
  vkDeviceWaitIdle(device_.handle());
}

/// The program in one function: scene, camera, shadow, G-buffer, lighting, shared frame, upscaler, composite.
const core::FrameInfo& Frame::draw(const renderer::RenderSettings& settings, const FrameRequest& request,
                                   const PresentHooks* present) {
  if (!exposure_known_ && settings.exposure.automatic && !request.exposure)
    measure_first_exposure(settings, request);
  Slot& slot = *slots_[next_frame_ % 2];
  wait_for_slot(slot);
  const auto start = Clock::now();
  slot.reference = request.reference_samples > 0;
  slot.comparison = slot.reference ? ComparisonSettings{} : request.comparison;
  slot.comparison_now = request.comparison_now;
  prepare_comparison(slot.comparison);
  slot.left_settings = slot.settings = settings;
  slot.settings.upscaler = rendered_for(settings.upscaler, slot.comparison);
  slot.context.emplace(begin(slot.settings, request, slot));
  renderer::FrameContext& frame = *slot.context;
  const std::uint64_t n = info_.frame_index;
  slot.by = slot.reference ? Lane::By::none : left_.generator(settings.upscaler);
  const bool overlap = settings.overlap && slot.by == Lane::By::device && !comparison_;
  if (!overlap && pending_) composite_pending(nullptr);
  const bool still = unchanged(frame, settings, request);

  // R(n)
  record_render(slot.render.begin(), frame);
  if (comparison_)
    comparison_->record_render(slot.render.get(), frame, settings, slot.comparison, still && hold_exposure_,
                               [this](auto... arguments) { record_scene(arguments...); });
  slot.render.end();
  times_.record = milliseconds_since(start);
  std::vector<gpu::SemaphoreValue> waits, signals;
  left_.sync_render(n, waits, signals);
  if (comparison_) comparison_->sync_render(n, waits, signals);
  gpu::submit(device_, slot.render.get(), waits, signals);

  if (slot.reference) draw_reference(frame, request.reference_samples);
  const std::exception_ptr failure =
      left_.generate(frame, previous_info_.output, upscaler_view(slot.comparison.buffer), slot.by);
  note_generator(slot.by);
  times_.rendered = left_.waited_ms();
  times_.generate = left_.generated_ms();
  std::exception_ptr right_failure;
  if (comparison_) right_failure = comparison_->generate(frame, previous_info_.output);
  slot.frame = n;

  // C(n), or with overlap C(n - 1): the GPU renders n while n - 1 is generated.
  if (overlap) {
    composite_pending(present);
    pending_ = &slot;
  } else {
    composite(slot, present);
  }

  // Where nothing moves, the eye's adaptation comes to rest too: the reference needs one exposure.
  rested_seconds_ = still ? rested_seconds_ + request.frame_seconds : 0;
  const float change = std::abs(info_.exposure / previous_info_.exposure - 1);
  hold_exposure_ = comparison_ && still && (hold_exposure_ || change < 0.002f || rested_seconds_ > 2);
  previous_info_ = info_;
  previous_view_ = frame.view;
  previous_transforms_ = frame.transforms;
  previous_settings_ = settings;
  previous_rendered_for_ = slot.settings.upscaler;
  previous_seconds_ = request.seconds;
  reset_ = false;
  ++next_frame_;
  fail_with(failure, right_failure);
  return info_;
}

/// Whether this frame shows what the last one showed, sampled elsewhere.
bool Frame::unchanged(const renderer::FrameContext& frame, const renderer::RenderSettings& settings,
                      const FrameRequest& request) const {
  return !frame.info.reset && settings == previous_settings_ && request.seconds == previous_seconds_ &&
         frame.view == previous_view_ && (!hold_exposure_ || frame.info.exposure == previous_info_.exposure);
}

/// C(n)
void Frame::composite(Slot& slot, const PresentHooks* present) {
  const std::uint64_t n = slot.frame;
  const VkCommandBuffer commands = slot.composite.begin();
  shown_ = &record_shown(commands, slot);
  if (present) present->record(commands, *shown_);
  slot.composite.end();
  std::vector<gpu::SemaphoreValue> waits, signals{{composited_.get(), n + 1}};
  left_.sync_composite(n, slot.by, waits, signals);
  if (comparison_) comparison_->sync_composite(n, waits, signals);
  if (present) {
    waits.push_back({present->acquired, 0});
    signals.push_back({present->presentable, 0});
  }
  gpu::submit(device_, slot.composite.get(), waits, signals);
}

/// Upscaler, bloom, composite; and what stands beside or over them.
const gpu::Image& Frame::record_shown(VkCommandBuffer commands, const Slot& slot) {
  const ComparisonSettings& comparison = slot.comparison;
  std::optional<renderer::FrameContext> apart;  // where the frame was rendered for the right side
  if (slot.left_settings.upscaler != slot.settings.upscaler)
    apart.emplace(renderer::rebind(*slot.context, slot.left_settings, *targets_, left_.outputs(),
                                   slot.context->buffers, slot.context->timer));
  const renderer::FrameContext& frame = apart ? *apart : *slot.context;
  const gpu::Image* native = comparison_ ? comparison_->native_color() : nullptr;
  if (!slot.reference)
    output_passes_.record_output(commands, frame, left_, slot.by, native ? *native : targets_->color,
                                 comparison.buffer);
  output_passes_.record_view(commands, frame, left_, slot.by, comparison.buffer);
  const gpu::Image& picture = left_.outputs().picture;
  if (!split_) return picture;
  if (comparison_) comparison_->record(commands, *slot.context, output_passes_, picture);
  split_->record(commands, frame, comparison_ ? comparison_->shown_left(picture) : picture,
                 comparison_ ? comparison_->shown_right() : picture,
                 split_view(comparison, slot.comparison_now, frame.info.output));
  return split_->result();
}

/// The frame before, with overlap. Where there is none yet, a window still gets its picture: the last one.
void Frame::composite_pending(const PresentHooks* present) {
  if (Slot* slot = std::exchange(pending_, nullptr)) return composite(*slot, present);
  if (!present) return;
  present->record(first_present_.begin(), *shown_);
  first_present_.end();
  const std::array waits{gpu::SemaphoreValue{present->acquired, 0}};
  const std::array signals{gpu::SemaphoreValue{present->presentable, 0}};
  gpu::submit(device_, first_present_.get(), waits, signals);
}

void Frame::wait_for_slot(Slot& slot) {
  const auto start = Clock::now();
  times_ = {};
  if (slot.frame != ~0ull) {
    expect_generator();  // what hangs on a dead one hangs the queue
    wait_composited(slot.frame + 1);
    read_passes(slot);
    if (comparison_) comparison_->frame_done(slot.frame);
  }
  slot.timer.reset();
  times_.wait = milliseconds_since(start);
  show_to_watcher(slot);
}

void Frame::show_to_watcher(const Slot& slot) const {
  if (!watcher_ || !slot.context || slot.reference || !watchable()) return;
  watcher_(left_.shared().io(slot.context->info, {}));
}

/// The shared buffers are new: they do not hold the slots' frames any more.
void Frame::forget_slots() {
  for (auto& slot : slots_) slot->context.reset();
}

/// Of a frame that is done.
void Frame::read_passes(Slot& slot) {
  passes_ = slot.timer.read();
  passes_began_ = slot.timer.began();
  if (slot.by != Lane::By::device || !left_.device_upscaler()) return;
  if (const auto milliseconds = left_.device_upscaler()->milliseconds()) {
    times_.generate = *milliseconds;
    passes_.push_back({"generate", 0, *milliseconds});
  }
}

renderer::FrameContext Frame::begin(const renderer::RenderSettings& settings, const FrameRequest& request,
                                    Slot& slot) {
  const core::Size output = targets_->size;
  const bool reset = reset_ || request.cut || next_frame_ == 0 ||
                     slot.left_settings.upscaler != previous_settings_.upscaler ||
                     settings.upscaler != previous_rendered_for_;
  gpu_scene_.set_anisotropy(device_, settings.anisotropy);
  if (shadow_->resolution() != settings.shadow.resolution) {
    device_.wait_idle();
    shadow_ = std::make_unique<renderer::ShadowPass>(device_, gpu_scene_, settings.shadow.resolution);
  }
  if (request.cut) shadow_->invalidate();
  if (slot.frame != ~0ull && exposure_known_ && !hold_exposure_) {
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
                               .outputs = left_.outputs(),
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
                               .objects = {},
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
  record_scene(commands, frame);
  exposure_.record(commands, frame);
  left_.record_fill(commands, frame);
}

void Frame::record_scene(VkCommandBuffer commands, const renderer::FrameContext& frame) const {
  gbuffer_.record(commands, frame);
  lighting_.record(commands, frame, *shadow_);
  transparent_.record(commands, frame, *shadow_);
}

/// Adds the samples after the first render. Shadows and culling stay those of the frame; each sample waits
/// for the one before, since they share the slot's constants.
void Frame::draw_reference(renderer::FrameContext& frame, int samples) {
  if (!reference_) reference_ = std::make_unique<renderer::ReferenceAccumulatePass>(device_, targets_->size);
  gpu::wait_timeline(device_, left_.shared().rendered(), frame.info.frame_index + 1);
  auto& constants = *frame.buffers.constants.as<shared::FrameConstants>();
  for (int sample = 0; sample < samples; ++sample) {
    write_reference_sample(frame, sample, constants);
    frame.timer.reset();
    gpu::run_once(device_, [&](VkCommandBuffer commands) {
      record_scene(commands, frame);
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
    record_scene(commands, frame);
    exposure_.record(commands, frame);
  });
  slot.buffers.luminance.invalidate();
  auto_exposure_.update(settings.exposure, *slot.buffers.luminance.as<float>(), request.frame_seconds, true);
  for (auto& other : slots_) *other->buffers.luminance.as<float>() = *slot.buffers.luminance.as<float>();
  exposure_known_ = true;
}

void Frame::resize(core::Size output) {
  if (pending_) composite_pending(nullptr);
  device_.wait_idle();
  if (output == targets_->size) return;
  readback_.reset();
  comparison_.reset();
  split_.reset();
  targets_ = std::make_unique<renderer::Targets>(device_, output);
  const std::string failure = left_.resize(output);
  forget_slots();
  shown_ = &left_.outputs().picture;
  if (!failure.empty()) give_up_device_upscaler(left_, failure);
  reference_.reset();
  reset_ = true;
}

void Frame::finish() {
  if (next_frame_ == 0) return;
  if (pending_) composite_pending(nullptr);
  wait_composited(next_frame_);
  read_passes(*slots_[(next_frame_ - 1) % 2]);
}

}  // namespace app
