#pragma once
// What a profiling run measured, and the files made of it: profile.json, profile.csv, a Chrome trace and one
// HTML page. Knows nothing of Vulkan or CUDA: whoever runs frames fills in spans.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/frame.h"
#include "core/picture/metrics.h"

namespace app {

/// Whose time a span is; a row of the timeline. `upscaler` holds the stages of what another row shows as one.
enum class Row : std::uint8_t { cpu, gpu, cuda, upscaler };
inline constexpr Row all_rows[] = {Row::cpu, Row::gpu, Row::cuda, Row::upscaler};
const char* name_of(Row row);

/// One piece of work. Spans of one row do not overlap within a frame. A span that only waits is named
/// "wait ...".
struct Span {
  Row row = Row::cpu;
  std::string name;
  double begin_ms = 0, end_ms = 0;  ///< all rows on one clock
};

/// One frame on the wall clock: from the end of the frame before to its own end. Its spans may begin earlier
/// and end later where frames overlap.
struct FrameTrace {
  std::uint64_t index = 0;
  double begin_ms = 0, end_ms = 0;
  double processor_ms = 0;  ///< of all threads together; waiting does not count
  core::Size render;        ///< changes from frame to frame with dynamic resolution
  std::vector<Span> spans;
  bool calibrated = false;  ///< gpu spans lie where both clocks say; else where they must have run
};

/// A setting and its value, as text.
using NamedValue = std::pair<std::string, std::string>;

/// One combination of settings, measured along the camera path.
struct ProfileRun {
  std::vector<NamedValue> settings;  ///< what the sweep chose; empty without a sweep
  std::string upscaler, backend;     ///< backend: what generated, see Frame::generated_by
  core::Size render, output;
  std::vector<FrameTrace> frames;       ///< after the warm-up
  std::optional<core::Scores> quality;  ///< where it was measured too
  std::vector<NamedValue> memory = {};  ///< owner and amount, in words
  double waited_for_cpu = 0;            ///< see Contention

  /// 1 - render pixels / output pixels of the mean frame for neural, else 0.
  double generated_fraction() const;
  /// "calibrated", or "estimated" where gpu spans are placed by when they were submitted.
  const char* gpu_clock() const;
  /// "upscaler=taau scale=2", or the upscaler alone.
  std::string label() const;
};

struct Profile {
  std::string scene, device, driver, program;  ///< program: its version
  double start = 0, frame_seconds = 0;
  int warmup = 0;
  std::vector<ProfileRun> runs;
};

/// Milliseconds; linear interpolation between order statistics.
struct Percentiles {
  double p50 = 0, p95 = 0, p99 = 0, max = 0, mean = 0;
};
double percentile(const std::vector<double>& sorted, double fraction);
Percentiles percentiles(std::vector<double> values);

/// A pass's time in each frame, 0 where it did not run.
struct PassTimes {
  std::string name;
  Row row = Row::cpu;
  std::vector<double> ms;
};

/// A run's times without its spans: what profile.json keeps of each frame and `compare` reads.
struct RunTimes {
  std::string label;
  std::vector<std::uint64_t> frame_index;
  std::vector<double> frame_ms;
  std::vector<double> processor_ms;  ///< empty where it was not measured
  std::vector<PassTimes> passes;     ///< in the order of their first appearance
  double waited_for_cpu = 0;
};
RunTimes times_of(const ProfileRun& run);

/// How well the spans explain the wall clock.
struct TimerCheck {
  double explained = 0;  ///< share of the wall clock in which some span that is no wait ran
  double gpu_sum = 0;    ///< sum of the gpu spans over the wall clock
  std::string warning;   ///< a sentence where the two disagree; empty where they agree
};
TimerCheck check_timers(const ProfileRun& run);

/// A summary of the first run at the top (scene, device, driver, backend, frames, render, output, upscaler,
/// generated_fraction, frame, passes), and every run with its times of each frame in `runs`.
void write_profile_json(const std::filesystem::path& path, const Profile& profile);

/// One line a frame, one column a pass.
void write_profile_csv(const std::filesystem::path& path, const Profile& profile);

/// Trace-event format, as Perfetto and chrome://tracing open it: a process a run, a thread a row.
void write_chrome_trace(const std::filesystem::path& path, const Profile& profile);

/// One self-contained page with plots; loads nothing from anywhere.
void write_html_report(const std::filesystem::path& path, const Profile& profile);

/// The same page of the text of a profile.json.
void write_html_page(const std::filesystem::path& path, std::string json);

/// All of them: profile.json, profile.csv, trace.json and report.html in `folder`.
void write_report(const std::filesystem::path& folder, const Profile& profile);

/// What `compare` needs of a profile.json. Throws core::Error where the file is none.
struct ProfileTimes {
  std::string scene, device;
  std::vector<RunTimes> runs;
};
ProfileTimes read_profile(const std::filesystem::path& path);

}  // namespace app
