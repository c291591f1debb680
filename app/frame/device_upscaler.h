#pragma once
// Generation on the GPU, between the two semaphores of the hand-off: nothing of it waits on the host.

#include <memory>
#include <optional>
#include <string>

#include "compute/backend.h"
#include "neural/network/weights.h"
#include "neural/upscale/step_view.h"
#include "renderer/shared_frame.h"

namespace app {

class DeviceUpscaler {
 public:
  virtual ~DeviceUpscaler() = default;
  /// The backend, in words.
  virtual std::string description() const = 0;
  /// Bytes that the backend has allocated in this process; what it was given to share is not among them.
  virtual std::uint64_t memory() const = 0;
  /// Where it wants the frame's buffers.
  virtual renderer::SharedWith shares() const = 0;
  /// Takes the buffers and semaphores; again after each reallocation, between which detach() lets go of them.
  virtual void attach(const renderer::SharedFrame& shared, core::Size output) = 0;
  virtual void detach() = 0;
  /// Enqueues: a wait for rendered >= n + 1, the generation of frame n, the signal generated = n + 1. Where
  /// it throws, the signal will not come.
  virtual void enqueue(const core::FrameInfo& info, core::Size history_size) = 0;
  /// Draws a view of the frame enqueued last as linear rgba halfs into the host's memory, and waits for it.
  virtual void draw(neural::DebugView view, core::f16* rgba) = 0;
  /// Throws core::Error where what was enqueued will not be done.
  virtual void expect_alive() = 0;
  /// Of the newest generation that is done, by the GPU's clock.
  virtual std::optional<double> milliseconds() = 0;
};

/// By a backend that has interop(), on the GPU that renders. Throws core::Error where the backend has none.
std::unique_ptr<DeviceUpscaler> make_device_upscaler(std::unique_ptr<compute::Backend> backend,
                                                     neural::Weights weights);

}  // namespace app
