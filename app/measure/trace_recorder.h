#pragma once
// Records what frames did, on one clock: the parts of each frame on the CPU, and the GPU's passes, whose
// times are known two frames later.

#include <deque>
#include <vector>

#include "app/frame/frame.h"
#include "app/open/generator.h"
#include "app/report/report.h"

namespace app {

/// For each frame call begin_frame(), then add_cpu() and Frame::draw() in any order, then drawn(). All from
/// one thread.
///
/// Where the device can read both clocks, it says when a GPU pass began on the CPU's clock. Elsewhere that is
/// estimated: a frame's first pass begins when the frame was submitted or when the frame before ended,
/// whichever is later. The others follow by the GPU's own clock.
class TraceRecorder {
 public:
  using Clock = gpu::Timer::Clock;
  static constexpr std::size_t in_flight = 2;  ///< draw() of frame n has the GPU times of frame n - 2

  /// Keeps the newest `max_frames` frames.
  explicit TraceRecorder(std::size_t max_frames = static_cast<std::size_t>(-1)) : max_frames_(max_frames) {}

  double now_ms() const;  ///< milliseconds since the recorder was made; all times here count from then
  void begin_frame(double begin_ms);
  void add_cpu(const char* name, double begin_ms, double end_ms);
  /// Ends the frame, now. Frame::draw() began at `draw_begin_ms`; `stages` is what its generator has filled
  /// in (Generator::log_stages), or null.
  void drawn(const Frame& frame, double draw_begin_ms, const StageLog* stages);
  /// Adds GPU passes of the window itself after those of the frame that is `age` frames older than the
  /// present one. `began` is when the first of them began, where the device can say.
  void add_gpu_behind(const std::vector<gpu::PassTime>& passes, std::size_t age,
                      const std::optional<Clock::time_point>& began);

  /// The recorded frames, the oldest first. The last two have no GPU passes yet.
  const std::deque<FrameTrace>& frames() const { return frames_; }

 private:
  double since_start_ms(Clock::time_point time) const;
  Clock::time_point start_ = Clock::now();
  std::size_t max_frames_;
  std::deque<FrameTrace> frames_;
  std::deque<double> submitted_;  ///< when each of frames_ was submitted, milliseconds
  double gpu_end_ = 0, processor_before_ = -1;
};

}  // namespace app
