#include "app/measure/trace_recorder.h"

#include <time.h>

#include <algorithm>
#include <utility>

namespace app {
namespace {

/// The processor time that all threads of this process have used so far, in milliseconds.
double processor_ms() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

/// Adds the stages of the upscaler one after the other, from `begin` on.
void add_stages(FrameTrace& trace, const StageLog& stages, double begin) {
  for (const auto& [name, ms] : stages) {
    trace.spans.push_back({Row::upscaler, name, begin, begin + ms});
    begin += ms;
  }
}

/// Adds the CPU's parts of draw() one after the other, from `begin` on.
void add_draw_spans(FrameTrace& trace, const FrameTimes& times, const StageLog* stages, double begin) {
  // A generator on a device reports the time of an older frame here. Only one on the host waits for the
  // rendering.
  const double generate = times.rendered > 0 ? times.generate : 0;
  const std::pair<const char*, double> parts[] = {{"wait for slot", times.wait},
                                                  {"field", times.field},
                                                  {"record", times.record - times.field},
                                                  {"wait for render", times.rendered},
                                                  {"generate", generate}};
  for (const auto& [name, ms] : parts) {
    if (ms > 0) trace.spans.push_back({Row::cpu, name, begin, begin + ms});
    begin += ms;
  }
  if (!stages || generate <= 0) return;
  add_stages(trace, *stages, begin - generate);
}

/// Returns when the last of them ended. One queue runs its work in order; where readings of the two clocks
/// differ by a microsecond so that frames seem to overlap, the callers move the later frame.
double add_gpu_spans(FrameTrace& trace, const std::vector<gpu::PassTime>& passes, const StageLog* stages,
                     double begin) {
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
  // The device tells how long it took. It began when the shared frame had been filled.
  for (const gpu::PassTime& pass : passes) {
    if (pass.name != "generate") continue;
    trace.spans.push_back({Row::generator, pass.name, filled, filled + pass.ms()});
    if (stages) add_stages(trace, *stages, filled);
  }
  return end;
}

}  // namespace

double TraceRecorder::now_ms() const {
  return since_start_ms(Clock::now());
}

double TraceRecorder::since_start_ms(Clock::time_point time) const {
  return std::chrono::duration<double, std::milli>(time - start_).count();
}

void TraceRecorder::begin_frame(double begin_ms) {
  const std::uint64_t index = frames_.empty() ? 0 : frames_.back().index + 1;
  if (processor_before_ < 0) processor_before_ = processor_ms();
  frames_.push_back({.index = index, .begin_ms = begin_ms, .end_ms = begin_ms, .render = {}, .spans = {}});
  submitted_.push_back(begin_ms);
  if (frames_.size() <= max_frames_) return;
  frames_.pop_front();
  submitted_.pop_front();
}

void TraceRecorder::add_cpu(const char* name, double begin_ms, double end_ms) {
  frames_.back().spans.push_back({Row::cpu, name, begin_ms, end_ms});
}

void TraceRecorder::drawn(const Frame& frame, double draw_begin_ms, const StageLog* stages) {
  FrameTrace& trace = frames_.back();
  const FrameTimes& times = frame.times();
  add_draw_spans(trace, times, stages, draw_begin_ms);
  trace.render = frame.info().render;
  trace.rasterized = !frame.field();
  trace.between = frame.pictures_between();
  trace.end_ms = now_ms();
  const double processor_now = processor_ms();
  trace.processor_ms = processor_now - std::exchange(processor_before_, processor_now);
  submitted_.back() = draw_begin_ms + times.wait + times.record;
  if (frames_.size() <= in_flight) return;
  const std::size_t done = frames_.size() - 1 - in_flight;
  const auto& began = frame.passes_began();
  frames_[done].calibrated = began.has_value();
  gpu_end_ = add_gpu_spans(frames_[done], frame.passes(), stages,
                           std::max(began ? since_start_ms(*began) : submitted_[done], gpu_end_));
}

void TraceRecorder::add_gpu_behind(const std::vector<gpu::PassTime>& passes, std::size_t age,
                                   const std::optional<Clock::time_point>& began) {
  if (frames_.size() <= age) return;
  FrameTrace& trace = frames_[frames_.size() - 1 - age];
  const double begin = std::max(began ? since_start_ms(*began) : gpu_end_, gpu_end_);
  double end = gpu_end_;
  for (const gpu::PassTime& pass : passes) {
    trace.spans.push_back({Row::gpu, pass.name, begin + pass.begin_ms, begin + pass.end_ms});
    end = std::max(end, begin + pass.end_ms);
  }
  gpu_end_ = end;
}

}  // namespace app
