#pragma once
// The window's panels: what runs, time and camera, every setting, and the times of the last frames.

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

/// The last times of a pass, and the one in their middle.
class RecentTimes {
 public:
  void add(double ms) { ms_[count_++ % ms_.size()] = ms; }
  double median() const;

 private:
  std::array<double, 15> ms_{};
  std::size_t count_ = 0;
};

/// What the panels show of a frame.
struct FrameFacts {
  std::string scene, device, upscaler;
  std::string generator;      ///< the backend that generates; empty without a network
  core::Size render, output;  ///< of the frame that is upscaled
  double frame_ms = 0;
  std::vector<PassRow> passes;
  double generated = 0;                    ///< share of the displayed pixels
  std::string how_counted;                 ///< of `generated`
  LaneLabels sides;                        ///< of a comparison
  std::string comparison;                  ///< a sentence about it
  bool flicker_right = false;              ///< what a flicker shows
  std::map<std::string, double> compared;  ///< figures of the comparison, for tests
  TimelineFacts timeline;
};

/// What the panels and keys control besides the settings.
struct ViewState {
  bool playing = true;  ///< time passes
  bool flying = false;  ///< the user moves the camera; else it follows the scene's path
  bool step = false;    ///< one frame of time although paused; cleared by whoever takes the step
  double seconds = 0, duration = 0;
  std::optional<std::filesystem::path> open_scene;  ///< asked for; taken by the view
  std::array<float, 2> cursor{-1, -1};  ///< output pixels, where it was last over the picture and no panel
  std::string message;                  ///< the last thing that went wrong, or was saved
};

class Panels {
 public:
  explicit Panels(const Settings& settings) : settings_panel_(settings) {}

  /// Between Gui::begin_frame and end_frame.
  void draw(const FrameFacts& facts, ViewState& view, Settings& settings);
  SettingsPanel& settings_panel() { return settings_panel_; }

  /// Writes where each visible control is, and each setting's value, as JSON each frame: tests find them
  /// there and press them with a real mouse.
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
  Corners main_{}, times_{}, timeline_{};  ///< of what is not shown: empty
  bool times_cut_ = false;                 ///< not all passes have room
  std::array<float, 240> frame_ms_{};
  std::size_t frames_ = 0;
  std::map<std::string, RecentTimes, std::less<>> recent_ms_;
  std::filesystem::path report_file_;
  std::map<std::string, std::array<int, 4>, std::less<>> controls_;
  std::uint64_t reports_ = 0;
};

}  // namespace app
