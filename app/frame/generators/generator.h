#pragma once
// Makes a frame's output from the shared frame, between the two semaphores of the hand-off. The network on
// the host, on another API's device or on the renderer's own stand behind this one interface; the classical
// upscalers are passes of the composite and need none. All functions are called on the thread that draws, but
// where another is named.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/frame.h"
#include "neural/upscale/upscaler.h"
#include "renderer/shared_frame.h"

namespace app {

class Generator {
 public:
  /// Milliseconds that generate() kept the thread: until the GPU had rendered, and then until the output was
  /// written. Both 0 for what is only enqueued.
  struct HostTimes {
    double waited = 0, generated = 0;
  };

  virtual ~Generator() = default;
  /// The backend, in words, once it has generated a frame.
  virtual std::string description() const = 0;
  /// Bytes that its backend has allocated on a GPU in this process, without what it was given to share;
  /// nothing where it runs on none.
  virtual std::optional<std::uint64_t> memory() const { return std::nullopt; }
  /// Where it wants the frame's buffers: always the same answer.
  virtual renderer::Where where() const = 0;

  /// Takes buffers and semaphores for outputs of this size; again after each reallocation, between which
  /// detach() lets go of them. Throws core::Error where it has no room or cannot share them.
  virtual void attach(const renderer::SharedFrame& shared, core::Size output) = 0;
  virtual void detach() = 0;

  /// Waits for rendered >= n + 1, generates the output of frame n from its inputs and the output before it
  /// (of `history_size`), and signals generated = n + 1: on this thread where waits_on_host(where()), else by
  /// enqueueing all three. Where it throws, the signal will not come.
  virtual HostTimes generate(const core::FrameInfo& info, core::Size history_size) = 0;
  /// Draws a view of the frame generated last as linear rgba halfs, [height][width][4] of the output's size,
  /// into the host's memory, and waits for it.
  virtual void draw(neural::DebugView view, core::f16* rgba) = 0;

  /// Throws core::Error where what was enqueued will not be done. From any thread, while no other is in here.
  virtual void expect_alive() {}
  /// Milliseconds of the newest generation that a device has done, by the device's clock; nothing where the
  /// times of generate() tell.
  virtual std::optional<double> milliseconds() { return std::nullopt; }
};

/// In order of preference: the first is in use, and where it fails the next takes over.
using Generators = std::vector<std::unique_ptr<Generator>>;

}  // namespace app
