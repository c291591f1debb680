#pragma once
// The common part of generators on a device of their own queue (CUDA): they enqueue, nothing waits on the
// host, and a view of the result is copied through the host.

#include <memory>

#include "app/frame/generators/generator.h"
#include "compute/backend.h"
#include "compute/interop.h"
#include "neural/network/weights.h"

namespace app {

class DeviceGenerator : public Generator {
 public:
  /// Throws core::Error where the backend has no interop().
  DeviceGenerator(std::unique_ptr<compute::Backend> backend, neural::Weights weights);

  std::string description() const final { return backend_->description(); }
  std::optional<std::uint64_t> memory() const final { return interop_->allocated(); }
  void attach(const renderer::SharedFrame& shared, core::Size output) final;
  void detach() final;
  void draw(neural::DebugView view, core::f16* rgba) final;
  void expect_alive() override { interop_->expect_alive(); }
  std::optional<double> milliseconds() final {
    return stopwatch_ ? stopwatch_->milliseconds() : std::nullopt;
  }

 protected:
  /// Takes what it needs of the frame's buffers and semaphores.
  virtual void take(const renderer::SharedFrame& shared, core::Size output) = 0;
  /// Lets go of all that. A derived class's destructor does so too.
  virtual void let_go() = 0;
  /// Enqueues the network between two points of the stopwatch.
  void enqueue(const core::FrameIo& io);

  compute::Backend& backend() { return *backend_; }
  compute::Interop& interop() { return *interop_; }

 private:
  void forget();

  std::unique_ptr<compute::Backend> backend_;
  neural::Weights weights_;
  compute::Interop* interop_;
  std::unique_ptr<neural::Upscaler> upscaler_;
  std::unique_ptr<compute::Stopwatch> stopwatch_;
  std::unique_ptr<compute::Memory> view_;  ///< made when a view is first drawn
};

}  // namespace app
