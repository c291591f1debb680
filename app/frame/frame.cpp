#include "app/frame/frame.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "app/frame/thumbnails.h"
#include "core/clock.h"
#include "core/log.h"

namespace app {

Frame::Frame(const gpu::Device& device, const scene::Scene& scene, const renderer::RenderSettings& settings,
             core::Size output)
    : device_(device),
      scene_(device, scene, settings.anisotropy),
      targets_(std::make_unique<renderer::Targets>(device, output, scene.water.size > 0)),
      rasterizer_(device, scene_, settings),
      camera_(scene_),
      water_(device, scene),
      left_(device, output, 0),
      output_passes_(device),
      between_(device),
      comparison_(device, scene_, rasterizer_),
      overlap_(device),
      failover_(
          device, [this] { return lanes(); }, [this](Lane& lane) { drop_generator(lane); }, water_),
      composited_(gpu::make_timeline(device)),
      shown_(&left_.outputs().picture) {
  for (auto& slot : slots_) slot = std::make_unique<FrameSlot>(device, scene_);
}

Frame::~Frame() {
  try {
    composite_pending(nullptr);
  } catch (const std::exception& error) {
    core::log_error(error.what());  // a lost device; no frame can be shown any more
  }
  vkDeviceWaitIdle(device_.handle());
}

/// Draws a frame; composite() finishes it. In order: source, shared frame, generator, composite, panels.
const core::FrameInfo& Frame::draw(const renderer::RenderSettings& settings, const FrameRequest& request,
                                   const PresentHooks* present) {
  hold_between(settings, request);
  const bool looked = !request.exposure && camera_.exposure().needs_look(settings.exposure, request.cut);
  if (looked) look_first(settings, request);
  FrameSlot& slot = *slots_[camera_.next_frame() % 2];
  wait_for_slot(slot);
  const auto start = Clock::now();
  slot.take(settings, request);
  prepare_comparison(slot.comparison);
  make_room(slot, request);
  LiveComparison* const beside = comparison_.live();

  // Source: the water's simulation; the camera with its jitter, the visible draws and the exposure.
  renderer::FrameContext& frame = begin(slot, request, looked);
  slot.generated = !slot.reference && Lane::generates(settings.upscaler);
  const bool overlap = Overlap::possible(slot, left_, beside);
  if (!overlap) composite_pending(nullptr);
  const VkCommandBuffer commands = slot.render.begin();
  record_source(commands, slot);       // the rasterizer or a field
  left_.record_fill(commands, frame);  // shared frame
  if (beside)
    beside->record_render(commands, frame, settings, slot.comparison,
                          camera_.still(slot, request) && camera_.exposure().resting());
  slot.render.end();
  times_.record = core::milliseconds_since(start);
  submit_render(slot);  // R(n)

  // Generator: turns the shared frame into the output, between the two semaphores.
  if (slot.reference) draw_reference(slot, request.reference_samples);
  const core::Size history = camera_.previous_info().output;
  slot.inner.reset();
  if (slot.thumbnails && slot.generated && !upscaler_view(slot.comparison.buffer))
    slot.inner = Thumbnails::inner_of(frame.info.frame_index);
  slot.between = BetweenPictures::before(slot, camera_, left_.shared().between());
  const auto failure =
      left_.generate(frame, history, slot.between, upscaler_view(slot.inner.value_or(slot.comparison.buffer)),
                     slot.generated);
  if (!slot.generated) slot.between.count = 0;
  pictures_between_ = slot.between.count;
  if (!slot.generated) slot.inner.reset();
  const auto right_failure = beside ? beside->generate(frame, history) : nullptr;
  if (slot.generated) generator_log_.note(*left_.generator());
  times_.rendered = left_.host_times().waited;
  times_.generate = left_.host_times().generated;
  slot.frame = frame.info.frame_index;
  slot.read = false;

  // Composite and panels: of this frame, or with `overlap` of the previous one.
  if (overlap) {
    composite_pending(present);
    overlap_.hold(slot);
  } else {
    composite(slot, present);
  }
  camera_.end(slot, request, beside);
  settle(failure, right_failure);
  return camera_.info();
}

/// C(n): the pictures between; then the upscaler, bloom and composite, or a buffer instead of the picture;
/// then the comparison and the panels.
void Frame::composite(FrameSlot& slot, const PresentHooks* present) {
  for (int k = 0; k < slot.between.count; ++k) {
    std::vector<gpu::SemaphoreValue> waits, none;
    left_.sync_composite(slot.frame, slot.generated, waits, none);
    between_.composite(slot, k, *targets_, left_, output_passes_, present, std::move(waits));
    if (present && present->next && !present->next()) present = nullptr;
  }
  const LiveComparison* const beside = comparison_.live();
  const BufferView view = slot.comparison.buffer;
  std::optional<renderer::FrameContext> apart;  // set where the frame was rendered for the right lane
  if (slot.left_settings.upscaler != slot.settings.upscaler)
    apart.emplace(renderer::rebind(*slot.context, slot.left_settings, *targets_, left_.outputs(),
                                   slot.context->buffers, slot.context->timer));
  const renderer::FrameContext& frame = apart ? *apart : *slot.context;
  const gpu::Image* const native = beside ? beside->native_color() : nullptr;

  const VkCommandBuffer commands = slot.composite.begin();
  if (slot.generated)
    left_.record_take(commands, frame);  // the shared frame's output
  else if (!slot.reference)
    output_passes_.record_upscale(commands, frame, left_, native ? *native : targets_->color, view);
  if (view == BufferView::picture) {
    output_passes_.record_bloom(commands, frame);
    output_passes_.record_composite(commands, frame);
  } else {
    output_passes_.record_view(commands, frame, source_of(slot), left_, slot.generated, view);
  }
  if (slot.thumbnails)
    slot.thumbnails->record(commands, frame, output_passes_.view_buffer(), left_, slot.inner);
  shown_ = &comparison_.record(commands, slot, frame, output_passes_, left_.outputs().picture);
  if (present) present->record(commands, *shown_);  // panels
  slot.composite.end();
  submit_composite(slot, present);
}

renderer::FrameContext& Frame::begin(FrameSlot& slot, const FrameRequest& request, bool looked) {
  rasterizer_.prepare(slot.settings, request.cut && !looked);  // the look has drawn the shadows
  if (field_) field_->prepare(slot.settings, request.cut);
  const bool rasterized = rasterizes(slot);
  const renderer::WaterSurface* water = nullptr;
  if (rasterized) water = advance_water(slot.settings.water, request);
  if (water) slot.timer.add_cpu("simulate", water_.water()->milliseconds());
  const renderer::FrameSourceNeeds needs = rasterized ? rasterizer_.needs() : field_->needs();
  return camera_.begin(slot, request, device_, *targets_, left_.outputs(), needs, water);
}

const renderer::WaterSurface* Frame::advance_water(const renderer::WaterSettings& settings,
                                                   const FrameRequest& request) {
  try {
    return water_.advance(camera_.next_frame(), request, settings);
  } catch (const core::Error& error) {
    if (!water_.may_fail_alone()) throw;
    failover_.give_up_water(error.what());
  }
  return water_.advance(camera_.next_frame(), request, settings);
}

/// Whether the rasterizer has work in this frame: all of it without a field, and with one what is compared
/// with it.
bool Frame::rasterizes(const FrameSlot& slot) const {
  return !field_ || slot.reference || comparison_.live();
}

const renderer::FrameSource& Frame::source_of(const FrameSlot& slot) const {
  if (field_ && !slot.reference) return *field_;
  return rasterizer_;
}

/// Fills the frame: from the field where there is one, else by the rasterizer (shadow, G-buffer, lighting,
/// water, transparent, exposure).
void Frame::record_source(VkCommandBuffer commands, const FrameSlot& slot) {
  if (rasterizes(slot)) rasterizer_.record(commands, *slot.context);
  if (&source_of(slot) == &rasterizer_) return;
  field_->record(commands, *slot.context);
  times_.field = field_->milliseconds();
}

void Frame::submit_render(const FrameSlot& slot) {
  const std::uint64_t n = camera_.next_frame();
  std::vector<gpu::SemaphoreValue> waits, signals;
  water_.sync(waits);
  left_.sync_render(n, waits, signals);
  if (comparison_.live()) comparison_.live()->sync_render(n, waits, signals);
  gpu::submit(device_, slot.render.get(), waits, signals);
}

void Frame::submit_composite(const FrameSlot& slot, const PresentHooks* present) {
  const std::uint64_t n = slot.frame;
  std::vector<gpu::SemaphoreValue> waits, signals{{composited_.get(), n + 1}};
  left_.sync_composite(n, slot.generated, waits, signals);
  if (comparison_.live()) comparison_.live()->sync_composite(n, waits, signals);
  if (present) present->add(waits, signals);
  gpu::submit(device_, slot.composite.get(), waits, signals);
}

void Frame::composite_pending(const PresentHooks* present) {
  if (FrameSlot* slot = overlap_.take()) return composite(*slot, present);
  if (present) overlap_.present_again(*shown_, *present);
}

/// Draws the reference in place of the upscaler, into the upscaler's output.
void Frame::draw_reference(const FrameSlot& slot, int samples) {
  const renderer::FrameContext& frame = *slot.context;
  if (!reference_) reference_ = std::make_unique<renderer::FrameReference>(device_, targets_->size);
  gpu::wait_timeline(device_, left_.shared().rendered(), frame.info.frame_index + 1);
  reference_->draw(frame, samples, rasterizer_);
}

/// Renders the first frame, or the first one after a cut, once only to measure its luminance.
void Frame::look_first(const renderer::RenderSettings& settings, const FrameRequest& request) {
  composite_pending(nullptr);
  FrameSlot& slot = *slots_[camera_.next_frame() % 2];
  wait_for_slot(slot);
  if (camera_.next_frame() > 0) {  // the frame before a cut has to be done with the targets and its luminance
    failover_.expect_alive();
    failover_.wait(composited_.get(), camera_.next_frame());
  }
  FrameRequest look = request;
  look.comparison = {};
  slot.take(settings, look);
  begin(slot, look, false);
  water_.wait();
  gpu::run_once(device_, [&](VkCommandBuffer commands) { record_source(commands, slot); });
  camera_.exposure().start(settings.exposure, slot.buffers, request.frame_seconds);
  for (auto& other : slots_) *other->buffers.luminance.as<float>() = *slot.buffers.luminance.as<float>();
}

void Frame::wait_for_slot(FrameSlot& slot) {
  const auto start = Clock::now();
  times_ = {};
  const bool first_wait = slot.used() && !slot.read;  // a look waits for the slot as well
  if (first_wait) {
    failover_.expect_alive();  // a failed device never signals; waiting for it stalls the queue
    failover_.wait(composited_.get(), slot.frame + 1);
    // Lavapipe waits for all submitted work before it reads a timer, and so for a device that may just fail.
    failover_.while_watched([&] { read_passes(slot); });
    if (comparison_.live()) comparison_.live()->frame_done(slot.frame);
  }
  slot.timer.reset();
  times_.wait = core::milliseconds_since(start);
  if (first_wait) show_to_watcher(slot);
  slot.read = true;
}

/// Makes room for the pictures between two frames, or gives it back; the next frame resets then.
void Frame::hold_between(const renderer::RenderSettings& settings, const FrameRequest& request) {
  if (request.reference_samples > 0) return;
  const int held = BetweenPictures::held_for(settings, left_);
  if (held == left_.shared().between()) return;
  change_generator();
  between_.prepare(targets_->size, held);
  const std::string failure = left_.hold_between(held);
  if (!failure.empty()) failover_.give_up(left_, failure);
}

/// Between frames, so that no frame allocates: generators have room for the finest scale that may come.
void Frame::make_room(const FrameSlot& slot, const FrameRequest& request) {
  FrameRequest finest = request;
  if (request.finest_scale)
    finest.scale = std::min(*request.finest_scale, request.scale.value_or(slot.settings.scale));
  const core::Size render = render_size_of(slot.settings, finest, targets_->size);
  const auto give = [&](Lane& lane, renderer::Upscaler upscaler) {
    if (!Lane::generates(upscaler) || !lane.generator()) return;
    try {
      lane.generator()->make_room(render);
    } catch (const core::Error& error) {
      failover_.give_up(lane, error.what());
    }
  };
  if (slot.reference) return;
  give(left_, slot.settings.upscaler);
  if (comparison_.live() && slot.comparison.right != RightLane::reference)
    give(comparison_.live()->right(), upscaler_of(slot.comparison.right));
}

void Frame::show_to_watcher(const FrameSlot& slot) const {
  if (!watcher_ || !slot.context || slot.reference || !watchable()) return;
  watcher_(left_.shared().io(slot.context->info, {}));
}

/// Reads the pass times of a finished frame.
void Frame::read_passes(FrameSlot& slot) {
  passes_ = slot.timer.read();
  passes_began_ = slot.timer.began();
  if (!slot.generated || !left_.generator()) return;
  if (const auto milliseconds = left_.generator()->milliseconds())
    passes_.push_back({"generate", 0, *milliseconds});
  if (slot.between.count == 0) return;
  if (const auto milliseconds = left_.generator()->between_milliseconds())
    passes_.push_back({"between", 0, *milliseconds});
}

/// Gives up an enqueueing generator that has failed; rethrows every other failure.
void Frame::settle(const std::exception_ptr& left, const std::exception_ptr& right) {
  failover_.settle(left_, left);
  if (!right) return;
  try {
    failover_.settle(comparison_.live()->right(), right);
  } catch (const gpu::DeviceLost&) {
    throw;
  } catch (const core::Error& error) {
    throw RightLaneFailed(error.what());
  }
}

/// Waits until every frame is composited and the device is idle.
void Frame::stand_still() {
  composite_pending(nullptr);
  device_.wait_idle();
}

void Frame::prepare_comparison(const ComparisonSettings& comparison) {
  if (comparison_.fits(comparison)) return;
  stand_still();
  shown_ = &left_.outputs().picture;
  comparison_.prepare(comparison, targets_->size, camera_.next_frame());
}

std::optional<ComparisonState> Frame::comparison() const {
  if (!comparison_.live()) return std::nullopt;
  return comparison_.live()->state();
}

std::vector<Lane*> Frame::lanes() {
  if (!comparison_.live()) return {&left_};
  return {&left_, &comparison_.live()->right()};
}

/// The shared buffers are new and no longer hold the slots' frames.
void Frame::forget_slots() {
  for (auto& slot : slots_) slot->context.reset();
}

void Frame::resize(core::Size output) {
  stand_still();
  if (output == targets_->size) return;
  readback_.reset();
  comparison_.drop();
  targets_ = std::make_unique<renderer::Targets>(device_, output, scene_.cpu().water.size > 0);
  const std::string failure = left_.resize(output);
  between_.prepare(output, left_.shared().between());
  forget_slots();
  shown_ = &left_.outputs().picture;
  if (!failure.empty()) failover_.give_up(left_, failure);
  reference_.reset();
  camera_.reset();
}

void Frame::finish() {
  const std::uint64_t frames = camera_.next_frame();
  if (frames == 0) return;
  composite_pending(nullptr);
  failover_.wait(composited_.get(), frames);
  read_passes(*slots_[(frames - 1) % 2]);
}

}  // namespace app
