#pragma once
// The settings table as controls: grouped, searched, with help, reset, undo and presets.

#include <functional>
#include <string>
#include <string_view>

#include "app/settings/settings_history.h"

namespace app {

class SettingsPanel {
 public:
  explicit SettingsPanel(const Settings& initial) : history_(initial) {}

  /// Called after each control with the name that tests know it by.
  using Mark = std::function<void(std::string_view)>;

  void draw(Settings& settings, const Mark& mark);
  /// One row as a control, without group or search.
  void draw_row(const Parameter& parameter, Settings& settings, const Mark& mark);

  const std::string& search() const { return search_; }
  /// Also of what changed while no panel was drawn.
  void undo(Settings& settings) {
    history_.commit(settings);
    history_.undo(settings);
  }
  void redo(Settings& settings) { history_.redo(settings); }

 private:
  void draw_presets(Settings& settings, const Mark& mark);
  void draw_buttons(Settings& settings, const Mark& mark);
  bool found(const Parameter& parameter) const;

  SettingsHistory history_;
  std::string search_, preset_ = "preset", save_name_, message_;
};

}  // namespace app
