#pragma once
// Undo, redo and the list of presets, for the settings panel. Does not know ImGui.

#include <cstddef>
#include <filesystem>
#include <vector>

#include "app/settings/settings.h"

namespace app {

/// Whether two settings are equal, apart from what is only looked at (compare, magnifier, debug) and from the
/// window's own.
bool same_settings(const Settings& a, const Settings& b);

/// Earlier settings, so that a change can be undone. What is only looked at, and the window's own settings,
/// are no part of it: undo and redo leave them alone.
class SettingsHistory {
 public:
  explicit SettingsHistory(const Settings& initial) : states_{initial} {}
  /// Adds the settings as the newest state where they differ from it. States that were undone are then lost.
  void commit(const Settings& settings);
  bool can_undo() const { return now_ > 0; }
  bool can_redo() const { return now_ + 1 < states_.size(); }
  void undo(Settings& settings);
  void redo(Settings& settings);

 private:
  static constexpr std::size_t most = 200;
  std::vector<Settings> states_;
  std::size_t now_ = 0;
};

/// The files of the presets that ship with the program, then those of the user's own presets.
std::vector<std::filesystem::path> list_presets();
/// $XDG_CONFIG_HOME/neuraster, or ~/.config/neuraster. It may not exist.
std::filesystem::path user_folder();
/// $XDG_CONFIG_HOME/neuraster/presets, or ~/.config/neuraster/presets. It may not exist.
std::filesystem::path user_preset_folder();

}  // namespace app
