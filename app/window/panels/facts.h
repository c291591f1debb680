#pragma once
// What the panels show about a frame, and what they and the keys control besides the settings.

#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/path/station.h"
#include "app/path/window_tour.h"
#include "app/train/live_training.h"
#include "app/window/backend_race.h"
#include "app/window/panels/split_overlay.h"
#include "app/window/panels/timeline_panel.h"
#include "app/window/user_files.h"
#include "core/frame.h"

namespace app {

/// A function that is called after each control with the name by which tests find it.
using MarkControl = std::function<void(std::string_view)>;

struct PassRow {
  std::string name;
  double ms = 0;
};

/// One step of a frame in the ribbon.
struct RibbonTile {
  std::string name;
  BufferView view = BufferView::picture;  ///< what a click shows
  double ms = 0;                          ///< below 0 where the step does not happen
  std::string detail, help;
};

/// What the user wants of the training at the station Learning.
struct TrainingAsk {
  enum class Kind { begin, pause, keep, load, forget } kind = Kind::begin;
  std::filesystem::path file;  ///< to load
};

/// A tile of the gallery.
struct SceneChoice {
  std::string name, scene;  ///< scene: what opens it
  core::Image picture;      ///< may be empty
};

/// What the page of scenes shows.
struct PlaceFacts {
  std::vector<SceneChoice> gallery;
  std::vector<Bookmark> bookmarks;
  std::filesystem::path folder;  ///< where the search for another scene begins
  bool desktop_dialog = false;   ///< whether the desktop has a file dialog
};

/// What the user wants of the page of scenes.
struct PlaceAsk {
  enum class Kind { add, go, remove, dialog } kind = Kind::add;
  std::string name;  ///< of a bookmark
};

/// What the panels show about a frame.
struct FrameFacts {
  std::string scene, device, upscaler;
  std::string generator;      ///< the backend that runs the network; empty without a network
  std::string water;          ///< the backend that simulates water; empty where none is
  std::string field;          ///< the backend that draws a learned scene; empty where the rasterizer draws
  bool has_sun = false;       ///< whether the scene has a sun
  core::Size render, output;  ///< of the frame that the upscaler takes, and of its result
  bool rasterized = true;     ///< false: a learned scene filled the frame
  double frame_ms = 0;
  int between_asked = 0;                           ///< pictures between two frames that the settings ask for
  int between = 0;                                 ///< pictures that were shown before this frame's own
  double latency_ms = 0;                           ///< by how much they delay it
  std::uint64_t shown_own = 0, shown_between = 0;  ///< pictures that have reached the window so far
  double rendered_per_second = 0;                  ///< pictures that reached the window: frames,
  double generated_per_second = 0;                 ///< and those between them
  std::vector<PassRow> passes;
  double generated = 0;                    ///< share of the displayed pixels that the network generated
  std::string how_counted;                 ///< how `generated` was computed, in words
  std::string resolution;                  ///< what dynamic resolution does; empty where it is off
  LaneLabels sides;                        ///< names of the two sides of a comparison
  std::string comparison;                  ///< a sentence about the comparison
  bool flicker_right = false;              ///< whether a flicker shows the right side now
  std::map<std::string, double> compared;  ///< the comparison's figures by name, for tests
  TimelineFacts timeline;
  const std::vector<Station>* stations = nullptr;  ///< the caller owns them
  std::optional<std::size_t> station;              ///< the one that the settings are at
  std::vector<RibbonTile> ribbon;                  ///< empty while it is not shown
  std::optional<TrainingFacts> training;           ///< nothing away from the station Learning
  const PlaceFacts* places = nullptr;              ///< the caller owns them
  std::optional<int> filmed;                       ///< frames of the film that is being recorded
  std::optional<TourCaption> tour;                 ///< nothing while there is no tour
  std::vector<RacingBackend> race;                 ///< empty while there is no race
  /// What the About page says, by its headings; empty until the page was opened.
  std::vector<std::pair<std::string, std::string>> about;
};

/// Where a panel or a page stands: x, which part of its width that is (0 its left edge, 1 its right one), and
/// the heights between which it may reach.
struct Place {
  float x = 0, pivot = 0, top = 0, bottom = 0;
};

/// What the panels and keys control besides the settings.
struct ViewState {
  bool playing = true;  ///< time passes
  bool flying = false;  ///< the user moves the camera; otherwise it follows the scene's path
  bool step = false;    ///< advance one frame although time is paused; the view clears it
  double seconds = 0, duration = 0;
  std::optional<std::filesystem::path>
      open_scene;                       ///< a scene that the user wants to open; the view takes it
  std::optional<std::size_t> station;   ///< one that the user wants to go to; the view takes it
  std::optional<TrainingAsk> training;  ///< the view takes it
  std::optional<PlaceAsk> place;        ///< the view takes it
  bool tour = false;                    ///< whether the user wants the tour; it ends by itself
  std::array<float, 2> cursor{-1, -1};  ///< where it was last over the picture and no panel, in output pixels
  std::string message;  ///< the last thing that went wrong, or was saved; the view clears it after a while
  bool help = false, about = false, scenes = false;  ///< whether these pages are open
};

}  // namespace app
