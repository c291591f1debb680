#pragma once
// The neural upscaler: a frame in, its generated output out. Keeps what it needs from frame to frame.

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
  ~Upscaler();

  /// Generates io.output. History is io.history, the previous output, unless io.info.reset. Sizes may differ
  /// from frame to frame. Inputs that are not finite or out of range are cleaned and counted; what comes out
  /// is finite and in [0, 60000]. Throws core::Error where a size is beyond max_output.
  void process(const FrameIo& io);
  /// Enqueues the same without waiting; call the backend's finish() before the host reads the output. The
  /// buffers of `io` are the backend's memory.
  void enqueue(const FrameIo& io);

  /// Forgets the frame before, as io.info.reset does.
  void reset();
  void set_weights(const Weights& weights);

  std::uint64_t bad_values() const;  ///< input values cleaned so far, in all frames; waits for them
  /// Fills `times` with each frame's stages, one by one, until it is null.
  void time_into(StageTimes* times);

  Size output_size() const;  ///< of the last frame
  /// Draws a view of the last frame as linear rgba halfs [H][W][4] into memory of the backend; enqueues.
  void draw(DebugView view, f16* rgba);

  // For benchmarks and tests: the last frame's view, and its stages once more.
  /// S is what passes store for one another: f16 on a backend of halfs, else float. Throws where it is the
  /// other.
  template <typename S>
  const StepView<float, S>& view() const;
  bool keeps_features() const;  ///< false where the network's kernels hold features and head in registers
  void run_pass(Pass pass);
  void run_network();

 private:
  class Recurrence;
  template <typename S>
  class RecurrenceOf;
  NetworkRun<float>& network_for(Size padded);

  Backend& backend_;
  const NetworkPlan& plan_ = upscaler_plan();
  Parameters<float> parameters_;
  std::unique_ptr<Recurrence> recurrence_;
  int slot_ = 0;
  struct Sized {
    Size padded;
    std::unique_ptr<NetworkRun<float>> run;
  };
  std::list<Sized> networks_;  ///< most recently used first
  bool timed_ = false;         ///< stage by stage, so never as one launch
};

}  // namespace neural
