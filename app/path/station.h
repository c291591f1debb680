#pragma once
// The six stations of the path from graphics to generated computation. A station is a preset with a caption:
// assets/stations/N-name.toml holds settings as every settings file does, and a table [station] of its own.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/settings/settings.h"

namespace app {

struct Station {
  int number = 0;  ///< 1 to 6: its key, and the first character of its file's name
  std::string name;
  int year = 0;
  std::string since;     ///< what happened in that year
  std::string caption;   ///< one sentence
  std::string computes;  ///< what computes what, one sentence
  double camera = 0;     ///< seconds on the scene's camera path
  std::string missing;   ///< why it cannot be shown, a phrase without a full stop; empty where it can
  std::string
      without_water;  ///< what is said of it in a scene that has none, a phrase likewise; empty: nothing
  std::vector<const Parameter*> rows = {};  ///< the settings that it changes
  Settings settings = {};                   ///< the defaults with these changes

  bool there() const { return missing.empty(); }
};

/// The folder of the stations that ship.
std::filesystem::path station_folder();

/// Reads the stations of a folder, in the order of their numbers. A file that cannot be used becomes a
/// station that is missing, with the reason. Throws core::Error where there is no folder.
std::vector<Station> read_stations(const std::filesystem::path& folder);

/// Changes what the station changes, and leaves all other settings.
void go_to(const Station& station, Settings& settings);

/// The station that these settings are at: the last that is there and whose settings they have. The scale may
/// differ, since it is what the slider moves.
std::optional<std::size_t> station_of(const std::vector<Station>& stations, const Settings& settings);

/// Moves along the path by the share of generated pixels that is wanted, 0 to 1: rasterized at size, and from
/// half of what the network's finest scale generates on, the network at the scale that comes nearest,
/// from 1.5 to 3; beyond what that gives, with a picture between every two frames.
void go_to_share(double share, Settings& settings);

}  // namespace app
