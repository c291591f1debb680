#include "app/window/panels/timeline_panel.h"

#include <fmt/core.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace app {
namespace {

constexpr std::size_t frames_shown = 3;

/// The colour of a span: the same name has the same colour in each frame, and spans that wait are grey.
ImU32 color_of(const std::string& name) {
  if (name.starts_with("wait")) return IM_COL32(132, 140, 152, 255);
  const float hue = static_cast<float>(std::hash<std::string>()(name) % 360) / 360;
  return ImColor::HSV(hue, 0.5f, 0.72f);
}

struct Clock {
  double begin, end;
  float left, width;
  float at(double ms) const {
    const double share = (ms - begin) / std::max(1e-6, end - begin);
    return left + width * static_cast<float>(std::clamp(share, 0.0, 1.0));
  }
};

void draw_span(ImDrawList& list, const Span& span, std::uint64_t frame, const Clock& clock, float top,
               float height) {
  const ImVec2 low(clock.at(span.begin_ms), top),
      high(std::max(low.x + 1, clock.at(span.end_ms)), top + height);
  list.AddRectFilled(low, high, color_of(span.name));
  if (ImGui::CalcTextSize(span.name.c_str()).x + 4 < high.x - low.x) {
    list.PushClipRect(low, high, true);
    list.AddText({low.x + 3, low.y + 1}, IM_COL32(12, 14, 18, 255), span.name.c_str());
    list.PopClipRect();
  }
  if (ImGui::IsMouseHoveringRect(low, high))
    ImGui::SetTooltip("%s: %.2f ms, frame %llu", span.name.c_str(), span.end_ms - span.begin_ms,
                      static_cast<unsigned long long>(frame));
}

/// Draws one lane for each row, and the frames' borders as vertical lines.
void draw_lanes(const TimelineFacts& facts, float width) {
  const std::size_t complete = facts.frames->size() - facts.incomplete;
  const std::size_t first = complete > frames_shown ? complete - frames_shown : 0;
  const float em = ImGui::GetFontSize(), lane = 1.3f * em, names = 5 * em;
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  Clock clock{(*facts.frames)[first].begin_ms, (*facts.frames)[complete - 1].end_ms, corner.x + names,
              width - names};
  for (std::size_t n = first; n < complete; ++n)
    for (const Span& span : (*facts.frames)[n].spans) clock.end = std::max(clock.end, span.end_ms);

  ImDrawList& list = *ImGui::GetWindowDrawList();
  float top = corner.y;
  for (const Row row : all_rows) {
    const auto of_row = [&](const Span& span) { return span.row == row; };
    bool used = false;
    for (std::size_t n = first; n < complete; ++n) {
      const FrameTrace& frame = (*facts.frames)[n];
      used |= std::any_of(frame.spans.begin(), frame.spans.end(), of_row);
    }
    if (!used && row != Row::cpu && row != Row::gpu) continue;
    list.AddText({corner.x, top + 1}, ImGui::GetColorU32(ImGuiCol_TextDisabled), name_of(row));
    for (std::size_t n = first; n < complete; ++n)
      for (const Span& span : (*facts.frames)[n].spans)
        if (of_row(span)) draw_span(list, span, (*facts.frames)[n].index, clock, top, lane - 2);
    top += lane;
  }
  for (std::size_t n = first; n < complete; ++n) {
    const float x = clock.at((*facts.frames)[n].begin_ms);
    list.AddLine({x, corner.y}, {x, top}, IM_COL32(255, 255, 255, 110));
  }
  ImGui::Dummy({width, top - corner.y});
}

void draw_frame_times(const TimelineFacts& facts, float width) {
  const FrameTimeSummary summary = summarise(*facts.frames);
  const float em = ImGui::GetFontSize();
  const Percentiles& p = summary.ms;
  ImGui::TextUnformatted(
      fmt::format("50 % {:.1f}   95 % {:.1f}   99 % {:.1f}   max {:.1f} ms{}", p.p50, p.p95, p.p99, p.max,
                  facts.target_ms > 0 ? fmt::format("   target {:.1f}", facts.target_ms) : "")
          .c_str());
  const float half = (width - ImGui::GetStyle().ItemSpacing.x) / 2;
  const auto plot = [&](const char* id, const std::vector<float>& values, float top, auto draw) {
    draw(id, values.data(), static_cast<int>(values.size()), 0, nullptr, 0.0f, top, ImVec2(half, 3 * em),
         static_cast<int>(sizeof(float)));
  };
  const float top = 1.3f * static_cast<float>(std::max(p.p99, facts.target_ms));
  plot("##times", summary.times, top, [](auto... a) { ImGui::PlotLines(a...); });
  ImGui::SameLine();
  const float most = *std::max_element(summary.histogram.begin(), summary.histogram.end());
  plot("##histogram", summary.histogram, most, [](auto... a) { ImGui::PlotHistogram(a...); });
  if (ImGui::IsItemHovered())
    ImGui::SetTooltip("frames by their time, from 0 to %.1f ms", summary.histogram_end);
}

void draw_memory(const TimelineFacts& facts) {
  std::string text;
  const auto mib = [](std::uint64_t bytes) { return static_cast<double>(bytes) / (1 << 20); };
  for (const MemoryUse& use : facts.memory) {
    text += fmt::format("{}{} {:.0f}", text.empty() ? "MiB: " : ",  ", use.owner, mib(use.bytes));
    if (use.budget > 0) text += fmt::format(" of {:.0f}", mib(use.budget));
  }
  ImGui::TextWrapped("%s", text.c_str());
}

void draw_findings(const TimelineFacts& facts) {
  if (!facts.self_check) return;
  if (facts.findings.empty()) ImGui::TextDisabled("%s", self_check_state(facts).c_str());
  for (const std::string& finding : facts.findings) {
    ImGui::PushStyleColor(ImGuiCol_Text, IM_COL32(255, 190, 90, 255));
    ImGui::TextWrapped("self-check: %s", finding.c_str());
    ImGui::PopStyleColor();
  }
}

}  // namespace

