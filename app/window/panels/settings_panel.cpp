#include "app/window/panels/settings_panel.h"

#include <fmt/core.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <cctype>

#include "core/error.h"
#include "core/text.h"

namespace app {
namespace fs = std::filesystem;
namespace {

const ImVec4 changed_color{1.0f, 0.8f, 0.35f, 1.0f};

/// shadow.max_bias in words: "max bias".
std::string label_of(std::string_view key) {
  std::string label(key);
  std::replace(label.begin(), label.end(), '_', ' ');
  return label;
}

std::string title_of(std::string_view group) {
  std::string title = label_of(group);
  const std::size_t capitals = group == "taau" ? title.size() : 1;
  for (std::size_t i = 0; i < capitals; ++i)
    title[i] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[i])));
  return title;
}

void help_on_hover(const std::string& text) {
  if (!ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) return;
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(ImGui::GetFontSize() * 24);
  ImGui::TextUnformatted(text.c_str());
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
}

bool edit_number(const char* id, const Parameter& row, Value& value) {
  float number = static_cast<float>(std::get<double>(value));
  const float low = static_cast<float>(row.min), high = static_cast<float>(row.max);
  // Ranges over several powers of ten get a slider that can still reach the small values.
  const bool wide = low >= 0 && high > 50 * std::max(low, 0.1f);
  const auto flags = ImGuiSliderFlags_AlwaysClamp | (wide ? ImGuiSliderFlags_Logarithmic : 0);
  const char* format = high - low <= 2 ? "%.3f" : "%.2f";
  if (!ImGui::SliderFloat(id, &number, low, high, format, flags)) return false;
  value = static_cast<double>(number);
  return true;
}

bool edit_integer(const char* id, const Parameter& row, Value& value) {
  std::int32_t& number = std::get<std::int32_t>(value);
  if (row.max > 1e9) {  // too wide for a slider, and ImGui's asserts that it is not
    if (!ImGui::InputInt(id, &number)) return false;
    number = std::max(number, static_cast<std::int32_t>(row.min));
    return true;
  }
  const bool wide = row.max > 100 * std::max(row.min, 1.0);
  const auto flags = ImGuiSliderFlags_AlwaysClamp | (wide ? ImGuiSliderFlags_Logarithmic : 0);
  return ImGui::SliderInt(id, &number, static_cast<int>(row.min), static_cast<int>(row.max), "%d", flags);
}

bool edit_size(const char* id, const Parameter& row, Value& value) {
  core::Size& size = std::get<core::Size>(value);
  int sides[2] = {size.width, size.height};
  if (!ImGui::InputInt2(id, sides, ImGuiInputTextFlags_EnterReturnsTrue)) return false;
  const auto clamped = [&](int side) {
    return std::clamp(side, static_cast<int>(row.min), static_cast<int>(row.max));
  };
  size = {clamped(sides[0]), clamped(sides[1])};
  return true;
}

bool edit_choice(const char* id, const Parameter& row, Value& value, const SettingsPanel::Mark& mark) {
  std::int32_t& index = std::get<std::int32_t>(value);
  const std::string shown(row.choices[static_cast<std::size_t>(index)]);
  const bool open = ImGui::BeginCombo(id, shown.c_str(), ImGuiComboFlags_HeightLargest);
  mark(row.name);
  if (!open) return false;
  bool picked = false;
  for (std::size_t i = 0; i < row.choices.size(); ++i) {
    const std::string word(row.choices[i]);
    if (ImGui::Selectable(word.c_str(), static_cast<std::size_t>(index) == i)) {
      index = static_cast<std::int32_t>(i);
      picked = true;
    }
    mark(row.name + "=" + word);
  }
  ImGui::EndCombo();
  return picked;
}

bool edit(const char* id, const Parameter& row, Value& value, const SettingsPanel::Mark& mark) {
  switch (row.kind) {
    case Kind::boolean:
      return ImGui::Checkbox(id, &std::get<bool>(value));
    case Kind::integer:
      return edit_integer(id, row, value);
    case Kind::number:
      return edit_number(id, row, value);
    case Kind::size:
      return edit_size(id, row, value);
    case Kind::text:
      return ImGui::InputText(id, &std::get<std::string>(value), ImGuiInputTextFlags_EnterReturnsTrue);
    case Kind::choice:
      return edit_choice(id, row, value, mark);
  }
  return false;
}

bool read_at_start(std::string_view group) {
  const auto rows = parameters();
  return std::any_of(rows.begin(), rows.end(),
                     [&](const Parameter& row) { return row.group() == group && !row.live; });
}

}  // namespace

bool SettingsPanel::found(const Parameter& parameter) const {
  const std::string wanted = core::lower_case(search_);
  return core::lower_case(label_of(parameter.name)).find(wanted) != std::string::npos ||
         core::lower_case(parameter.name).find(wanted) != std::string::npos ||
         core::lower_case(parameter.help).find(wanted) != std::string::npos;
}

