#pragma once
// The common part of generators on a queue of a device (CUDA, Vulkan compute): they enqueue, nothing waits on
// the host, and a view of the result is copied through the host.

#include <memory>

#include "app/frame/generators/generator.h"
#include "compute/backend.h"
#include "compute/interop.h"
#include "neural/interpolate/interpolator.h"
#include "neural/network/weights.h"

namespace app {

class DeviceGenerator : public Generator {
 public:
  /// Throws core::Error where the backend has no interop().
  DeviceGenerator(std::unique_ptr<compute::Backend> backend, neural::Weights weights);

  std::string description() const final { return backend_->description(); }
  std::optional<std::uint64_t> memory() const final { return interop_->allocated(); }
  std::uint64_t budget() const override;
  void attach(const renderer::SharedFrame& shared, core::Size output) final;
  void detach() final;
  void make_room(core::Size render) final;
  void set_weights(const neural::Weights& weights) final;
  void draw(neural::DebugView view, core::f16* rgba) final;
  void draw_mixture(neural::MixtureView view, int k, core::f16* rgba) final;
  void expect_alive() override { interop_->expect_alive(); }
  std::optional<double> milliseconds() final;
  std::optional<double> between_milliseconds() final;
  void log_stages(const std::shared_ptr<StageLog>& stages) final;

 protected:
  /// Called where the room for inputs has changed, while nothing is enqueued.
  virtual void room_changed(core::Size render) { (void)render; }
  /// Takes what it needs of the frame's buffers and semaphores.
  virtual void take(const renderer::SharedFrame& shared, core::Size output) = 0;
  /// Lets go of all that. A derived class's destructor does so too.
  virtual void let_go() = 0;
  /// Enqueues the network, and then the pictures between, whose outputs are the device's memory; each between
  /// two points of a stopwatch.
  void enqueue(const core::FrameIo& io, const core::Between& between);

  /// Render and output size for which there is room.
  std::pair<core::Size, core::Size> room() const {
    return {upscaler_ ? upscaler_->room() : core::Size{}, output_};
  }
  compute::Backend& backend() { return *backend_; }
  compute::Interop& interop() { return *interop_; }

 private:
  void forget();
  void copy_view(core::f16* rgba);
  core::f16* view_memory();
  core::Size output_{};

  std::unique_ptr<compute::Backend> backend_;
  neural::Weights weights_;
  compute::Interop* interop_;
  std::unique_ptr<neural::Upscaler> upscaler_;
  std::unique_ptr<neural::Interpolator> interpolator_;  ///< where the shared frame holds pictures between
  double scale_ = 2;                                    ///< output over room, which another output size keeps
  std::unique_ptr<compute::Stopwatch> stopwatch_, between_stopwatch_;
  std::shared_ptr<StageLog> stages_;
  std::unique_ptr<compute::Memory> view_;  ///< made when a view is first drawn
};

}  // namespace app
