#pragma once
// The window's panels: what is running, time and camera, all settings, and the times of the last frames.

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/window/panels/settings_panel.h"
#include "app/window/panels/split_overlay.h"
#include "app/window/panels/timeline_panel.h"

namespace app {

struct PassRow {
  std::string name;
  double ms = 0;
};

/// The last 15 times of a pass, and their median.
class RecentTimes {
 public:
  void add(double ms) { ms_[count_++ % ms_.size()] = ms; }
  double median() const;

 private:
  std::array<double, 15> ms_{};
  std::size_t count_ = 0;
};

/// What the panels show about a frame.
struct FrameFacts {
  std::string scene, device, upscaler;
  std::string generator;      ///< the backend that runs the network; empty without a network
  core::Size render, output;  ///< of the frame that the upscaler takes, and of its result
  double frame_ms = 0;
  std::vector<PassRow> passes;
  double generated = 0;                    ///< share of the displayed pixels that the network generated
  std::string how_counted;                 ///< how `generated` was computed, in words
  LaneLabels sides;                        ///< names of the two sides of a comparison
  std::string comparison;                  ///< a sentence about the comparison
  bool flicker_right = false;              ///< whether a flicker shows the right side now
  std::map<std::string, double> compared;  ///< the comparison's figures by name, for tests
  TimelineFacts timeline;
};

/// What the panels and keys control besides the settings.
struct ViewState {
  bool playing = true;  ///< time passes
  bool flying = false;  ///< the user moves the camera; otherwise it follows the scene's path
  bool step = false;    ///< advance one frame although time is paused; the view clears it
  double seconds = 0, duration = 0;
  std::optional<std::filesystem::path>
      open_scene;                       ///< a scene that the user wants to open; the view takes it
  std::array<float, 2> cursor{-1, -1};  ///< where it was last over the picture and no panel, in output pixels
  std::string message;                  ///< the last thing that went wrong, or was saved
};

class Panels {
 public:
  explicit Panels(const Settings& settings) : settings_panel_(settings) {}

  /// Draws all panels. Call it between Gui::begin_frame and end_frame. Controls change `view` and `settings`.
  void draw(const FrameFacts& facts, ViewState& view, Settings& settings);
  SettingsPanel& settings_panel() { return settings_panel_; }

  /// From now on writes a JSON file in each frame with the place of each visible control and the value of
  /// each setting. Tests read it to find the controls and press them with a real mouse.
  void report_controls(std::filesystem::path file) { report_file_ = std::move(file); }

 private:
  void draw_main(const FrameFacts& facts, ViewState& view, Settings& settings);
  void draw_scene(const FrameFacts& facts, ViewState& view);
  void draw_time(ViewState& view);
  void draw_times(const FrameFacts& facts);
  void draw_gauge(const FrameFacts& facts);
  FreeSpace free_space(bool panels) const;
  void follow_cursor(ViewState& view, bool panels) const;
  void mark(std::string_view name);
  void write_report(const FrameFacts& facts, const ViewState& view, const Settings& settings);

  SettingsPanel settings_panel_;
  bool covers(float x, float y) const;

  std::string scene_path_;
  Corners main_{}, times_{}, timeline_{};  ///< empty for panels that are not shown
  bool times_cut_ = false;                 ///< not all passes fit
  std::array<float, 240> frame_ms_{};
  std::size_t frames_ = 0;
  std::map<std::string, RecentTimes, std::less<>> recent_ms_;
  std::filesystem::path report_file_;
  std::map<std::string, std::array<int, 4>, std::less<>> controls_;
  std::uint64_t reports_ = 0;
};

}  // namespace app
