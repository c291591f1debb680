#pragma once
// The neural upscaler: a frame in, its generated output out. Keeps what it needs from frame to frame.

#include <array>
#include <cstdint>
#include <list>
#include <memory>

#include "neural/frame_io.h"
#include "neural/frame_step.h"
#include "neural/weights.h"

namespace neural {

/// What can be looked at instead of the picture.
enum class DebugView { warped_history, disocclusion, blend_weight, history_clamp, kernel_shape, instability };

class Upscaler {
 public:
  /// Frames up to `most_output` at any scale of 1 or more, without allocating again. The backend must
  /// outlive the upscaler.
  Upscaler(Backend& backend, const Weights& weights, Size most_output);

  /// Generates io.output. History is io.history, the previous output, unless io.info.reset. Sizes may differ
  /// from frame to frame. Inputs that are not finite or out of range are cleaned and counted; what comes out
  /// is finite and in [0, 60000]. Throws core::Error where a size is beyond most_output.
  void process(const FrameIo& io);

  /// Forgets the frame before, as io.info.reset does.
  void reset();
  void set_weights(const Weights& weights);

  std::uint64_t bad_values() const { return bad_values_; }  ///< cleaned so far, all frames
  void time_into(StageTimes* times) { step_.time_into(times); }

  /// Draws a view of the last frame as linear rgba halfs [H][W][4]; host backends only.
  void draw(DebugView view, f16* rgba) const;

 private:
  NetworkRun<float>& network_for(Size padded);

  Backend& backend_;
  const NetworkPlan& plan_ = NetworkPlan::shipped();
  Parameters<float> parameters_;
  FrameStep<float> step_;
  std::array<std::unique_ptr<Carry<float>>, 2> carries_;
  int newest_ = 0;
  struct Sized {
    Size padded;
    std::unique_ptr<NetworkRun<float>> run;
  };
  std::list<Sized> networks_;  ///< most recently used first
  std::uint64_t bad_values_ = 0;
};

}  // namespace neural
