#include "app/settings/settings_history.h"

#include <algorithm>
#include <cstdlib>

#include "core/file.h"

namespace app {
namespace fs = std::filesystem;
namespace {

bool undoable(const Parameter& row) {
  const std::string_view group = row.group();
  return group != "compare" && group != "magnifier" && group != "debug" && group != "window";
}

void take(const Settings& state, Settings& settings) {
  const ComparisonSettings comparison = settings.comparison;
  const WindowSettings window = settings.window;
  settings = state;
  settings.comparison = comparison;
  settings.window = window;
}

}  // namespace

bool same_settings(const Settings& a, const Settings& b) {
  return std::all_of(parameters().begin(), parameters().end(),
                     [&](const Parameter& row) { return !undoable(row) || row.get(a) == row.get(b); });
}

void SettingsHistory::commit(const Settings& settings) {
  if (same_settings(states_[now_], settings)) return;
  states_.resize(now_ + 1);
  states_.push_back(settings);
  if (states_.size() > most) states_.erase(states_.begin());
  now_ = states_.size() - 1;
}

void SettingsHistory::undo(Settings& settings) {
  if (can_undo()) take(states_[--now_], settings);
}

void SettingsHistory::redo(Settings& settings) {
  if (can_redo()) take(states_[++now_], settings);
}

fs::path user_folder() {
  if (const char* xdg = std::getenv("XDG_CONFIG_HOME"); xdg && *xdg) return fs::path(xdg) / "neuraster";
  const char* home = std::getenv("HOME");
  return fs::path(home && *home ? home : ".") / ".config/neuraster";
}

fs::path user_preset_folder() {
  return user_folder() / "presets";
}

std::vector<fs::path> list_presets() {
  std::vector<fs::path> files;
  for (const fs::path& folder : {core::asset_folder() / "presets", user_preset_folder()}) {
    std::error_code missing;
    const std::size_t first = files.size();
    for (const auto& entry : fs::directory_iterator(folder, missing))
      if (entry.path().extension() == ".toml") files.push_back(entry.path());
    std::sort(files.begin() + static_cast<std::ptrdiff_t>(first), files.end());
  }
  return files;
}

}  // namespace app
