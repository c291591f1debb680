#include "app/frame/generators/external_generator.h"

#include <array>

#include "compute/interop.h"
#include "core/error.h"
#include "neural/upscale/upscaler.h"

namespace app {
namespace {

using compute::Memory;

class ExternalGenerator final : public Generator {
 public:
  ExternalGenerator(std::unique_ptr<compute::Backend> backend, neural::Weights weights)
      : backend_(std::move(backend)), weights_(std::move(weights)), interop_(backend_->interop()) {
    if (!interop_) core::fail("the backend '{}' shares no memory with Vulkan", backend_->description());
  }
  ~ExternalGenerator() override { let_go(); }

  std::string description() const override { return backend_->description(); }
  std::optional<std::uint64_t> memory() const override { return interop_->allocated(); }
  renderer::Where where() const override { return renderer::Where::external; }

  void attach(const renderer::SharedFrame& shared, core::Size output) override {
    let_go();
    upscaler_ = std::make_unique<neural::Upscaler>(*backend_, weights_, output);
    renderer::ExportedFrame exported = shared.export_frame();
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      auto& from = exported.slots[i];
      slots_[i].color = interop_->import_memory(std::move(from.color));
      slots_[i].depth = interop_->import_memory(std::move(from.depth));
      slots_[i].motion = interop_->import_memory(std::move(from.motion));
      slots_[i].reactive = interop_->import_memory(std::move(from.reactive));
      slots_[i].output = interop_->import_memory(std::move(from.output));
    }
    rendered_ = interop_->import_timeline(std::move(exported.rendered));
    generated_ = interop_->import_timeline(std::move(exported.generated));
    stopwatch_ = interop_->stopwatch();
  }

  void detach() override {
    backend_->finish();
    let_go();
  }

  HostTimes generate(const core::FrameInfo& info, core::Size history_size) override {
    const Slot &slot = slots_[info.frame_index % 2], &before = slots_[(info.frame_index + 1) % 2];
    core::FrameIo io;
    io.info = info;
    io.color = static_cast<const core::f16*>(slot.color->data());
    io.depth = static_cast<const float*>(slot.depth->data());
    io.motion = static_cast<const core::f16*>(slot.motion->data());
    io.reactive = static_cast<const std::uint8_t*>(slot.reactive->data());
    io.history = static_cast<const core::f16*>(before.output->data());
    io.history_size = history_size;
    io.output = static_cast<core::f16*>(slot.output->data());
    rendered_->wait(info.frame_index + 1);
    stopwatch_->start();
    upscaler_->enqueue(io);
    stopwatch_->stop();
    generated_->signal(info.frame_index + 1);
    return {};
  }

  /// Copies through the host: a view need not be fast, and the hand-off keeps its five buffers.
  void draw(neural::DebugView view, core::f16* rgba) override {
    const core::Size output = upscaler_->output_size();
    const std::size_t bytes =
        8 * static_cast<std::size_t>(output.width) * static_cast<std::size_t>(output.height);
    if (!view_) view_ = backend_->allocate(bytes);
    upscaler_->draw(view, static_cast<core::f16*>(view_->data()));
    backend_->copy_out(rgba, view_->data(), bytes);
  }

  void expect_alive() override { interop_->expect_alive(); }
  std::optional<double> milliseconds() override {
    return stopwatch_ ? stopwatch_->milliseconds() : std::nullopt;
  }

 private:
  struct Slot {
    std::unique_ptr<Memory> color, depth, motion, reactive, output;
  };
  void let_go() {
    slots_ = {};
    rendered_.reset();
    generated_.reset();
    stopwatch_.reset();
    view_.reset();
    upscaler_.reset();
  }

  std::unique_ptr<compute::Backend> backend_;
  neural::Weights weights_;
  compute::Interop* interop_;
  std::unique_ptr<neural::Upscaler> upscaler_;
  std::array<Slot, 2> slots_;
  std::unique_ptr<Memory> view_;  ///< made when a view is first drawn
  std::unique_ptr<compute::Timeline> rendered_, generated_;
  std::unique_ptr<compute::Stopwatch> stopwatch_;
};

}  // namespace

std::unique_ptr<Generator> make_external_generator(std::unique_ptr<compute::Backend> backend,
                                                   neural::Weights weights) {
  return std::make_unique<ExternalGenerator>(std::move(backend), std::move(weights));
}

}  // namespace app
