#pragma once
// Generates on the host: waits for the rendering, computes in the mapped buffers and signals.

#include <functional>
#include <memory>

#include "app/frame/generators/generator.h"
#include "compute/backend.h"
#include "neural/network/weights.h"

namespace app {

/// The common part of generators on the host; a derived class processes the frame.
class HostGenerator : public Generator {
 public:
  renderer::Where where() const final { return renderer::Where::host; }
  void attach(const renderer::SharedFrame& shared, core::Size) final { shared_ = &shared; }
  void detach() final { shared_ = nullptr; }
  HostTimes generate(const core::FrameInfo& info, core::Size history_size,
                     const core::Between& between) final;

 protected:
  /// Writes io.output and reads the rest of `io`. The caller of Frame::draw() gets what it throws, and the
  /// frame is finished without the output.
  virtual void process(const core::FrameIo& io) = 0;
  /// Writes the moments' outputs, after process() of the same frame. It is called for every frame while the
  /// shared frame holds pictures between, with none where there are none.
  virtual void process_between(const core::FrameIo& io, const core::Between& between) {
    (void)io, (void)between;
  }

 private:
  const renderer::SharedFrame* shared_ = nullptr;
};

/// A network that the first frame opens that needs it.
struct NetworkToOpen {
  std::function<std::unique_ptr<compute::Backend>()> backend;
  std::function<neural::Weights()> weights;
};

/// Runs the network on the host. It grows with the output and keeps its weights, even if their file has
/// changed meanwhile. What opening throws, the frame that opened it throws.
std::unique_ptr<Generator> make_host_generator(NetworkToOpen network);

}  // namespace app
