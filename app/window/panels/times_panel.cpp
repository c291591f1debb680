#include "app/window/panels/times_panel.h"

#include <fmt/core.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "app/window/panels/widgets.h"

namespace app {
namespace {

constexpr std::pair<const char*, const char*> passes[] = {
    {"shadow", "draws the depth of what the sun sees, once more where something moved"},
    {"gbuffer",
     "rasterizes: which surface each sample sees, its colour, normal, roughness, depth and motion"},
    {"lighting", "lights each sample: sun with shadow, sky with occlusion, point lights"},
    {"simulate",
     "steps the water's simulation to the time of the frame; on a GPU this is only what asks for it"},
    {"water", "draws the simulated water over what is lit: what lies under it, what it mirrors, foam"},
    {"transparent", "draws glass and water over what is lit"},
    {"exposure", "measures how bright the frame is"},
    {"shared frame", "copies colour, depth, motion and reactive into memory that the network reads"},
    {"generate", "the network makes the output pixels; on a processor this is not the GPU's time"},
    {"take output", "copies what the network wrote back into an image"},
    {"upscale", "a classical upscaler makes the output pixels; for native a copy"},
    {"bloom", "spreads light around bright pixels"},
    {"composite", "tone curve and encoding for the display"},
    {"thumbnails", "draws the small pictures of the ribbon"},
    {"view buffer", "shows a buffer instead of the picture"},
    {"split view", "joins both sides of a comparison, divider and magnifier"},
    {"present copy", "copies the picture into the window"},
    {"panels", "draws these panels"},
};

/// A time of a second and more needs no tenths, and has no room for them.
std::string in_short(double ms) {
  return ms < 1000 ? fmt::format("{:.1f}", ms) : fmt::format("{:.0f}", ms);
}

}  // namespace

double RecentTimes::median() const {
  std::vector<double> sorted(ms_.begin(),
                             ms_.begin() + static_cast<std::ptrdiff_t>(std::min(count_, ms_.size())));
  if (sorted.empty()) return 0;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return *middle;
}

std::string describe_pass(const std::string& name) {
  const auto* const found = std::find_if(std::begin(passes), std::end(passes),
                                         [&](const auto& pass) { return name == pass.first; });
  return found == std::end(passes) ? "" : found->second;
}

void TimesPanel::add(const FrameFacts& facts) {
  frame_ms_[frames_++ % frame_ms_.size()] = static_cast<float>(facts.frame_ms);
  // The median: a figure that changes in each frame cannot be read, and a mean would show the slow first
  // frame, which compiles pipelines, for a long time.
  for (const PassRow& pass : facts.passes) recent_ms_[pass.name].add(pass.ms);
}

/// The time below which this share of the frames lies.
double TimesPanel::percentile(double share) const {
  std::vector<float> sorted(frame_ms_.begin(), frame_ms_.begin() + static_cast<std::ptrdiff_t>(
                                                                       std::min(frames_, frame_ms_.size())));
  if (sorted.empty()) return 0;
  std::sort(sorted.begin(), sorted.end());
  return sorted[static_cast<std::size_t>(std::lround(share * static_cast<double>(sorted.size() - 1)))];
}

double TimesPanel::median_ms() const {
  return percentile(0.5);
}

Corners TimesPanel::draw(const FrameFacts& facts, float top, float bottom, const MarkControl& mark) {
  const float em = ImGui::GetFontSize();
  const double median = percentile(0.5), slow = percentile(0.95), slowest = percentile(0.99);
  ImGui::SetNextWindowPos({ImGui::GetIO().DisplaySize.x - em / 2, top}, ImGuiCond_Always, {1, 0});
  ImGui::SetNextWindowSize({20 * em, 0}, ImGuiCond_Always);
  ImGui::SetNextWindowSizeConstraints({20 * em, 0}, {20 * em, std::max(6 * em, bottom - top)});
  if (ImGui::Begin("Times", nullptr, ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoResize)) {
    ImGui::TextUnformatted(fmt::format("{:.1f} fps  {}  95 % {}  99 % {}", 1000 / std::max(median, 0.001),
                                       in_short(median), in_short(slow), in_short(slowest))
                               .c_str());
    tooltip("frames a second; a frame's median, and the milliseconds that 95 and 99 % of frames stay below");
    if (facts.between > 0) {
      ImGui::TextUnformatted(fmt::format("shown {:.1f} fps: {:.1f} rendered, {:.1f} between, +{:.0f} ms",
                                         facts.rendered_per_second + facts.generated_per_second,
                                         facts.rendered_per_second, facts.generated_per_second,
                                         facts.latency_ms)
                                 .c_str());
      tooltip(
          "pictures that reach the window in a second, and by how much those between two frames delay the "
          "second");
    }
    if (facts.between == 0 && facts.between_asked > 0) {
      ImGui::TextUnformatted("no pictures between frames now");
      tooltip(
          "at a cut, while something is compared or a buffer is shown, and with fewer frames a second than "
          "'between from fps'");
    }
    const std::size_t count = std::min(frames_, frame_ms_.size());
    ImGui::PlotLines("##frames", frame_ms_.data(), static_cast<int>(count),
                     static_cast<int>(frames_ > frame_ms_.size() ? frames_ % frame_ms_.size() : 0), nullptr,
                     0, static_cast<float>(slow) * 1.5f, {ImGui::GetContentRegionAvail().x, 4 * em});
    if (ImGui::BeginTable("passes", 2, ImGuiTableFlags_RowBg)) {
      ImGui::TableSetupColumn("pass", ImGuiTableColumnFlags_WidthStretch);
      ImGui::TableSetupColumn("ms", ImGuiTableColumnFlags_WidthFixed, 5 * em);
      for (const PassRow& pass : facts.passes) {
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        ImGui::TextUnformatted(pass.name.c_str());
        mark("pass " + pass.name);
        tooltip(describe_pass(pass.name));
        ImGui::TableNextColumn();
        ImGui::TextUnformatted(fmt::format("{:.2f}", recent_ms_[pass.name].median()).c_str());
      }
      ImGui::EndTable();
    }
    cut_ = ImGui::GetScrollMaxY() > 0;
  }
  const Corners corners = current_panel();
  ImGui::End();
  return corners;
}

}  // namespace app