void SettingsPanel::draw_row(const Parameter& row, Settings& settings, const Mark& mark) {
  ImGui::PushID(row.name.c_str());
  const bool differs = changed(row, settings);
  Value value = row.get(settings);
  const float button = ImGui::GetFrameHeight();

  if (differs) ImGui::PushStyleColor(ImGuiCol_Text, changed_color);
  ImGui::AlignTextToFramePadding();
  ImGui::TextUnformatted(label_of(row.key()).c_str());
  if (differs) ImGui::PopStyleColor();
  help_on_hover(fmt::format("{}\n{}, {}", row.help, row.option, allowed(row)));

  ImGui::SameLine(ImGui::GetWindowContentRegionMax().x * 0.45f);
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - button - ImGui::GetStyle().ItemSpacing.x);
  ImGui::BeginDisabled(!row.live);
  if (edit("##value", row, value, mark)) row.set(settings, value);
  if (row.kind != Kind::choice) mark(row.name);
  ImGui::EndDisabled();
  if (!row.live) help_on_hover(fmt::format("{}: read when the program starts", row.option));

  if (differs && row.live) {
    ImGui::SameLine(ImGui::GetWindowContentRegionMax().x - button);
    if (ImGui::Button("x", {button, button})) row.set(settings, row.get(Settings{}));
    mark("reset " + row.name);
    help_on_hover(fmt::format("back to {}", format_value(row, row.get(Settings{}))));
  }
  ImGui::PopID();
}

void SettingsPanel::draw_presets(Settings& settings, const Mark& mark) {
  const float third = ImGui::GetContentRegionAvail().x / 3;
  ImGui::SetNextItemWidth(third);
  const bool open = ImGui::BeginCombo("##presets", preset_.c_str());
  mark("presets");
  if (open) {
    for (const fs::path& file : list_presets()) {
      const std::string name = file.stem().string();
      if (ImGui::Selectable(name.c_str(), name == preset_)) {
        try {
          load_settings(file, settings);
          preset_ = name;
          message_.clear();
        } catch (const core::Error& error) {
          message_ = error.what();
        }
      }
      mark("preset " + name);
    }
    ImGui::EndCombo();
  }
  ImGui::SameLine();
  ImGui::SetNextItemWidth(third);
  ImGui::InputTextWithHint("##save name", "new preset", &save_name_);
  mark("preset name");
  ImGui::SameLine();
  const bool usable =
      !save_name_.empty() && save_name_.find('/') == std::string::npos && save_name_[0] != '.';
  ImGui::BeginDisabled(!usable);
  if (ImGui::Button("Save", {ImGui::GetContentRegionAvail().x, 0})) {
    try {
      save_settings(user_preset_folder() / (save_name_ + ".toml"), settings, Save::live);
      preset_ = save_name_;
      message_ = fmt::format("saved {}", (user_preset_folder() / (save_name_ + ".toml")).string());
    } catch (const core::Error& error) {
      message_ = error.what();
    }
  }
  mark("preset save");
  ImGui::EndDisabled();
  if (!message_.empty()) ImGui::TextWrapped("%s", message_.c_str());
}

void SettingsPanel::draw_buttons(Settings& settings, const Mark& mark) {
  ImGui::BeginDisabled(!history_.can_undo());
  if (ImGui::Button("Undo")) undo(settings);
  mark("undo");
  ImGui::EndDisabled();
  ImGui::SameLine();
  ImGui::BeginDisabled(!history_.can_redo());
  if (ImGui::Button("Redo")) redo(settings);
  mark("redo");
  ImGui::EndDisabled();
  ImGui::SameLine();
  if (ImGui::Button("Reset all")) {
    for (const Parameter& row : parameters())
      if (row.live) row.set(settings, row.get(Settings{}));
  }
  mark("reset all");
  ImGui::SameLine();
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  ImGui::InputTextWithHint("##search", "search", &search_);
  mark("search");
}

void SettingsPanel::draw(Settings& settings, const Mark& mark) {
  draw_presets(settings, mark);
  draw_buttons(settings, mark);
  std::string_view group;
  bool open = true;
  for (const Parameter& row : parameters()) {
    if (!search_.empty() && !found(row)) continue;
    if (row.group() != group) {
      group = row.group();
      const std::string title = title_of(group);
      // What runs at the start is last looked at; a search opens what it finds.
      const bool initially = group == "upscaling" || group == "compare" || group == "picture";
      if (!search_.empty()) ImGui::SetNextItemOpen(true);
      open = ImGui::CollapsingHeader(title.c_str(), initially ? ImGuiTreeNodeFlags_DefaultOpen : 0);
      mark("group " + std::string(group));
      if (open && read_at_start(group)) ImGui::TextDisabled("Grey: read at the next start (option or file).");
    }
    if (open) draw_row(row, settings, mark);
  }
  // A whole drag of a slider is one step of undo.
  if (!ImGui::IsAnyItemActive()) history_.commit(settings);
}

}  // namespace app
