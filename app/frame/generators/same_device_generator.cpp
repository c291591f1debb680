#include "app/frame/generators/same_device_generator.h"

#include "app/frame/generators/device_generator.h"

namespace app {
namespace {

class SameDeviceGenerator final : public DeviceGenerator {
 public:
  using DeviceGenerator::DeviceGenerator;
  ~SameDeviceGenerator() override { SameDeviceGenerator::let_go(); }

  renderer::Where where() const override { return renderer::Where::same_device; }

  HostTimes generate(const core::FrameInfo& info, core::Size, const core::Between& between) override {
    const renderer::SharedFrame::Slot& slot = shared_->slot(info.frame_index);
    core::FrameIo io;
    io.info = info;
    io.color = slot.color.device_pointer<const core::f16>();
    io.depth = slot.depth.device_pointer<const float>();
    io.motion = slot.motion.device_pointer<const core::f16>();
    io.reactive = slot.reactive.device_pointer<const std::uint8_t>();
    io.output = slot.output.device_pointer<core::f16>();
    rendered_->wait(info.frame_index + 1);
    core::Between pictures = between;
    for (int k = 0; k < between.count; ++k)
      pictures.moments[k].output = slot.between[static_cast<std::size_t>(k)].device_pointer<core::f16>();
    enqueue(io, pictures);
    generated_->signal(info.frame_index + 1);
    return {};
  }

 private:
  void take(const renderer::SharedFrame& shared, core::Size) override {
    shared_ = &shared;
    rendered_ = interop().share_timeline(shared.rendered());
    generated_ = interop().share_timeline(shared.generated());
  }
  void let_go() override {
    shared_ = nullptr;
    rendered_.reset();
    generated_.reset();
  }

  const renderer::SharedFrame* shared_ = nullptr;
  std::unique_ptr<compute::Timeline> rendered_, generated_;
};

}  // namespace

std::unique_ptr<Generator> make_same_device_generator(std::unique_ptr<compute::Backend> backend,
                                                      neural::Weights weights) {
  return std::make_unique<SameDeviceGenerator>(std::move(backend), std::move(weights));
}

}  // namespace app
