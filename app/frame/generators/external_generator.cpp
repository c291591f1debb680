#include "app/frame/generators/external_generator.h"

#include <array>

#include "app/frame/generators/device_generator.h"

namespace app {
namespace {

using compute::Memory;

class ExternalGenerator final : public DeviceGenerator {
 public:
  using DeviceGenerator::DeviceGenerator;
  ~ExternalGenerator() override { ExternalGenerator::let_go(); }

  renderer::Where where() const override { return renderer::Where::external; }

  HostTimes generate(const core::FrameInfo& info, core::Size, const core::Between& between) override {
    const Slot& slot = slots_[info.frame_index % 2];
    core::FrameIo io;
    io.info = info;
    io.color = static_cast<const core::f16*>(slot.color->data());
    io.depth = static_cast<const float*>(slot.depth->data());
    io.motion = static_cast<const core::f16*>(slot.motion->data());
    io.reactive = static_cast<const std::uint8_t*>(slot.reactive->data());
    io.output = static_cast<core::f16*>(slot.output->data());
    rendered_->wait(info.frame_index + 1);
    core::Between pictures = between;
    for (int k = 0; k < between.count; ++k)
      pictures.moments[k].output = static_cast<core::f16*>(slot.between[static_cast<std::size_t>(k)]->data());
    enqueue(io, pictures);
    generated_->signal(info.frame_index + 1);
    return {};
  }

 private:
  struct Slot {
    std::unique_ptr<Memory> color, depth, motion, reactive, output;
    std::array<std::unique_ptr<Memory>, core::Between::most> between;
  };

  void take(const renderer::SharedFrame& shared, core::Size) override {
    renderer::ExportedFrame exported = shared.export_frame();
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      auto& from = exported.slots[i];
      slots_[i].color = interop().import_memory(std::move(from.color));
      slots_[i].depth = interop().import_memory(std::move(from.depth));
      slots_[i].motion = interop().import_memory(std::move(from.motion));
      slots_[i].reactive = interop().import_memory(std::move(from.reactive));
      slots_[i].output = interop().import_memory(std::move(from.output));
      for (std::size_t k = 0; k < static_cast<std::size_t>(shared.between()); ++k)
        slots_[i].between[k] = interop().import_memory(std::move(from.between[k]));
    }
    rendered_ = interop().import_timeline(std::move(exported.rendered));
    generated_ = interop().import_timeline(std::move(exported.generated));
  }
  void let_go() override {
    slots_ = {};
    rendered_.reset();
    generated_.reset();
  }

  std::array<Slot, 2> slots_;
  std::unique_ptr<compute::Timeline> rendered_, generated_;
};

}  // namespace

std::unique_ptr<Generator> make_external_generator(std::unique_ptr<compute::Backend> backend,
                                                   neural::Weights weights) {
  return std::make_unique<ExternalGenerator>(std::move(backend), std::move(weights));
}

}  // namespace app
