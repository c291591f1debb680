#include "app/window/panels/split_overlay.h"

#include <imgui.h>

#include <algorithm>

namespace app {
namespace {

constexpr ImU32 ink = IM_COL32(255, 255, 255, 255), paper = IM_COL32(15, 15, 15, 190);

/// A strip as high as the window, wide enough for the mouse to catch.
void drag_divider(ComparisonSettings& comparison, float bottom,
                  const std::function<void(std::string_view)>& mark) {
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const float width = 1.5f * ImGui::GetFontSize(), x = comparison.divider * display.x;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, {1, 1});
  ImGui::SetNextWindowPos({x - width / 2, 0}, ImGuiCond_Always);
  ImGui::SetNextWindowSize({width, display.y}, ImGuiCond_Always);
  const bool drawn =
      ImGui::Begin("##divider", nullptr,
                   ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoMove |
                       ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                       ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoFocusOnAppearing);
  ImGui::PopStyleVar(2);
  if (drawn) {
    ImGui::InvisibleButton("handle", {width, display.y});
    mark("divider");
    const bool held = ImGui::IsItemActive();
    if (held) comparison.divider = std::clamp(ImGui::GetIO().MousePos.x / display.x, 0.0f, 1.0f);
    if (held || ImGui::IsItemHovered()) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
    // The picture contains the line itself; this is the handle to drag it by.
    const float em = ImGui::GetFontSize(), y = std::min(0.8f * display.y, bottom - 3.5f * em);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddCircleFilled({x, y}, 0.7f * em, paper);
    list.AddCircle({x, y}, 0.7f * em, ink);
    for (const float side : {-1.0f, 1.0f})
      list.AddTriangleFilled({x + side * 0.5f * em, y}, {x + side * 0.15f * em, y - 0.25f * em},
                             {x + side * 0.15f * em, y + 0.25f * em}, ink);
  }
  ImGui::End();
}

/// Draws a text between two places where it fits. With `at_end` it ends at `to`, else it starts at `from`.
void draw_label(const std::string& text, float from, float to, float bottom, bool at_end) {
  const float em = ImGui::GetFontSize(), pad = em / 3;
  const ImVec2 size = ImGui::CalcTextSize(text.c_str());
  if (text.empty() || to - from < size.x + 4 * pad) return;
  const float x = at_end ? to - size.x - 2 * pad : from + 2 * pad;
  const float y = bottom - 2 * em;
  ImDrawList& list = *ImGui::GetBackgroundDrawList();
  list.AddRectFilled({x - pad, y - pad}, {x + size.x + pad, y + size.y + pad}, paper, 3);
  list.AddText({x, y}, ink, text.c_str());
}

}  // namespace

void draw_split_overlay(const LaneLabels& labels, const FreeSpace& space, bool flicker_right,
                        ComparisonSettings& comparison, const std::function<void(std::string_view)>& mark) {
  if (comparison.flicker)
    return draw_label(flicker_right ? labels.right : labels.left, space.left, space.right, space.bottom,
                      false);
  const float x = comparison.divider * ImGui::GetIO().DisplaySize.x;
  draw_label(labels.left, space.left, std::min(x, space.right), space.bottom, true);
  draw_label(labels.right, std::max(x, space.left), space.right, space.bottom, false);
  drag_divider(comparison, space.bottom, mark);
}

}  // namespace app
