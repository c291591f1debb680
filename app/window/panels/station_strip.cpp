#include "app/window/panels/station_strip.h"

#include <fmt/core.h>
#include <imgui.h>

#include <algorithm>

#include "app/window/panels/widgets.h"

namespace app {
namespace {

const ImVec4 here_color{0.20f, 0.42f, 0.68f, 1};
constexpr const char* role_names[] = {"look", "tune", "measure"};
constexpr const char* role_help[] = {"the picture and the stations, nothing else", "all settings",
                                     "frame times, passes, timeline and memory"};

std::string label_of(const Station& station, bool with_name) {
  return with_name ? fmt::format("{} {}", station.number, station.name) : fmt::format("{}", station.number);
}

float button_width(const char* text) {
  return ImGui::CalcTextSize(text).x + 2 * ImGui::GetStyle().FramePadding.x + ImGui::GetStyle().ItemSpacing.x;
}

/// The width of the buttons at the row's right end: roles, About and help.
float width_of_roles() {
  float width = 2 * button_width("?") + button_width("About") + button_width("Tour") + button_width("Scenes");
  for (const char* name : role_names) width += button_width(name);
  return width;
}

bool all_names_fit(const std::vector<Station>& stations) {
  float width = width_of_roles();
  for (const Station& station : stations) width += button_width(label_of(station, true).c_str());
  return width < ImGui::GetContentRegionAvail().x;
}

bool toggle_button(const char* label, bool on) {
  if (on) ImGui::PushStyleColor(ImGuiCol_Button, here_color);
  const bool pressed = ImGui::Button(label);
  if (on) ImGui::PopStyleColor();
  return pressed;
}

void draw_roles(ViewState& view, Settings& settings, const MarkControl& mark) {
  const float right = ImGui::GetWindowContentRegionMax().x;
  ImGui::SameLine(std::max(ImGui::GetStyle().WindowPadding.x, right - width_of_roles()));
  for (std::size_t n = 0; n < std::size(role_names); ++n) {
    if (toggle_button(role_names[n], static_cast<std::size_t>(settings.window.role) == n))
      settings.window.role = static_cast<WindowRole>(n);
    mark(fmt::format("role {}", role_names[n]));
    tooltip(role_help[n]);
    ImGui::SameLine();
  }
  if (toggle_button("Tour", view.tour)) view.tour = !view.tour;
  mark("tour");
  tooltip("90 seconds through the stations; T or Escape leaves it");
  ImGui::SameLine();
  if (toggle_button("Scenes", view.scenes)) view.scenes = !view.scenes;
  mark("scenes");
  tooltip("open another scene, or go to a view that was remembered (Ctrl+O)");
  ImGui::SameLine();
  if (toggle_button("About", view.about)) view.about = !view.about;
  mark("about");
  ImGui::SameLine();
  if (toggle_button("?", view.help)) view.help = !view.help;
  mark("help");
  tooltip("keys and mouse");
}

/// How many pixels a second come from where.
std::string counters(const FrameFacts& facts, double median_ms) {
  const double fps = median_ms > 0 ? 1000 / median_ms : 0;
  return fmt::format("{} x {} {}, {} x {} shown", facts.render.width, facts.render.height,
                     facts.rasterized ? "rasterized" : "of the field", facts.output.width,
                     facts.output.height) +
         fmt::format(", {:.1f} frames and {:.1f} million pixels a second", fps,
                     1e-6 * fps * facts.output.width * facts.output.height);
}

/// What computes which part of the picture, and what the station's own part waits for.
std::string who_computes(const FrameFacts& facts, const Settings& settings) {
  std::string text = facts.field.empty() ? fmt::format("rasterizer: {}", facts.device)
                                         : fmt::format("field: {}", facts.field);
  if (facts.field.empty() && !facts.water.empty()) text += fmt::format("; water: {}", facts.water);
  text += facts.generator.empty() ? "; no network" : fmt::format("; network: {}", facts.generator);
  if (settings.render.frames_between > 0 && facts.between == 0)
    text += fmt::format("; nothing between the frames: fewer than {:.0f} a second, or compared",
                        settings.window.between_from_fps);
  return text;
}

}  // namespace

void StationStrip::draw_stations(const FrameFacts& facts, ViewState& view, Settings& settings,
                                 const MarkControl& mark) {
  const bool names = all_names_fit(*facts.stations);
  for (std::size_t n = 0; n < facts.stations->size(); ++n) {
    const Station& station = (*facts.stations)[n];
    const bool here = facts.station == n;
    // A station that is missing can be pressed as well: it says why.
    if (!station.there())
      ImGui::PushStyleColor(ImGuiCol_Text, ImGui::GetStyleColorVec4(ImGuiCol_TextDisabled));
    if (toggle_button(label_of(station, names || here).c_str(), here)) {
      view.station = n;
      view.tour = false;
    }
    if (!station.there()) ImGui::PopStyleColor();
    mark(fmt::format("station {}", station.number));
    tooltip(fmt::format("{}\n{}\nKey {}", station.name,
                        station.there() ? station.caption : "Not yet: " + station.missing, station.number));
    ImGui::SameLine();
  }
  draw_roles(view, settings, mark);
}

/// The gauge is the handle too: where it is held, the path goes.
void StationStrip::draw_gauge(const FrameFacts& facts, Settings& settings, const MarkControl& mark) {
  const std::string text = fmt::format("{:.0f} % of the pixels are generated", 100 * facts.generated);
  const float button = button_width("how it counts");
  const float width =
      std::max(2.0f, std::min(30 * ImGui::GetFontSize(), ImGui::GetContentRegionAvail().x - button));
  const ImVec2 low = ImGui::GetCursorScreenPos(), high{low.x + width, low.y + ImGui::GetFrameHeight()};
  ImGui::InvisibleButton("##gauge", {width, high.y - low.y});
  mark("gauge");
  if (ImGui::IsItemActive()) go_to_share((ImGui::GetIO().MousePos.x - low.x) / width, settings);
  tooltip(
      "Drag: from the rasterizer alone to the network's coarsest input. The grey end is for stations 5 and "
      "6.");
  const auto x_of = [&](double share) { return low.x + width * static_cast<float>(share); };
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(low, high, ImGui::GetColorU32(ImGuiCol_FrameBg), 2);
  list.AddRectFilled({x_of(1 - 1 / 9.0), low.y}, high, IM_COL32(110, 110, 110, 90), 2);
  const float now = x_of(facts.generated);
  list.AddRectFilled(low, {now, high.y}, ImGui::GetColorU32(here_color), 2);
  list.AddRectFilled({now - 2, low.y}, {now + 2, high.y}, ImGui::GetColorU32(ImGuiCol_SliderGrabActive), 1);
  const ImVec2 size = ImGui::CalcTextSize(text.c_str());
  list.PushClipRect(low, high, true);
  list.AddText({std::max(low.x, (low.x + high.x - size.x) / 2), (low.y + high.y - size.y) / 2},
               ImGui::GetColorU32(ImGuiCol_Text), text.c_str());
  list.PopClipRect();
  ImGui::SameLine();
  if (toggle_button("how it counts", explain_)) explain_ = !explain_;
  mark("how it counts");
}

void StationStrip::draw_count(const FrameFacts& facts, float top, const MarkControl& mark) {
  const float em = ImGui::GetFontSize();
  ImGui::SetNextWindowPos({ImGui::GetIO().DisplaySize.x / 2, top}, ImGuiCond_Always, {0.5f, 0});
  const float width = std::min(34 * em, ImGui::GetIO().DisplaySize.x);
  ImGui::SetNextWindowSizeConstraints({width, 0}, {width, 40 * em});
  if (ImGui::Begin("How generated pixels are counted", &explain_, page_flags)) {
    ImGui::TextWrapped("%s", facts.how_counted.c_str());
    mark("count");
  }
  ImGui::End();
}

Corners StationStrip::draw(const FrameFacts& facts, double median_ms, ViewState& view, Settings& settings,
                           const MarkControl& mark) {
  const float em = ImGui::GetFontSize();
  const float width = ImGui::GetIO().DisplaySize.x;
  ImGui::SetNextWindowPos({0, 0}, ImGuiCond_Always);
  ImGui::SetNextWindowSizeConstraints({width, 0}, {width, 12 * em});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  const bool open = ImGui::Begin("##stations", nullptr,
                                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                                     ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoFocusOnAppearing);
  ImGui::PopStyleVar();
  if (open) {
    draw_stations(facts, view, settings, mark);
    if (facts.station) {
      const Station& station = (*facts.stations)[*facts.station];
      ImGui::TextColored({1, 0.8f, 0.35f, 1}, "%d", station.year);
      tooltip(fmt::format("{}: {}", station.year, station.since));
      ImGui::SameLine();
      ImGui::TextWrapped("%s", station.caption.c_str());
    } else {
      ImGui::TextWrapped("Between the stations: the picture is made by %s.", facts.upscaler.c_str());
    }
    draw_gauge(facts, settings, mark);
    const std::string numbers = counters(facts, median_ms);
    if (ImGui::CalcTextSize(numbers.c_str()).x + 30 * em < width - 14 * em) ImGui::SameLine();
    ImGui::TextWrapped("%s", numbers.c_str());
    ImGui::PushStyleColor(ImGuiCol_Text, ImGui::GetStyleColorVec4(ImGuiCol_TextDisabled));
    ImGui::TextWrapped("%s", who_computes(facts, settings).c_str());
    ImGui::PopStyleColor();
    if (facts.station) tooltip((*facts.stations)[*facts.station].computes);
  }
  const Corners corners = current_panel();
  ImGui::End();
  if (explain_) draw_count(facts, corners[3] + em / 2, mark);
  return corners;
}

}  // namespace app
