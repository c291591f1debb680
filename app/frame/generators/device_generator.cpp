#include "app/frame/generators/device_generator.h"

#include "core/error.h"
#include "renderer/view.h"

namespace app {

DeviceGenerator::DeviceGenerator(std::unique_ptr<compute::Backend> backend, neural::Weights weights)
    : backend_(std::move(backend)), weights_(std::move(weights)), interop_(backend_->interop()) {
  if (!interop_) core::fail("the backend '{}' works beside no renderer", backend_->description());
}

void DeviceGenerator::attach(const renderer::SharedFrame& shared, core::Size output) {
  let_go();
  forget();
  output_ = output;
  const core::Size room = renderer::render_size(output, scale_);
  upscaler_ = std::make_unique<neural::Upscaler>(*backend_, weights_, output, room);
  if (shared.between() > 0) interpolator_ = std::make_unique<neural::Interpolator>(*backend_, output, room);
  take(shared, output);
  room_changed(room);
  stopwatch_ = interop_->stopwatch();
  if (interpolator_) between_stopwatch_ = interop_->stopwatch();
}

std::uint64_t DeviceGenerator::budget() const {
  if (!upscaler_ || backend_->precision() != compute::Precision::half) return 0;
  return neural::memory_budget(upscaler_->room(), output_) +
         (interpolator_ ? neural::between_budget(upscaler_->room(), output_) : 0);
}

void DeviceGenerator::detach() {
  backend_->finish();
  let_go();
  forget();
}

void DeviceGenerator::make_room(core::Size render) {
  scale_ = static_cast<double>(output_.height) / render.height;
  if (!upscaler_->make_room(render)) return;
  if (interpolator_) interpolator_->make_room(upscaler_->room());
  room_changed(upscaler_->room());
}

void DeviceGenerator::enqueue(const core::FrameIo& io, const core::Between& between) {
  stopwatch_->start();
  upscaler_->enqueue(io);
  stopwatch_->stop();
  if (!interpolator_) return;
  between_stopwatch_->start();
  interpolator_->enqueue(io, between);
  between_stopwatch_->stop();
}

std::optional<double> DeviceGenerator::between_milliseconds() {
  return between_stopwatch_ ? between_stopwatch_->milliseconds() : std::nullopt;
}

std::optional<double> DeviceGenerator::milliseconds() {
  if (!stopwatch_) return std::nullopt;
  if (stages_) {
    stages_->clear();
    for (compute::Stage& stage : interop_->stages())
      if (stage.milliseconds) stages_->emplace_back(std::move(stage.name), *stage.milliseconds);
  }
  return stopwatch_->milliseconds();
}

void DeviceGenerator::log_stages(const std::shared_ptr<StageLog>& stages) {
  stages_ = stages;
  interop_->time_stages(stages_ != nullptr);
}

void DeviceGenerator::set_weights(const neural::Weights& weights) {
  backend_->finish();  // frames that are enqueued read the old ones
  weights_ = weights;
  if (upscaler_) upscaler_->set_weights(weights);
}

/// Copies through the host: a view need not be fast, and the hand-off keeps its five buffers.
void DeviceGenerator::draw(neural::DebugView view, core::f16* rgba) {
  upscaler_->draw(view, view_memory());
  copy_view(rgba);
}

void DeviceGenerator::draw_mixture(neural::MixtureView view, int k, core::f16* rgba) {
  if (!interpolator_) return;
  interpolator_->draw(view, k, view_memory());
  copy_view(rgba);
}

core::f16* DeviceGenerator::view_memory() {
  if (!view_) view_ = backend_->allocate(8 * core::area(output_));
  return static_cast<core::f16*>(view_->data());
}

void DeviceGenerator::copy_view(core::f16* rgba) {
  backend_->copy_out(rgba, view_->data(), 8 * core::area(upscaler_->output_size()));
}

void DeviceGenerator::forget() {
  stopwatch_.reset();
  between_stopwatch_.reset();
  view_.reset();
  interpolator_.reset();
  upscaler_.reset();
}

}  // namespace app
