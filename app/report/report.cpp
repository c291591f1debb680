#include "app/report/report.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "app/report/generated_share.h"
#include "core/file.h"

namespace app {

const char* name_of(Row row) {
  switch (row) {
    case Row::cpu:
      return "cpu";
    case Row::gpu:
      return "gpu";
    case Row::generator:
      return "generator";
    case Row::upscaler:
      return "upscaler";
  }
  return "";
}

double ProfileRun::generated_fraction() const {
  double rendered = 0;
  bool rasterized = false;
  for (const FrameTrace& frame : frames) {
    if (!frame.rasterized) continue;
    rasterized = true;
    rendered += static_cast<double>(frame.render.width) * frame.render.height;
  }
  if (frames.empty() || (rasterized && upscaler != "neural")) return 0;
  return generated_share(rendered, static_cast<double>(displayed()) * output.width * output.height, true);
}

std::size_t ProfileRun::displayed() const {
  std::size_t pictures = frames.size();
  for (const FrameTrace& frame : frames) pictures += static_cast<std::size_t>(frame.between);
  return pictures;
}

const char* ProfileRun::gpu_clock() const {
  const bool calibrated = !frames.empty() && std::all_of(frames.begin(), frames.end(),
                                                         [](const FrameTrace& f) { return f.calibrated; });
  return calibrated ? "calibrated" : "estimated";
}

std::string ProfileRun::label() const {
  if (settings.empty()) return upscaler;
  std::string text;
  for (const auto& [name, value] : settings)
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value);
  return text;
}

double percentile(const std::vector<double>& sorted, double fraction) {
  if (sorted.empty()) return 0;
  const double position = fraction * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(position), high = std::min(low + 1, sorted.size() - 1);
  return std::lerp(sorted[low], sorted[high], position - static_cast<double>(low));
}

Percentiles percentiles(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  return {.p50 = percentile(values, 0.5),
          .p95 = percentile(values, 0.95),
          .p99 = percentile(values, 0.99),
          .max = values.back(),
          .mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size())};
}

RunTimes times_of(const ProfileRun& run) {
  RunTimes times{.label = run.label(),
                 .frame_index = {},
                 .frame_ms = {},
                 .processor_ms = {},
                 .passes = {},
                 .waited_for_cpu = run.waited_for_cpu,
                 .render = run.frames.empty() ? run.render : run.frames.front().render,
                 .output = run.output,
                 .picture = run.picture};
  std::map<std::pair<Row, std::string>, std::size_t> known;
  for (std::size_t n = 0; n < run.frames.size(); ++n) {
    const FrameTrace& frame = run.frames[n];
    times.frame_index.push_back(frame.index);
    times.frame_ms.push_back(frame.end_ms - frame.begin_ms);
    if (frame.processor_ms > 0) times.processor_ms.push_back(frame.processor_ms);
    for (const Span& span : frame.spans) {
      const auto [entry, fresh] = known.try_emplace({span.row, span.name}, times.passes.size());
      if (fresh) {
        // Names are keys of the JSON. Where passes of two rows have the same one, the later pass gets its row
        // appended.
        const bool taken = std::any_of(times.passes.begin(), times.passes.end(),
                                       [&](const PassTimes& pass) { return pass.name == span.name; });
        times.passes.push_back({taken ? fmt::format("{} ({})", span.name, name_of(span.row)) : span.name,
                                span.row, std::vector<double>(run.frames.size())});
      }
      times.passes[entry->second].ms[n] += span.end_ms - span.begin_ms;
    }
  }
  if (times.processor_ms.size() != times.frame_ms.size()) times.processor_ms.clear();
  return times;
}

namespace {

/// The time in which no span ran except those that wait, by the GPU's passes before and after it.
using Gaps = std::map<std::pair<std::string, std::string>, double>;

/// Adds [from, to] to the pair of passes that it lies between.
void add_gap(Gaps& gaps, const std::vector<const Span*>& passes, double from, double to) {
  const auto after = std::lower_bound(passes.begin(), passes.end(), to - 1e-6,
                                      [](const Span* pass, double ms) { return pass->begin_ms < ms; });
  if (after == passes.begin() || after == passes.end()) return;
  gaps[{(*std::prev(after))->name, (*after)->name}] += to - from;
}

std::string largest(const Gaps& gaps) {
  const auto most = std::max_element(gaps.begin(), gaps.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most == gaps.end()) return {};
  return fmt::format(", most of it between '{}' and '{}'", most->first.first, most->first.second);
}

}  // namespace

TimerCheck check_timers(const ProfileRun& run) {
  // Unseen time of a frame below which it is the latency of a submission, however short the frame.
  constexpr double min_ms = 0.5, min_share = 0.05;
  double wall = 0, gpu = 0;
  std::vector<std::pair<double, double>> busy;
  std::vector<const Span*> passes;
  for (const FrameTrace& frame : run.frames) {
    wall += frame.end_ms - frame.begin_ms;
    for (const Span& span : frame.spans) {
      if (span.row == Row::gpu) gpu += span.end_ms - span.begin_ms;
      if (span.row == Row::gpu) passes.push_back(&span);
      if (!span.name.starts_with("wait")) busy.emplace_back(span.begin_ms, span.end_ms);
    }
  }
  TimerCheck check;
  if (wall <= 0) return check;
  std::sort(busy.begin(), busy.end());
  std::sort(passes.begin(), passes.end(),
            [](const Span* a, const Span* b) { return a->begin_ms < b->begin_ms; });
  double covered = 0, until = busy.empty() ? 0 : busy.front().first;
  Gaps gaps;
  for (const auto& [begin, end] : busy) {
    if (begin > until) add_gap(gaps, passes, until, begin);
    covered += std::max(0.0, end - std::max(begin, until));
    until = std::max(until, end);
  }
  check.explained = covered / wall;
  check.gpu_sum = gpu / wall;
  const double unseen = (wall - covered) / static_cast<double>(run.frames.size());
  if (check.gpu_sum > 1.05)
    check.warning = fmt::format(
        "the GPU timers of {} add up to {:.0f} % of the wall clock: do not trust them pass by pass",
        run.label(), 100 * check.gpu_sum);
  else if (check.explained < 1 - min_share && unseen > min_ms)
    check.warning = fmt::format(
        "the timers of {} explain only {:.0f} % of the wall clock: in {:.1f} ms of each frame none runs{}; "
        "do not trust them pass by pass",
        run.label(), 100 * check.explained, unseen, largest(gaps));
  return check;
}

std::string timer_warning(const std::vector<ProfileRun>& runs) {
  std::string first;
  std::size_t warned = 0;
  for (const ProfileRun& run : runs)
    if (std::string warning = check_timers(run).warning; !warning.empty() && warned++ == 0)
      first = std::move(warning);
  if (warned < 2) return first;
  return fmt::format(
      "{} of the {} combinations have timers that disagree with the wall clock; of the first, {}", warned,
      runs.size(), first);
}

void write_report(const std::filesystem::path& folder, const Profile& profile) {
  core::make_folder(folder);
  write_profile_json(folder / "profile.json", profile);
  write_profile_csv(folder / "profile.csv", profile);
  write_chrome_trace(folder / "trace.json", profile);
  write_html_report(folder / "report.html", profile);
}

}  // namespace app
