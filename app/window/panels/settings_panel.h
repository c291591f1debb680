#pragma once
// Shows the settings table as controls, in groups, with search, help, reset, undo and presets.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "app/settings/settings_history.h"

namespace app {

class SettingsPanel {
 public:
  explicit SettingsPanel(const Settings& initial) : history_(initial) {}

  /// A function that is called after each control with the name by which tests find it.
  using Mark = std::function<void(std::string_view)>;

  /// Draws the whole panel, between Gui::begin_frame and end_frame. Controls change `settings`.
  void draw(Settings& settings, const Mark& mark);
  /// Draws one row as a control, without group and search.
  void draw_row(const Parameter& parameter, Settings& settings, const Mark& mark);

  const std::string& search() const { return search_; }
  /// The preset that the settings were at when the panel was drawn last; empty where they were at none.
  const std::string& preset() const { return preset_; }
  /// Takes the settings as a step of undo where they have changed. draw() does it too.
  void commit(const Settings& settings) { history_.commit(settings); }
  /// Takes back the last change, also one that was made while no panel was drawn.
  void undo(Settings& settings) {
    history_.commit(settings);
    history_.undo(settings);
  }
  void redo(Settings& settings) { history_.redo(settings); }

 private:
  bool draw_group(std::string_view group, const Mark& mark);
  const std::string& preset_of(const Settings& settings);
  void keep_scales_in_order(Settings& settings);
  void draw_presets(Settings& settings, const Mark& mark);
  void draw_buttons(Settings& settings, const Mark& mark);
  bool found(const Parameter& parameter) const;

  SettingsHistory history_;
  std::string search_, preset_, save_name_, message_;
  std::optional<Settings> looked_up_;  ///< preset_ is the preset of these
  float min_scale_ = 0;                ///< of dynamic resolution, in the last frame
};

}  // namespace app
