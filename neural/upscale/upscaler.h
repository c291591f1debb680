#pragma once
// The neural upscaler: takes a frame and generates its output. It keeps the state between frames.

#include <cstdint>
#include <list>
#include <memory>

#include "neural/names.h"
#include "neural/upscale/frame_step.h"
#include "neural/upscale/plan.h"

namespace neural {

/// One thread at a time may use it.
class Upscaler {
 public:
  /// Takes frames up to `max_output` at any scale of 1 or more without allocating again. The backend must
  /// outlive the upscaler. Throws core::Error.
  Upscaler(Backend& backend, const Weights& weights, Size max_output);
  ~Upscaler();

  /// Generates io.output and waits for it. The buffers of `io` are the backend's memory (for a CPU, the
  /// host's). The history is io.history, the previous output, unless io.info.reset is set. Sizes may differ
  /// from frame to frame. Inputs that are not finite or out of range are cleaned and counted; the output is
  /// finite and in [0, 60000]. Throws core::Error where a size is beyond max_output.
  void process(const FrameIo& io);
  /// Enqueues without waiting; call the backend's finish() before the host reads the output. Throws as
  /// process() does.
  void enqueue(const FrameIo& io);

  /// Forgets the previous frame, as io.info.reset does.
  void reset();
  /// Replaces the weights from the next frame on. Throws core::Error where their number does not fit the
  /// plan.
  void set_weights(const Weights& weights);

  std::uint64_t bad_values() const;  ///< input values cleaned so far, in all frames; waits for them
  /// Adds the time of each frame's stages to `times`, which makes frames slower; null ends it.
  void time_into(StageTimes* times);

  Size output_size() const;  ///< of the last frame
  /// Enqueues a view of the last frame as linear rgba halfs [H][W][4] into memory of the backend.
  void draw(DebugView view, f16* rgba);

  // The functions below are for benchmarks and tests. view() is the last frame's; S is the type that passes
  // store, f16 on a backend of halfs, else float. It throws core::Error for the other type.
  template <typename S>
  const StepView<float, S>& view() const;
  bool keeps_features() const;  ///< false where the network's kernels hold features and head in registers
  /// Enqueues one pass of the last frame once more.
  void run_pass(Pass pass);
  /// Enqueues the network of the last frame once more.
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
