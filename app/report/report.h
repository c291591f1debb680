#pragma once
// The results of a profiling run, and the files made from them: profile.json, profile.csv, a Chrome trace and
// an HTML page. It does not know Vulkan or CUDA: the code that draws frames fills in the spans. Functions
// that write or read a file throw core::Error with its path.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/frame.h"
#include "core/picture/metrics.h"

namespace app {

/// A row of the timeline: who spent a span's time. `generator` is a network on a GPU; `upscaler` holds the
/// stages of work that another row shows as one span.
enum class Row : std::uint8_t { cpu, gpu, generator, upscaler };
inline constexpr Row all_rows[] = {Row::cpu, Row::gpu, Row::generator, Row::upscaler};
const char* name_of(Row row);

/// One piece of work. Spans of one row do not overlap within a frame. The name of a span that only waits
/// begins with "wait ".
struct Span {
  Row row = Row::cpu;
  std::string name;
  double begin_ms = 0, end_ms = 0;  ///< on one clock for all rows
};

/// One frame on the wall clock, from the end of the frame before to its own end. Where frames overlap, its
/// spans may begin earlier and end later.
struct FrameTrace {
  std::uint64_t index = 0;
  double begin_ms = 0, end_ms = 0;
  double processor_ms = 0;  ///< processor time of all threads together, without waiting
  core::Size render;        ///< changes from frame to frame with dynamic resolution
  bool rasterized = true;   ///< false: a learned scene filled the frame
  int between = 0;          ///< pictures that were shown between the frame before and this one
  std::vector<Span> spans;
  bool calibrated =
      false;  ///< whether the device placed the gpu spans on this clock; else they are estimated
};

/// The name and the value of something, as text.
using NamedValue = std::pair<std::string, std::string>;

/// One combination of settings, measured along the camera path.
struct ProfileRun {
  std::vector<NamedValue> settings;  ///< those of the sweep; empty without a sweep
  std::string upscaler, backend;     ///< `backend` is what Frame::generated_by returned
  core::Size render, output;
  std::vector<FrameTrace> frames;       ///< after the warm-up
  std::optional<core::Scores> quality;  ///< where it was measured as well
  std::vector<NamedValue> memory = {};  ///< use and amount, in words
  double waited_for_cpu = 0;            ///< 0 to 1, see Contention
  std::string picture = {};             ///< name of a JPEG of its last frame beside the report; may be empty

  /// generated_share() of all frames together.
  double generated_fraction() const;
  /// The pictures that were shown, those between frames too.
  std::size_t displayed() const;
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

/// Percentiles in milliseconds, by linear interpolation between order statistics. `fraction` is 0 to 1.
struct Percentiles {
  double p50 = 0, p95 = 0, p99 = 0, max = 0, mean = 0;
};
double percentile(const std::vector<double>& sorted, double fraction);
Percentiles percentiles(std::vector<double> values);

/// The time of a pass in each frame; 0 where it did not run.
struct PassTimes {
  std::string name;
  Row row = Row::cpu;
  std::vector<double> ms;
};

/// The times of a run without its spans, as profile.json stores them for each frame and `compare` reads them.
struct RunTimes {
  std::string label;
  std::vector<std::uint64_t> frame_index;
  std::vector<double> frame_ms;
  std::vector<double> processor_ms;  ///< empty where it was not measured
  std::vector<PassTimes> passes;     ///< in the order of their first appearance
  double waited_for_cpu = 0;
  core::Size render = {}, output = {};  ///< of the first frame
  std::string picture = {};             ///< see ProfileRun
};
RunTimes times_of(const ProfileRun& run);

/// How well the spans account for the wall-clock time.
struct TimerCheck {
  double explained = 0;  ///< the share of the time in which a span ran that is no wait
  double gpu_sum = 0;    ///< the sum of the gpu spans divided by the time
  std::string warning;   ///< a sentence where spans and wall clock disagree; else empty
};
TimerCheck check_timers(const ProfileRun& run);
/// One sentence for all runs whose spans and wall clock disagree; empty where there are none.
std::string timer_warning(const std::vector<ProfileRun>& runs);

/// Writes profile.json: a summary of the first run at the top (scene, device, driver, backend, frames,
/// render, output, upscaler, generated_fraction, frame, frames_between, displayed_fps, latency_ms, passes),
/// and every run with its times of each frame in `runs`.
void write_profile_json(const std::filesystem::path& path, const Profile& profile);

/// Writes one line for each frame and one column for each pass.
void write_profile_csv(const std::filesystem::path& path, const Profile& profile);

/// Writes a trace that Perfetto and chrome://tracing open. Each run is a process and each row a thread.
void write_chrome_trace(const std::filesystem::path& path, const Profile& profile);

/// Writes a self-contained page with plots. It loads nothing from elsewhere.
void write_html_report(const std::filesystem::path& path, const Profile& profile);

/// The same from the text of a profile.json, to rebuild the page of an earlier run. `pictures` are those of
/// the runs, as picture_for_page() returns them.
void write_html_page(const std::filesystem::path& path, std::string json,
                     const std::vector<std::string>& pictures);

/// Writes all of these: profile.json, profile.csv, trace.json and report.html in `folder`.
void write_report(const std::filesystem::path& folder, const Profile& profile);

/// The part of a profile.json that `compare` needs.
struct ProfileTimes {
  std::string scene, device;
  std::vector<RunTimes> runs;
};
/// Throws core::Error where the file is no profile.json of this program.
ProfileTimes read_profile(const std::filesystem::path& path);

}  // namespace app
