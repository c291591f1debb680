// Writes the times of single frames: as a table for a spreadsheet, and as a timeline for Perfetto.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "app/report/report_json.h"
#include "core/file.h"

namespace app {
namespace {

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

/// Appends events as text one by one, since a trace of 600 frames of six runs has a hundred thousand of them.
class TraceWriter {
 public:
  void name(const char* what, int process, int thread, const std::string& text) {
    add(fmt::format(R"({{"ph":"M","name":"{}","pid":{},"tid":{},"args":{{"name":{}}}}})", what, process,
                    thread, json_text(text)));
  }
  void span(const std::string& name, const char* category, int process, int thread, double begin_ms,
            double end_ms, std::uint64_t frame) {
    add(fmt::format(
        R"({{"ph":"X","name":{},"cat":"{}","pid":{},"tid":{},"ts":{},"dur":{},"args":{{"frame":{}}}}})",
        json_text(name), category, process, thread, json_text(microseconds(begin_ms)),
        json_text(microseconds(end_ms) - microseconds(begin_ms)), frame));
  }
  void label(int process, const std::string& text) {
    add(fmt::format(R"({{"ph":"M","name":"process_labels","pid":{},"tid":0,"args":{{"labels":{}}}}})",
                    process, json_text(text)));
  }
  void counter(const char* name, int process, double at_ms, double value) {
    add(fmt::format(R"({{"ph":"C","name":"{}","pid":{},"ts":{},"args":{{"{}":{}}}}})", name, process,
                    json_text(microseconds(at_ms)), name, json_text(value)));
  }
  std::string finish() { return text_ + "\n]}\n"; }

 private:
  static double microseconds(double ms) { return std::round(ms * 1e4) / 10; }
  void add(const std::string& event) {
    text_ += first_ ? "\n" : ",\n";
    text_ += event;
    first_ = false;
  }
  std::string text_ = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[";
  bool first_ = true;
};

}  // namespace

void write_profile_csv(const std::filesystem::path& path, const Profile& profile) {
  std::vector<std::string> passes;  // of all runs
  std::vector<RunTimes> runs;
  for (const ProfileRun& run : profile.runs) {
    runs.push_back(times_of(run));
    for (const PassTimes& pass : runs.back().passes)
      if (std::find(passes.begin(), passes.end(), pass.name) == passes.end()) passes.push_back(pass.name);
  }
  std::string text =
      "run,upscaler,output_width,output_height,render_width,render_height,frame,frame_ms,processor_ms";
  for (const std::string& name : passes) text += ',' + csv_field(name + "_ms");
  text += '\n';
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const ProfileRun& run = profile.runs[r];
    std::vector<const PassTimes*> columns;
    for (const std::string& name : passes) {
      const auto pass = std::find_if(runs[r].passes.begin(), runs[r].passes.end(),
                                     [&](const PassTimes& p) { return p.name == name; });
      columns.push_back(pass == runs[r].passes.end() ? nullptr : &*pass);
    }
    for (std::size_t n = 0; n < run.frames.size(); ++n) {
      const FrameTrace& frame = run.frames[n];
      fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{},{:.4f},{:.4f}", csv_field(runs[r].label),
                     run.upscaler, run.output.width, run.output.height, frame.render.width,
                     frame.render.height, frame.index, runs[r].frame_ms[n], frame.processor_ms);
      for (const PassTimes* pass : columns)  // empty where the run has no such pass
        text += pass ? fmt::format(",{:.4f}", pass->ms[n]) : ",";
      text += '\n';
    }
  }
  core::write_file(path, text);
}

void write_chrome_trace(const std::filesystem::path& path, const Profile& profile) {
  constexpr int frame_thread = 1, first_row_thread = 2;
  TraceWriter trace;
  double offset = 0;  // each run has a clock of its own: show them one after the other
  for (std::size_t r = 0; r < profile.runs.size(); ++r) {
    const ProfileRun& run = profile.runs[r];
    if (run.frames.empty()) continue;
    const int process = static_cast<int>(r) + 1;
    trace.name("process_name", process, 0, run.label());
    trace.label(process, fmt::format("gpu clock: {}", run.gpu_clock()));
    trace.name("thread_name", process, frame_thread, "frame");
    for (const Row row : all_rows)
      trace.name("thread_name", process, first_row_thread + static_cast<int>(row), name_of(row));
    double first = run.frames.front().begin_ms, last = run.frames.back().end_ms;
    for (const FrameTrace& frame : run.frames)
      for (const Span& span : frame.spans)
        first = std::min(first, span.begin_ms), last = std::max(last, span.end_ms);
    const double shift = offset - first;
    for (const FrameTrace& frame : run.frames) {
      trace.span(fmt::format("frame {}", frame.index), "frame", process, frame_thread, frame.begin_ms + shift,
                 frame.end_ms + shift, frame.index);
      trace.counter("frame_ms", process, frame.begin_ms + shift, frame.end_ms - frame.begin_ms);
      trace.counter("render_height", process, frame.begin_ms + shift, frame.render.height);
      for (const Span& span : frame.spans)
        trace.span(span.name, name_of(span.row), process, first_row_thread + static_cast<int>(span.row),
                   span.begin_ms + shift, span.end_ms + shift, frame.index);
    }
    offset += last - first + 1;
  }
  core::write_file(path, trace.finish());
}

}  // namespace app
