#include "app/measure/time_frames.h"

#include <algorithm>

#include "app/measure/trace_recorder.h"

namespace app {

std::vector<FrameTrace> time_frames(Frame& frame, const renderer::RenderSettings& settings,
                                    const CameraRun& path, const std::function<void()>& drawn,
                                    const TimeOptions& options) {
  TraceRecorder recorder;
  DynamicResolution control(settings.scale);
  double before = recorder.now_ms();
  // Two more frames, which show the last one again, deliver the GPU times of the last two.
  for (std::size_t n = 0; n < path.frames.size() + TraceRecorder::in_flight; ++n) {
    FrameRequest request = path.frames[std::min(n, path.frames.size() - 1)];
    if (options.dynamic_resolution.target_ms > 0) {
      request.scale = static_cast<float>(control.scale());
      request.finest_scale = options.dynamic_resolution.min_scale;
    }
    const double begin = recorder.now_ms();
    recorder.begin_frame(begin);
    frame.draw(settings, request);
    recorder.drawn(frame, begin, options.stages);
    const FrameTrace& trace = recorder.frames().back();
    control.next(options.hold_processor_time ? trace.processor_ms : trace.end_ms - before,
                 options.dynamic_resolution);
    before = trace.end_ms;
    if (n < path.frames.size()) drawn();
  }
  frame.finish();
  const auto first = recorder.frames().begin() + path.warmup;
  std::vector<FrameTrace> traces(first,
                                 recorder.frames().begin() + static_cast<std::ptrdiff_t>(path.frames.size()));
  // A frame lasts from the end of the frame before to its own end.
  for (std::size_t n = traces.size(); n-- > 1;) traces[n].begin_ms = traces[n - 1].end_ms;
  for (FrameTrace& trace : traces) trace.index -= static_cast<std::uint64_t>(path.warmup);
  return traces;
}

}  // namespace app
