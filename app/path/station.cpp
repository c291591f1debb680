#include "app/path/station.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "app/settings/toml_file.h"
#include "core/error.h"
#include "core/file.h"

namespace app {
namespace fs = std::filesystem;
namespace {

constexpr const char* own_table = "station";

template <typename T>
T need(const toml::table& table, const char* key, const fs::path& file) {
  if (const auto value = table[key].value<T>()) return *value;
  core::fail("{}: [station] needs '{}'", file.string(), key);
}

void read_own(const toml::table& file, const fs::path& path, Station& station) {
  const toml::table* table = file[own_table].as_table();
  if (!table) core::fail("{}: it has no table [station]", path.string());
  constexpr std::string_view known[] = {"name",     "year",   "since",   "caption",
                                        "computes", "camera", "missing", "without_water"};
  for (const auto& [key, node] : *table)
    if (std::find(std::begin(known), std::end(known), key.str()) == std::end(known))
      core::fail("{}: [station] has no '{}'", place(path, node.source()), key.str());
  station.name = need<std::string>(*table, "name", path);
  station.year = static_cast<int>(need<std::int64_t>(*table, "year", path));
  station.caption = need<std::string>(*table, "caption", path);
  station.computes = need<std::string>(*table, "computes", path);
  station.since = (*table)["since"].value_or(std::string());
  station.camera = need<double>(*table, "camera", path);
  if (!std::isfinite(station.camera) || station.camera < 0)
    core::fail("{}: [station] camera must be a time from 0 on", path.string());
  station.missing = (*table)["missing"].value_or(std::string());
  station.without_water = (*table)["without_water"].value_or(std::string());
}

/// The names of the settings that the file changes.
std::vector<const Parameter*> rows_of(const toml::table& file) {
  std::vector<const Parameter*> rows;
  for (const auto& [group, node] : file) {
    if (group.str() == own_table) continue;
    for (const auto& [key, value] : *node.as_table())
      rows.push_back(find_parameter(fmt::format("{}.{}", group.str(), key.str())));
  }
  return rows;
}

void read(const fs::path& path, Station& station) {
  const toml::table file = read_toml(path);
  read_own(file, path, station);
  load_settings(path, station.settings, own_table);
  station.rows = rows_of(file);
}

bool at(const Station& station, const Settings& settings) {
  return std::all_of(station.rows.begin(), station.rows.end(), [&](const Parameter* row) {
    return row->name == "upscaling.scale" || row->get(settings) == row->get(station.settings);
  });
}

}  // namespace

fs::path station_folder() {
  return core::asset_folder() / "stations";
}

std::vector<Station> read_stations(const fs::path& folder) {
  if (!fs::is_directory(folder)) core::fail("there is no folder '{}' with stations", folder.string());
  std::vector<Station> stations;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string stem = entry.path().stem().string();
    if (entry.path().extension() != ".toml" || !std::isdigit(static_cast<unsigned char>(stem[0]))) continue;
    Station station;
    station.number = stem[0] - '0';
    try {
      read(entry.path(), station);
    } catch (const core::Error& error) {
      if (station.name.empty()) station.name = stem.substr(std::min<std::size_t>(2, stem.size()));
      station.missing = error.what();
    }
    stations.push_back(std::move(station));
  }
  std::sort(stations.begin(), stations.end(),
            [](const Station& a, const Station& b) { return a.number < b.number; });
  return stations;
}

void go_to(const Station& station, Settings& settings) {
  for (const Parameter* row : station.rows) row->set(settings, row->get(station.settings));
}

std::optional<std::size_t> station_of(const std::vector<Station>& stations, const Settings& settings) {
  for (std::size_t n = stations.size(); n-- > 0;)
    if (stations[n].there() && at(stations[n], settings)) return n;
  return {};
}

void go_to_share(double share, Settings& settings) {
  constexpr double finest = 1.5, coarsest = 3;
  const bool rasterized = share < (1 - 1 / (finest * finest)) / 2;
  settings.render.upscaler = rasterized ? renderer::Upscaler::native : renderer::Upscaler::neural;
  settings.source.source = Source::rasterizer;
  settings.dynamic_resolution.target_ms = 0;                   // it would move the scale
  const bool between = share > 1 - 1 / (coarsest * coarsest);  // more than pixels alone give
  settings.render.frames_between = between ? 1 : 0;
  if (rasterized) return;
  const double scale = share < 1 ? 1 / std::sqrt((1 - share) * (between ? 2 : 1)) : coarsest;
  settings.render.scale = static_cast<float>(std::clamp(scale, finest, coarsest));
}

}  // namespace app
