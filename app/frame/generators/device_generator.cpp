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
  take(shared, output);
  room_changed(room);
  stopwatch_ = interop_->stopwatch();
}

std::uint64_t DeviceGenerator::budget() const {
  if (!upscaler_ || backend_->precision() != compute::Precision::half) return 0;
  return neural::memory_budget(upscaler_->room(), output_);
}

void DeviceGenerator::detach() {
  backend_->finish();
  let_go();
  forget();
}

void DeviceGenerator::make_room(core::Size render) {
  scale_ = static_cast<double>(output_.height) / render.height;
  if (upscaler_->make_room(render)) room_changed(upscaler_->room());
}

void DeviceGenerator::enqueue(const core::FrameIo& io) {
  stopwatch_->start();
  upscaler_->enqueue(io);
  stopwatch_->stop();
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
  const core::Size output = upscaler_->output_size();
  const std::size_t bytes = 8 * core::area(output);
  if (!view_) view_ = backend_->allocate(bytes);
  upscaler_->draw(view, static_cast<core::f16*>(view_->data()));
  backend_->copy_out(rgba, view_->data(), bytes);
}

void DeviceGenerator::forget() {
  stopwatch_.reset();
  view_.reset();
  upscaler_.reset();
}

}  // namespace app
