#pragma once
// Small things that several panels draw. Call them between Gui::begin_frame and end_frame.

#include <imgui.h>

#include <algorithm>
#include <string>

namespace app {

/// For a page that is opened and closed: it is as high as its text and stays where it is put.
inline constexpr ImGuiWindowFlags page_flags =
    ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoCollapse |
    ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoSavedSettings;

/// Explains the control before it while the mouse is on it.
inline void tooltip(const std::string& text) {
  if (text.empty() || !ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) return;
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(ImGui::GetFontSize() * 24);
  ImGui::TextUnformatted(text.c_str());
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
}

/// A bar over the width that is left: `share` of it is filled, and what the bar stands for is written after
/// it. Names and texts have as much room as so many times the font's height.
inline void bar(const char* name, float name_room, double share, ImU32 color, const std::string& text,
                float text_room) {
  const float em = ImGui::GetFontSize(), names = name_room * em, texts = text_room * em;
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  const float room = std::max(1.0f, ImGui::GetContentRegionAvail().x - names - texts);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddText(corner, ImGui::GetColorU32(ImGuiCol_Text), name);
  const ImVec2 low{corner.x + names, corner.y + 1}, high{low.x + room, corner.y + 1.05f * em};
  list.AddRectFilled(low, high, ImGui::GetColorU32(ImGuiCol_FrameBg), 2);
  list.AddRectFilled(low, {low.x + room * static_cast<float>(std::clamp(share, 0.02, 1.0)), high.y}, color,
                     2);
  list.AddText({high.x + 0.4f * em, corner.y}, ImGui::GetColorU32(ImGuiCol_Text), text.c_str());
  ImGui::Dummy({names + room + texts, 1.2f * em});
}

}  // namespace app
