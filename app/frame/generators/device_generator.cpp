#include "app/frame/generators/device_generator.h"

#include "core/error.h"

namespace app {

DeviceGenerator::DeviceGenerator(std::unique_ptr<compute::Backend> backend, neural::Weights weights)
    : backend_(std::move(backend)), weights_(std::move(weights)), interop_(backend_->interop()) {
  if (!interop_) core::fail("the backend '{}' works beside no renderer", backend_->description());
}

void DeviceGenerator::attach(const renderer::SharedFrame& shared, core::Size output) {
  let_go();
  forget();
  upscaler_ = std::make_unique<neural::Upscaler>(*backend_, weights_, output);
  take(shared, output);
  stopwatch_ = interop_->stopwatch();
}

void DeviceGenerator::detach() {
  backend_->finish();
  let_go();
  forget();
}

void DeviceGenerator::enqueue(const core::FrameIo& io) {
  stopwatch_->start();
  upscaler_->enqueue(io);
  stopwatch_->stop();
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
