#pragma once
// Generation on the host: it waits for the rendering, computes in the mapped buffers and signals.

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "app/frame/generators/generator.h"
#include "compute/backend.h"
#include "neural/network/weights.h"

namespace app {

/// What any generator on the host has in common; one of its own says how a frame is processed.
class HostGenerator : public Generator {
 public:
  renderer::Where where() const final { return renderer::Where::host; }
  void attach(const renderer::SharedFrame& shared, core::Size) final { shared_ = &shared; }
  void detach() final { shared_ = nullptr; }
  HostTimes generate(const core::FrameInfo& info, core::Size history_size) final;

 protected:
  /// Writes io.output; everything else of `io` is read only. What it throws the caller of Frame::draw gets,
  /// and the frame is finished without it.
  virtual void process(const core::FrameIo& io) = 0;

 private:
  const renderer::SharedFrame* shared_ = nullptr;
};

/// Milliseconds that the frame generated last spent in each stage of the upscaler, in their order.
using StageLog = std::vector<std::pair<const char*, double>>;

/// A network that is opened by the first frame that asks for it.
struct NetworkToOpen {
  std::function<std::unique_ptr<compute::Backend>()> backend;
  std::function<neural::Weights()> weights;
};

/// The network on the host. It grows with the output and keeps its weights, whose file may be another one by
/// then. What opening throws, the frame that asked for it throws. `stages`, where it is given, is filled by
/// each frame.
std::unique_ptr<Generator> make_host_generator(NetworkToOpen network,
                                               std::shared_ptr<StageLog> stages = nullptr);

}  // namespace app
