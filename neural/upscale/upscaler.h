#pragma once
// The neural upscaler: takes a frame and generates its output. It keeps the state between frames.

#include <algorithm>
#include <cstdint>
#include <list>
#include <memory>

#include "neural/names.h"
#include "neural/upscale/frame_step.h"
#include "neural/upscale/plan.h"

namespace neural {

/// What the network and the passes beside it may take of a GPU's memory in f16, in bytes, for frames of this
/// size; imported buffers not counted. Tests hold it.
constexpr std::uint64_t memory_budget(Size render, Size output) {
  constexpr std::uint64_t small = std::uint64_t{2} << 20;  // weights, sizes that are padded
  return 141 * area(render) + 18 * area(output) + small;
}

/// One thread at a time may use it.
class Upscaler {
 public:
  /// Takes outputs up to `max_output` and frames up to `max_render`, or at any scale of 1 or more where that
  /// is empty, without allocating again. The backend must outlive the upscaler. Throws core::Error.
  Upscaler(Backend& backend, const Weights& weights, Size max_output, Size max_render = {});
  ~Upscaler();

  /// Call it between frames: makes room for frames up to this size and gives back what is more than twice as
  /// large, which allocates, waits and keeps the state. Returns whether anything changed. Throws core::Error.
  bool make_room(Size render);
  Size room() const { return room_; }

  /// Generates io.output and waits for it. The buffers of `io` are the backend's memory (for a CPU, the
  /// host's). The history is what the upscaler kept of the frame before, unless io.info.reset is set or
  /// frames are missing (info.frame_index); io.history is not read. Sizes may differ from frame to frame.
  /// Inputs that are not finite or out of range are cleaned and counted; the output is finite and in [0,
  /// 60000]. Throws core::Error where there is no room for a size.
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
  void allocate(Size room);
  NetworkRun<float>& network_for(Size padded);

  Backend& backend_;
  const NetworkPlan& plan_ = upscaler_plan();
  Parameters<float> parameters_;
  std::unique_ptr<Recurrence> recurrence_;
  Size max_output_, room_;
  int slot_ = 0;
  bool ran_[2] = {};  ///< the kernels of a frame that resets, and of one that continues
  struct Sized {
    Size padded;
    std::unique_ptr<NetworkRun<float>> run;
  };
  std::list<Sized> networks_;  ///< most recently used first
  bool timed_ = false;         ///< stage by stage, so never as one launch
};

}  // namespace neural
