#pragma once
// What frames did, on one clock: the parts of each frame on the CPU as they were timed, and the GPU's passes,
// which are known two frames later, where they must have run.

#include <deque>
#include <vector>

#include "app/frame/frame.h"
#include "app/open/generator.h"
#include "app/report/report.h"

namespace app {

/// For each frame: begin_frame(), add_cpu() and Frame::draw() in any order, then drawn(). A GPU pass is
/// placed on the CPU's clock: by the device, where it reads both clocks. Elsewhere it is estimated: the first
/// of a frame begins when it was submitted or the frame before ended, whichever is later; the others follow
/// by the GPU's own clock.
class TraceRecorder {
 public:
  using Clock = gpu::Timer::Clock;
  static constexpr std::size_t in_flight = 2;  ///< draw() of frame n has the GPU times of frame n - 2

  /// Keeps the newest `most` frames.
  explicit TraceRecorder(std::size_t most = static_cast<std::size_t>(-1)) : most_(most) {}

  double now_ms() const;  ///< since the recorder was made
  void begin_frame(double begin_ms);
  void add_cpu(const char* name, double begin_ms, double end_ms);
  /// The frame was drawn from `draw_begin_ms` on, and ends now. `stages` is what its host upscaler filled in.
  void drawn(const Frame& frame, double draw_begin_ms, const StageLog* stages);
  /// GPU passes behind those of the frame `age` before the present one: the window's own. `began`: the first.
  void add_gpu_behind(const std::vector<gpu::PassTime>& passes, std::size_t age,
                      const std::optional<Clock::time_point>& began);

  /// The oldest first; the last two have no GPU passes yet.
  const std::deque<FrameTrace>& frames() const { return frames_; }

 private:
  double since_start_ms(Clock::time_point time) const;
  Clock::time_point start_ = Clock::now();
  std::size_t most_;
  std::deque<FrameTrace> frames_;
  std::deque<double> submitted_;  ///< when, of each of frames_
  double gpu_end_ = 0, processor_before_ = -1;
};

}  // namespace app
