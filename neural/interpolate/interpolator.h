#pragma once
// Makes the pictures between two generated frames: it moves both to the moment between, by the exact cameras
// where nothing moves by itself, else by motion, and mixes what is visible of each. It keeps the frame
// before.

#include <array>
#include <cstdint>
#include <memory>

#include "compute/backend.h"
#include "neural/interpolate/between_view.h"

namespace neural {

using compute::Backend;
using compute::Memory;
using core::Between;

/// Milliseconds of each pass in the order of BetweenPass, summed over a frame's pictures.
using BetweenTimes = std::array<double, between_pass_count>;

/// What an interpolator takes of a GPU's memory in f16, in bytes, for frames of this size. Tests hold it.
constexpr std::uint64_t between_budget(Size render, Size output) {
  constexpr std::uint64_t small = std::uint64_t{1} << 20;  // sizes that are padded
  return 68 * area(render) + 16 * area(output) + small;
}

/// One thread at a time may use it.
class Interpolator {
 public:
  /// Takes frames up to these sizes. The backend must outlive the interpolator. Throws core::Error.
  Interpolator(Backend& backend, Size max_output, Size max_render);
  ~Interpolator();

  /// Call it between frames: makes room for render sizes up to this one, which allocates and waits. Throws
  /// core::Error.
  void make_room(Size max_render);

  /// Enqueues the pictures of `between`, and keeps the frame for the next call. `io` is the frame as the
  /// upscaler got it, with its output made by work that was enqueued before; all pointers are the backend's
  /// memory. Without the frame before (io.info.reset, or another frame was kept) every picture is the output
  /// itself. Throws core::Error where there is no room for a size.
  void enqueue(const FrameIo& io, const Between& between);
  /// The same, and waits for it.
  void process(const FrameIo& io, const Between& between);

  /// Enqueues what the last call mixed at moment `k`, as [H][W][4] halfs into memory of the backend.
  void draw(MixtureView view, int k, f16* rgba);

  /// Adds the time of each pass to `times`, which makes frames slower; null ends it.
  void time_into(BetweenTimes* times);

 private:
  class Step;
  template <typename S>
  class StepOf;
  std::unique_ptr<Step> step_;
  Backend& backend_;
};

}  // namespace neural
