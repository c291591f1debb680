#pragma once
// The neural upscaler: a frame in, its generated output out. Keeps what it needs from frame to frame.

#include <array>
#include <cstdint>
#include <list>
#include <memory>

#include "neural/names.h"
#include "neural/upscale/frame_step.h"
#include "neural/upscale/plan.h"

namespace neural {

class Upscaler {
 public:
  /// Frames up to `max_output` at any scale of 1 or more, without allocating again. The backend must
  /// outlive the upscaler.
  Upscaler(Backend& backend, const Weights& weights, Size max_output);

  /// Generates io.output. History is io.history, the previous output, unless io.info.reset. Sizes may differ
  /// from frame to frame. Inputs that are not finite or out of range are cleaned and counted; what comes out
  /// is finite and in [0, 60000]. Throws core::Error where a size is beyond max_output.
  void process(const FrameIo& io);
  /// The same, only asked for: on a GPU it is done when the backend's queue has come to its end. The buffers
  /// of `io` are the backend's memory.
  void enqueue(const FrameIo& io);

  /// Forgets the frame before, as io.info.reset does.
  void reset();
  void set_weights(const Weights& weights);

  std::uint64_t bad_values() const { return step_.bad_values(); }  ///< cleaned so far, all frames
  void time_into(StageTimes* times) {
    timed_ = times != nullptr;
    step_.time_into(times);
  }
  const StepView<float>& view() const { return step_.view(); }  ///< of the last frame

  /// Draws a view of the last frame as linear rgba halfs [H][W][4] into memory of the backend. Like
  /// enqueue(), this is only asked for.
  void draw(DebugView view, f16* rgba);

 private:
  NetworkRun<float>& network_for(Size padded);

  Backend& backend_;
  const NetworkPlan& plan_ = upscaler_plan();
  Parameters<float> parameters_;
  FrameStep<float> step_;
  std::array<std::unique_ptr<Carry<float>>, 2> carries_;
  int newest_ = 0;
  struct Sized {
    Size padded;
    std::unique_ptr<NetworkRun<float>> run;
  };
  std::list<Sized> networks_;  ///< most recently used first
  bool timed_ = false;         ///< stage by stage, so never as one launch
};

}  // namespace neural
