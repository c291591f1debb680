#pragma once
// Small things that several panels draw. Call them between Gui::begin_frame and end_frame.

#include <imgui.h>

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

}  // namespace app
