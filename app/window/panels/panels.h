#pragma once
// The window's panels: the strip of stations, and by the window's role all settings, or the times of the last
// frames.

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "app/window/panels/facts.h"
#include "app/window/panels/learning_panel.h"
#include "app/window/panels/ribbon.h"
#include "app/window/panels/scenes_page.h"
#include "app/window/panels/settings_panel.h"
#include "app/window/panels/station_strip.h"
#include "app/window/panels/times_panel.h"

namespace app {

class Panels {
 public:
  explicit Panels(const Settings& settings) : settings_panel_(settings) {}

  /// Draws all panels. Call it between Gui::begin_frame and end_frame. Controls change `view` and `settings`.
  void draw(const FrameFacts& facts, ViewState& view, Settings& settings);
  SettingsPanel& settings_panel() { return settings_panel_; }
  /// Where draw() has left holes for the ribbon's thumbnails; empty without a ribbon.
  const ThumbnailPlaces& thumbnails() const { return thumbnails_; }

  /// From now on writes a JSON file in each frame with the place of each visible control and the value of
  /// each setting. Tests read it to find the controls and press them with a real mouse.
  void report_controls(std::filesystem::path file) { report_file_ = std::move(file); }

 private:
  void draw_panels(const FrameFacts& facts, ViewState& view, Settings& settings);
  void draw_main(const FrameFacts& facts, ViewState& view, Settings& settings);
  void draw_scene(const FrameFacts& facts, ViewState& view);
  void draw_time(ViewState& view);
  void draw_sun(Settings& settings);
  void draw_pages(const FrameFacts& facts, ViewState& view);
  void draw_over_picture(const FrameFacts& facts, const ViewState& view, const Settings& settings);
  float lower_edge() const;
  FreeSpace free_space() const;
  void follow_cursor(ViewState& view) const;
  bool covers(float x, float y) const;
  void mark(std::string_view name);
  void write_report(const FrameFacts& facts, const ViewState& view, const Settings& settings);

  SettingsPanel settings_panel_;
  StationStrip strip_panel_;
  TimesPanel times_panel_;
  LearningPanel learning_panel_;
  ScenesPage scenes_page_;
  std::string scene_path_;
  Corners strip_{}, main_{}, times_{}, timeline_{}, page_{}, ribbon_{},
      side_{};  ///< empty for panels that are not shown
  ThumbnailPlaces thumbnails_;
  std::filesystem::path report_file_;
  std::map<std::string, std::array<int, 4>, std::less<>> controls_;
  std::uint64_t reports_ = 0;
};

}  // namespace app