std::string gpu_clock_note(const TimelineFacts& facts) {
  const std::size_t complete = facts.frames->size() - facts.incomplete;
  if (complete == 0 || (*facts.frames)[complete - 1].calibrated) return {};
  return "The place of the gpu row is estimated: from when its work was submitted.";
}

std::string self_check_state(const TimelineFacts& facts) {
  // Every mistake but a missing reset needs about this many frames before it is named.
  constexpr int enough = 16;
  if (!facts.checkable) return "self-check: cannot look, the frames lie in the GPU's own memory";
  if (facts.checked_frames == 0) return "self-check: no frame looked at yet";
  return fmt::format("self-check: {} in {} frame{}",
                     facts.checked_frames < enough ? "still looking, nothing wrong" : "nothing wrong",
                     facts.checked_frames, facts.checked_frames == 1 ? "" : "s");
}

FrameTimeSummary summarise(const std::deque<FrameTrace>& frames) {
  constexpr std::size_t bins = 40;
  FrameTimeSummary summary;
  std::vector<double> ms;
  for (std::size_t n = 1; n < frames.size(); ++n) {
    ms.push_back(frames[n].end_ms - frames[n - 1].end_ms);
    summary.times.push_back(static_cast<float>(ms.back()));
  }
  summary.ms = percentiles(ms);
  summary.histogram.resize(bins);
  summary.histogram_end = 1.25 * summary.ms.p99;  // a hiccup would press all others into one bar
  for (const double value : ms) {
    const double bin = value / std::max(1e-9, summary.histogram_end) * bins;
    ++summary.histogram[std::min(bins - 1, static_cast<std::size_t>(bin))];
  }
  return summary;
}

Corners current_panel() {
  const ImVec2 at = ImGui::GetWindowPos(), size = ImGui::GetWindowSize();
  return {at.x, at.y, at.x + size.x, at.y + size.y};
}

Corners draw_timeline_panel(const TimelineFacts& facts, float left, float bottom,
                            const std::function<void(std::string_view)>& mark) {
  const float em = ImGui::GetFontSize();
  const ImVec2 space = ImGui::GetIO().DisplaySize;
  const float width = std::clamp(space.x - left - em / 2, 12 * em, 64 * em);
  ImGui::SetNextWindowPos({space.x - em / 2, bottom - em / 2}, ImGuiCond_Always, {1, 1});
  ImGui::SetNextWindowSizeConstraints({width, 0}, {width, std::max(em, bottom - em)});
  if (ImGui::Begin("Timeline", nullptr,
                   ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_AlwaysAutoResize)) {
    const float inside = width - 2 * ImGui::GetStyle().WindowPadding.x;
    if (facts.frames->size() > facts.incomplete + 1) {
      draw_lanes(facts, inside);
      mark("lanes");
      if (const std::string note = gpu_clock_note(facts); !note.empty())
        ImGui::TextDisabled("%s", note.c_str());
      draw_frame_times(facts, inside);
    }
    draw_memory(facts);
    draw_findings(facts);
  }
  const Corners corners = current_panel();
  ImGui::End();
  return corners;
}

}  // namespace app
