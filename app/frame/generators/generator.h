#pragma once
// A generator makes a frame's output from the shared frame, between the two semaphores of the hand-off. The
// network on the host, on another API's device or on the renderer's own device implement this one interface.
// The classical upscalers are passes of the composite and need no generator. The thread that draws calls all
// functions, except where a comment says otherwise.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/frame.h"
#include "neural/interpolate/between_view.h"
#include "neural/upscale/upscaler.h"
#include "renderer/shared_frame.h"

namespace app {

/// Milliseconds of each stage of the upscaler in one frame, in the order of the stages.
using StageLog = std::vector<std::pair<std::string, double>>;

class Generator {
 public:
  /// Milliseconds for which generate() occupied the thread: until the GPU had rendered, and from then until
  /// the output was written. Both are 0 where it only enqueues.
  struct HostTimes {
    double waited = 0, generated = 0;
    double between = 0;  ///< the part of `generated` for the pictures between
  };

  virtual ~Generator() = default;
  /// Describes the backend, once it has generated a frame.
  virtual std::string description() const = 0;
  /// Returns the bytes that its backend has allocated on a GPU in this process, imported memory not counted;
  /// nothing where it uses no GPU.
  virtual std::optional<std::uint64_t> memory() const { return std::nullopt; }
  /// Returns what memory() may come to on its account; 0 where nobody says.
  virtual std::uint64_t budget() const { return 0; }
  /// Returns where the frame's buffers must lie; the answer never changes.
  virtual renderer::Where where() const = 0;

  /// Takes buffers and semaphores for outputs of this size. It is called again after each reallocation, and
  /// detach() before it lets go of them. Throws core::Error where there is no room or they cannot be shared.
  virtual void attach(const renderer::SharedFrame& shared, core::Size output) = 0;
  /// Makes room for frames up to this render size, between frames: it may allocate and wait, generate() does
  /// neither. Throws core::Error where there is none.
  virtual void make_room(core::Size render) { (void)render; }
  /// Lets go of buffers and semaphores; it is called before they are freed.
  virtual void detach() = 0;

  /// Waits for rendered >= n + 1, generates the output of frame n from its inputs and from the previous
  /// output (of size `history_size`), and the pictures `between` that output and this one, and signals
  /// generated = n + 1. It does so on this thread where waits_on_host(where()), else it only enqueues. The
  /// moments' outputs are the shared frame's, whatever `between` has there. Where it throws, the signal will
  /// not come.
  virtual HostTimes generate(const core::FrameInfo& info, core::Size history_size,
                             const core::Between& between) = 0;
  /// Replaces the network's weights from the next frame on; may wait for frames before. Throws core::Error
  /// where they do not fit. Does nothing where there is no network.
  virtual void set_weights(const neural::Weights& weights) { (void)weights; }
  /// Draws a view of the frame generated last into the host's memory and waits for it: linear rgba halfs,
  /// [height][width][4] at the output's size.
  virtual void draw(neural::DebugView view, core::f16* rgba) = 0;

  /// Draws what picture k between was mixed of, [height][width][4] halfs as
  /// neural::Interpolator::draw(), into the host's memory and waits for it. Does nothing where there
  /// was none.
  virtual void draw_mixture(neural::MixtureView view, int k, core::f16* rgba) {
    (void)view, (void)k, (void)rgba;
  }

  /// Throws core::Error where the device has failed, so that enqueued work will not be done. May be called
  /// from any thread while no other thread uses the generator.
  virtual void expect_alive() {}
  /// Returns the milliseconds of the newest finished generation by the device's clock; nothing where the
  /// times of generate() measure it.
  virtual std::optional<double> milliseconds() { return std::nullopt; }
  /// Returns the same of the pictures between, which milliseconds() does not count.
  virtual std::optional<double> between_milliseconds() { return std::nullopt; }
  /// Has the stages timed from now on: each generate() on the host, or each milliseconds() of another device,
  /// fills `stages`. Does nothing where the stages cannot be told apart.
  virtual void log_stages(const std::shared_ptr<StageLog>& stages) { (void)stages; }
};

/// In order of preference: the first is in use, and where it fails the next takes over.
using Generators = std::vector<std::unique_ptr<Generator>>;

}  // namespace app
