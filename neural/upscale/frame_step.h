#pragma once
// One frame of the recurrence, forward and backward, in float for use and training or in double to check
// gradients. It defines what is carried to the next frame and the order of the passes.

#include <array>
#include <memory>
#include <vector>

#include "neural/upscale/family.h"

namespace neural {

/// What frame n leaves to frame n + 1 besides its output. S is the type that passes store: see StepView.
template <typename T, typename S = T>
struct Carry {
  /// Memory that two carries take turns to use, where no gradients are wanted: a frame reads the past in it
  /// before it writes. Null: this one's own.
  struct Shared {
    S *state = nullptr, *kept = nullptr;  ///< [8] at the largest render size, [4] at the largest output
  };
  Carry(BackendOf<T>& backend, Size max_render, Size max_output, bool training, Shared shared = {});
  void zero_gradient();
  /// Takes over another's frame, for which there must be room; enqueues.
  void copy(const Carry& other);
  FrameInfo info;
  bool valid = false;  ///< false: there is no previous frame
  T* depth = nullptr;
  S *state = nullptr, *kept = nullptr;  ///< kept: [4] the output as working colour, and its count
  T *g_state = nullptr, *g_kept = nullptr;

 private:
  BackendOf<T>* backend_;
  std::vector<std::unique_ptr<Memory>> memory_;
  std::size_t state_bytes_, kept_bytes_;
};

/// Where a cropped picture lies in the whole frame, in render pixels; the default is the whole.
struct Window {
  int x = 0, y = 0, width = 0, height = 0;
};

/// Milliseconds of each pass (in the order of Pass) and of the network, for the benchmark.
struct StageTimes {
  std::array<double, pass_count> pass{};
  double network = 0;
};

template <typename T, typename S = T>
/// Runs the passes and the network of one frame. One thread at a time may use it.
class FrameStep {
 public:
  /// Makes room for frames up to these sizes: a change of scale up to there allocates nothing. The backend
  /// must outlive the object.
  FrameStep(BackendOf<T>& backend, Size max_render, Size max_output, bool training);

  /// Fills `next` and the output: io.output as halfs, or out_linear [H][W][4] where that is given. The
  /// history is that of `past`; a null or invalid one means reset. io.history is not read. All pointers are
  /// the backend's; on a GPU the work is only enqueued.
  void forward(NetworkRun<T>& network, const FrameIo& io, const Carry<T, S>* past, Carry<T, S>& next,
               T* out_linear = nullptr, const Window& window = {});

  /// Call it after forward() of the same frame. Goes from the gradients of out_linear and next.g_* to those
  /// of the network's parameters, and adds to past->g_*. `past` is that of forward().
  void backward(NetworkRun<T>& network, const T* g_out_linear, Carry<T, S>* past, Carry<T, S>& next);

  /// Waits, and returns how many input values of all frames so far were not finite or out of range.
  std::uint64_t bad_values() const;
  const StepView<T, S>& view() const { return view_; }  ///< of the last frame
  /// Enqueues one pass of the last frame once more.
  void run(Pass pass);
  /// Enqueues Pass::debug_view of the last frame, into memory of the backend, [H][W][4] linear rgba.
  void draw(DebugView shown, f16* rgba);
  /// Enqueues the network of the last frame once more.
  void run_network(NetworkRun<T>& network);
  /// Allocates what the network and the passes beside it need. forward() does so too, but a graph's recording
  /// must not allocate.
  void prepare(const NetworkRun<T>& network);
  /// Adds milliseconds to `times` in each forward(), which then waits for every stage; null ends it.
  void time_into(StageTimes* times) { times_ = times; }

 private:
  template <typename Body>
  void timed(double* sum, const Body& body);
  S* allocate(std::size_t count);  ///< memory of the type that passes store

  BackendOf<T>& backend_;
  std::vector<std::unique_ptr<Memory>> memory_;
  UpscalePasses<T, S> passes_;
  StepView<T, S> view_;
  T* head_ = nullptr;
  bool prepared_ = false;
  char* scratch_ = nullptr;  ///< of a fused network: see prepare()
  std::size_t scratch_bytes_ = 0;
  compute::FusedNetwork* after_ = nullptr;  ///< of the last frame, where it includes the passes after it
  std::size_t feature_count_ = 0, control_count_ = 0;
  Size features_size_;  ///< render size for which the padding around the features is cleared
  Size max_render_, max_output_;
  std::uint64_t bad_info_ = 0;  ///< jitters and exposures that were not valid
  StageTimes* times_ = nullptr;
};

/// Returns the render size padded to multiples that the network accepts.
Size padded_size(Size render);

}  // namespace neural
