#pragma once
// Undo, redo, and the presets that can be chosen: what the settings panel needs besides ImGui.

#include <cstddef>
#include <filesystem>
#include <vector>

#include "app/settings/settings.h"

namespace app {

/// Past values, so that a change can be taken back.
class SettingsHistory {
 public:
  explicit SettingsHistory(const Settings& initial) : states_{initial} {}
  /// Remembers the settings where they differ from the newest state; drops what had been undone.
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

/// Presets that ship, then the user's own.
std::vector<std::filesystem::path> list_presets();
/// $XDG_CONFIG_HOME/neuraster/presets or ~/.config/neuraster/presets.
std::filesystem::path user_preset_folder();

}  // namespace app
