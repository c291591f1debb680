#include "app/window/panels/settings_panel.h"

#include <fmt/core.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <cctype>

#include "app/window/panels/widgets.h"
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

}  // namespace

/// The finest scale pushes the coarsest, and the other way round, whichever was moved.
void SettingsPanel::keep_scales_in_order(Settings& settings) {
  DynamicResolutionSettings& dynamic = settings.dynamic_resolution;
  if (dynamic.min_scale > dynamic.max_scale) {
    if (dynamic.min_scale != min_scale_)
      dynamic.max_scale = dynamic.min_scale;
    else
      dynamic.min_scale = dynamic.max_scale;
  }
  min_scale_ = dynamic.min_scale;
}

/// Returns whether the group is open. A search opens what it finds, under another name, so that the groups
/// are as they were when it ends.
bool SettingsPanel::draw_group(std::string_view group, const Mark& mark) {
  const bool searching = !search_.empty();
  const bool initially = group == "upscaling" || group == "compare" || group == "lighting";
  const std::string title = title_of(group) + (searching ? "##found" : "##all");
  const bool open =
      ImGui::CollapsingHeader(title.c_str(), initially || searching ? ImGuiTreeNodeFlags_DefaultOpen : 0);
  mark("group " + std::string(group));
  return open;
}

/// The name of the preset that the settings are at, looked up again where they have changed.
const std::string& SettingsPanel::preset_of(const Settings& settings) {
  if (looked_up_ && same_settings(*looked_up_, settings)) return preset_;
  looked_up_ = settings;
  preset_.clear();
  for (const fs::path& file : list_presets()) {
    Settings with = settings;
    try {
      load_settings(file, with);
    } catch (const core::Error&) {
      continue;  // choosing it says what is wrong
    }
    if (same_settings(with, settings)) preset_ = file.stem().string();
  }
  return preset_;
}

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
  tooltip(fmt::format("{}\n{}, {}", row.help, row.option, allowed(row)));

  ImGui::SameLine(ImGui::GetWindowContentRegionMax().x * 0.45f);
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - button - ImGui::GetStyle().ItemSpacing.x);
  ImGui::BeginDisabled(!row.live);
  if (edit("##value", row, value, mark)) row.set(settings, value);
  if (row.kind != Kind::choice) mark(row.name);
  ImGui::EndDisabled();
  if (!row.live) tooltip(fmt::format("{}: read when the program starts", row.option));

  if (differs && row.live) {
    ImGui::SameLine(ImGui::GetWindowContentRegionMax().x - button);
    if (ImGui::Button("x", {button, button})) row.set(settings, row.get(Settings{}));
    mark("reset " + row.name);
    tooltip(fmt::format("back to {}", format_value(row, row.get(Settings{}))));
  }
  ImGui::PopID();
}

void SettingsPanel::draw_presets(Settings& settings, const Mark& mark) {
  const float third = ImGui::GetContentRegionAvail().x / 3;
  ImGui::SetNextItemWidth(third);
  const std::string preset = preset_of(settings);
  const bool open = ImGui::BeginCombo("##presets", preset.empty() ? "no preset" : preset.c_str());
  mark("presets");
  if (open) {
    for (const fs::path& file : list_presets()) {
      const std::string name = file.stem().string();
      if (ImGui::Selectable(name.c_str(), name == preset)) {
        try {
          load_settings(file, settings);
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
      looked_up_.reset();
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
  bool open = true, any = false;
  for (const Parameter& row : parameters()) {
    // What is read at the start alone cannot be changed here.
    if (!row.live || (!search_.empty() && !found(row))) continue;
    any = true;
    if (row.group() != group) {
      group = row.group();
      open = draw_group(group, mark);
    }
    if (open) draw_row(row, settings, mark);
  }
  if (!any) ImGui::TextWrapped("No setting has '%s' in its name or its help.", search_.c_str());
  keep_scales_in_order(settings);
  // A whole drag of a slider is one step of undo.
  if (!ImGui::IsAnyItemActive()) history_.commit(settings);
}

}  // namespace app
