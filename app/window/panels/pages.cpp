#include "app/window/panels/pages.h"

#include <fmt/core.h>
#include <imgui.h>

#include <algorithm>

#include "app/window/panels/widgets.h"

namespace app {
namespace {

constexpr std::pair<const char*, const char*> keys[] = {
    {"1 to 6", "the stations, from graphics to a generated world"},
    {"T, Escape", "the tour of the stations; leave it"},
    {"Space", "pause, and go on"},
    {".", "pause, or one frame further"},
    {"right mouse", "look around"},
    {"W A S D, Q E", "fly; with Shift four times faster"},
    {"F1", "hide and show all panels"},
    {"F2", "compare two upscalers: drag the line between them"},
    {"F3", "flicker between both"},
    {"F4", "their error"},
    {"F5", "magnify what is under the mouse"},
    {"F6, Shift+F6", "the next and the previous buffer instead of the picture"},
    {"F7", "timeline"},
    {"F8", "frames per second alone"},
    {"F9", "the ribbon: what a frame passes through"},
    {"F10", "the same frame by each backend in turn, and their times"},
    {"F11", "full screen"},
    {"F12, Shift+F12", "save the picture as PNG, and the window with its panels"},
    {"Ctrl+O, Ctrl+B", "open another scene; remember this view"},
    {"Ctrl+R", "record a film, and end it"},
    {"Ctrl+Z, Ctrl+Y", "undo and redo a setting"},
    {"Ctrl+Q", "quit"},
    {"?", "this page"},
};

bool begin_page(const char* title, bool& open, const Place& place) {
  const float em = ImGui::GetFontSize();
  const float width = std::min(46 * em, ImGui::GetIO().DisplaySize.x);
  ImGui::SetNextWindowPos({place.x, place.top}, ImGuiCond_Always, {place.pivot, 0});
  ImGui::SetNextWindowSizeConstraints({width, 0}, {width, std::max(4 * em, place.bottom - place.top)});
  return ImGui::Begin(title, &open, page_flags);
}

Corners end_page() {
  const Corners corners = current_panel();
  ImGui::End();
  return corners;
}

void draw_rows(const char* id, const auto& rows, float first) {
  if (!ImGui::BeginTable(id, 2)) return;
  ImGui::TableSetupColumn("what", ImGuiTableColumnFlags_WidthFixed, first);
  ImGui::TableSetupColumn("means", ImGuiTableColumnFlags_WidthStretch);
  for (const auto& [what, means] : rows) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    ImGui::TextColored({1, 0.8f, 0.35f, 1}, "%s", std::string(what).c_str());
    ImGui::TableNextColumn();
    ImGui::TextWrapped("%s", std::string(means).c_str());
  }
  ImGui::EndTable();
}

}  // namespace

Corners draw_key_help(bool& open, const Place& place, const MarkControl& mark) {
  if (begin_page("Keys and mouse", open, place)) {
    draw_rows("keys", keys, 9 * ImGui::GetFontSize());
    mark("key help");
  }
  return end_page();
}

Corners draw_about(const FrameFacts& facts, bool& open, const Place& place, const MarkControl& mark) {
  if (begin_page("About Neuraster", open, place)) {
    if (facts.about.empty()) ImGui::TextUnformatted("Looking at what this machine has ...");
    draw_rows("about", facts.about, 9 * ImGui::GetFontSize());
    mark("about page");
  }
  return end_page();
}

void draw_frame_rate(double fps, double median_ms, float right, float top) {
  const std::string text = fmt::format("{:.1f} fps  {:.1f} ms", fps, median_ms);
  const float em = ImGui::GetFontSize();
  const ImVec2 size = ImGui::CalcTextSize(text.c_str());
  const ImVec2 low{right - size.x - 1.5f * em, top + em / 2};
  ImDrawList& list = *ImGui::GetForegroundDrawList();
  list.AddRectFilled(low, {low.x + size.x + em, low.y + size.y + em / 2}, IM_COL32(15, 15, 15, 190), 3);
  list.AddText({low.x + em / 2, low.y + em / 4}, IM_COL32_WHITE, text.c_str());
}

void draw_recording(int frames, float left, float top) {
  const std::string text = fmt::format("recording, frame {} (Ctrl+R ends it)", frames);
  const float em = ImGui::GetFontSize();
  const ImVec2 size = ImGui::CalcTextSize(text.c_str());
  const ImVec2 low{left + em / 2, top + em / 2};
  ImDrawList& list = *ImGui::GetForegroundDrawList();
  list.AddRectFilled(low, {low.x + size.x + 2.5f * em, low.y + size.y + em / 2}, IM_COL32(15, 15, 15, 190),
                     3);
  list.AddCircleFilled({low.x + em, low.y + em / 4 + size.y / 2}, 0.4f * em, IM_COL32(230, 60, 50, 255));
  list.AddText({low.x + 2 * em, low.y + em / 4}, IM_COL32_WHITE, text.c_str());
}

void draw_message(const std::string& message, float left, float right, float top) {
  if (message.empty()) return;
  const float em = ImGui::GetFontSize();
  const float room = std::max(8 * em, right - left - 3 * em);
  const ImVec2 size = ImGui::CalcTextSize(message.c_str(), nullptr, false, room);
  const float x = (left + right - size.x) / 2, y = top + em;
  ImDrawList& list = *ImGui::GetForegroundDrawList();
  list.AddRectFilled({x - em / 2, y - em / 3}, {x + size.x + em / 2, y + size.y + em / 3},
                     IM_COL32(15, 15, 15, 220), 3);
  list.AddText(ImGui::GetFont(), em, {x, y}, IM_COL32(255, 215, 140, 255), message.c_str(), nullptr, room);
}

}  // namespace app
