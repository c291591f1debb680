#include "app/frame/generators/staged_generator.h"

#include <array>
#include <atomic>
#include <cstring>
#include <mutex>
#include <string>

#include "app/frame/generators/device_generator.h"
#include "core/error.h"

namespace app {
namespace {

using compute::Memory;
using core::f16;

/// The inputs of a frame, and the bytes that each has for a pixel.
enum Input : std::size_t { color, depth, motion, reactive, input_count };
constexpr std::array<std::size_t, input_count> pixel_bytes{8, 4, 4, 1};
constexpr std::size_t output_bytes = 8;

class StagedGenerator final : public DeviceGenerator {
 public:
  using DeviceGenerator::DeviceGenerator;
  ~StagedGenerator() override {
    try {
      backend().finish();  // what the driver's thread still calls uses this object
    } catch (const core::Error&) {
      ends_ = true;  // a failed device calls nothing more than it may have begun
    }
    StagedGenerator::let_go();
  }

  renderer::Where where() const override { return renderer::Where::staged; }

  /// The buffers serve every frame: the queue runs frames in order, and the calls are part of
  /// it.
  HostTimes generate(const core::FrameInfo& info, core::Size, const core::Between& between) override {
    const std::size_t pixels = core::area(info.render), bytes_out = output_bytes * core::area(info.output);
    interop().call_later([this, info, pixels] { guarded([&] { fetch(info, pixels); }); });
    for (std::size_t i = 0; i < input_count; ++i)
      interop().copy_in_later(inputs_[i]->data(), pinned_[i]->data(), pixels * pixel_bytes[i]);
    core::FrameIo io;
    io.info = info;
    io.color = static_cast<const f16*>(inputs_[color]->data());
    io.depth = static_cast<const float*>(inputs_[depth]->data());
    io.motion = static_cast<const f16*>(inputs_[motion]->data());
    io.reactive = static_cast<const std::uint8_t*>(inputs_[reactive]->data());
    io.output = static_cast<f16*>(output_->data());
    core::Between pictures = between;
    for (int k = 0; k < between.count; ++k)
      pictures.moments[k].output = static_cast<f16*>(between_[static_cast<std::size_t>(k)].made->data());
    enqueue(io, pictures);
    interop().copy_out_later(picture_->data(), io.output, bytes_out);
    for (int k = 0; k < between.count; ++k)
      interop().copy_out_later(between_[static_cast<std::size_t>(k)].pinned->data(),
                               pictures.moments[k].output, bytes_out);
    const int count = between.count;
    interop().call_later(
        [this, info, bytes_out, count] { guarded([&] { deliver(info, bytes_out, count); }); });
    return {};
  }

  std::uint64_t budget() const override {
    const std::uint64_t network = DeviceGenerator::budget();
    const auto [render, output] = room();
    return network ? network + 17 * core::area(render) + output_bytes * core::area(output) : 0;
  }

  void expect_alive() override {
    DeviceGenerator::expect_alive();
    const std::lock_guard lock(failure_mutex_);
    if (!failure_.empty()) throw core::Error(failure_);
  }

 private:
  void take(const renderer::SharedFrame& shared, core::Size output) override {
    shared_ = &shared;
    const std::size_t pixels = core::area(output);
    output_ = backend().allocate(pixels * output_bytes);
    picture_ = interop().pinned(pixels * output_bytes);
    for (std::size_t k = 0; k < static_cast<std::size_t>(shared.between()); ++k)
      between_[k] = {backend().allocate(pixels * output_bytes), interop().pinned(pixels * output_bytes)};
  }
  void room_changed(core::Size render) override {
    const std::size_t pixels = core::area(render);
    for (std::size_t i = 0; i < input_count; ++i) {
      inputs_[i].reset();
      pinned_[i].reset();
      inputs_[i] = backend().allocate(pixels * pixel_bytes[i]);
      pinned_[i] = interop().pinned(pixels * pixel_bytes[i]);
    }
  }
  void let_go() override {
    const std::lock_guard lock(call_mutex_);
    shared_ = nullptr;
    inputs_ = {};
    pinned_ = {};
    output_.reset();
    picture_.reset();
    between_ = {};
  }

  /// The driver's thread runs fetch() and deliver(). What they throw, the thread that draws gets from
  /// expect_alive(); the signal then does not come.
  template <typename Body>
  void guarded(const Body& body) {
    const std::lock_guard lock(call_mutex_);
    if (!shared_) return;
    try {
      body();
    } catch (const std::exception& error) {
      shared_ = nullptr;
      const std::lock_guard failure_lock(failure_mutex_);
      failure_ = error.what();
    }
  }
  void fetch(const core::FrameInfo& info, std::size_t pixels) {
    // In short turns, so that an object whose device has failed is not kept waiting.
    while (!gpu::try_wait_timeline(shared_->device(), shared_->rendered(), info.frame_index + 1, 0.05))
      if (ends_) return;
    const core::FrameIo from = shared_->io(info, {});
    const std::array<const void*, input_count> parts{from.color, from.depth, from.motion, from.reactive};
    for (std::size_t i = 0; i < input_count; ++i)
      std::memcpy(pinned_[i]->data(), parts[i], pixels * pixel_bytes[i]);
  }
  void deliver(const core::FrameInfo& info, std::size_t bytes, int between) {
    const renderer::SharedFrame::Slot& slot = shared_->slot(info.frame_index);
    std::memcpy(slot.output.mapped(), picture_->data(), bytes);
    for (std::size_t k = 0; k < static_cast<std::size_t>(between); ++k)
      std::memcpy(slot.between[k].mapped(), between_[k].pinned->data(), bytes);
    shared_->flush_output(info.frame_index);
    gpu::signal_timeline(shared_->device(), shared_->generated(), info.frame_index + 1);
  }

  const renderer::SharedFrame* shared_ = nullptr;
  std::array<std::unique_ptr<Memory>, input_count> inputs_, pinned_;
  std::unique_ptr<Memory> output_, picture_;  ///< picture: pinned
  struct PictureBetween {
    std::unique_ptr<Memory> made, pinned;
  };
  std::array<PictureBetween, core::Between::most> between_;
  std::atomic<bool> ends_{false};
  std::mutex call_mutex_;     ///< held while the driver's thread uses this object
  std::mutex failure_mutex_;  ///< for failure_, which is the driver's thread's
  std::string failure_;
};

}  // namespace

std::unique_ptr<Generator> make_staged_generator(std::unique_ptr<compute::Backend> backend,
                                                 neural::Weights weights) {
  return std::make_unique<StagedGenerator>(std::move(backend), std::move(weights));
}

}  // namespace app
