#include "app/time_frames.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace app {
namespace {

/// The parts of draw() that the CPU spent, one after the other from `begin` on.
void add_cpu_spans(FrameTrace& trace, const FrameTimes& times, const StageLog* stages, double begin) {
  // A device's generator gives its time of an older frame here; only the host's waits for the rendering.
  const double generate = times.rendered > 0 ? times.generate : 0;
  const std::pair<const char*, double> parts[] = {{"wait for slot", times.wait},
                                                  {"record", times.record},
                                                  {"wait for render", times.rendered},
                                                  {"generate", generate}};
  for (const auto& [name, ms] : parts) {
    if (ms > 0) trace.spans.push_back({Row::cpu, name, begin, begin + ms});
    begin += ms;
  }
  if (!stages || generate <= 0) return;
  begin -= generate;
  for (const auto& [name, ms] : *stages) {
    trace.spans.push_back({Row::upscaler, name, begin, begin + ms});
    begin += ms;
  }
}

/// Returns when the last of them ended.
double add_gpu_spans(FrameTrace& trace, const std::vector<gpu::PassTime>& passes, double begin) {
  double end = begin, filled = begin;
  for (const gpu::PassTime& pass : passes) {
    if (pass.name == "generate") continue;
    trace.spans.push_back({Row::gpu, pass.name, begin + pass.begin_ms, begin + pass.end_ms});
    end = std::max(end, begin + pass.end_ms);
    if (pass.name == "shared frame") filled = begin + pass.end_ms;
  }
  const bool on_host = std::any_of(trace.spans.begin(), trace.spans.end(),
                                   [](const Span& span) { return span.name == "generate"; });
  if (on_host) return end;  // it is already in the CPU's row
  // CUDA's events know how long it took; it began when the shared frame was filled.
  for (const gpu::PassTime& pass : passes)
    if (pass.name == "generate") trace.spans.push_back({Row::cuda, pass.name, filled, filled + pass.ms()});
  return end;
}

}  // namespace

std::vector<FrameTrace> time_frames(Frame& frame, const renderer::RenderSettings& settings, const Path& path,
                                    const std::function<void()>& drawn, const StageLog* stages,
                                    const DynamicResolutionSettings& dynamic_resolution) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const auto now = [&] { return std::chrono::duration<double, std::milli>(Clock::now() - start).count(); };
  constexpr std::size_t in_flight = 2;  // draw(n) waits for frame n - 2 and then has its GPU times
  std::vector<FrameTrace> traces;
  std::vector<double> submitted;
  double gpu_end = 0, frame_end = now();
  DynamicResolution control(settings.scale);
  for (std::size_t n = 0; n < path.frames.size() + in_flight; ++n) {
    // Two more frames bring the GPU times of the last two; they show the last frame again.
    FrameRequest request = path.frames[std::min(n, path.frames.size() - 1)];
    if (dynamic_resolution.target_ms > 0) request.scale = static_cast<float>(control.scale());
    FrameTrace trace{.index = n, .begin_ms = now(), .end_ms = 0, .render = {}, .spans = {}};
    trace.render = frame.draw(settings, request).render;
    trace.end_ms = now();
    control.next(trace.end_ms - std::exchange(frame_end, trace.end_ms), dynamic_resolution);
    const FrameTimes& times = frame.times();
    add_cpu_spans(trace, times, stages, trace.begin_ms);
    submitted.push_back(trace.begin_ms + times.wait + times.record);
    traces.push_back(std::move(trace));
    if (n >= in_flight) {
      const std::size_t done = n - in_flight;
      gpu_end = add_gpu_spans(traces[done], frame.passes(), std::max(submitted[done], gpu_end));
    }
    if (n < path.frames.size()) drawn();
  }
  frame.finish();
  traces.resize(path.frames.size());
  traces.erase(traces.begin(), traces.begin() + path.warmup);
  // On the wall clock a frame lasts from the end of the one before to its own.
  for (std::size_t n = traces.size(); n-- > 1;) traces[n].begin_ms = traces[n - 1].end_ms;
  for (FrameTrace& trace : traces) trace.index -= static_cast<std::uint64_t>(path.warmup);
  return traces;
}

}  // namespace app
