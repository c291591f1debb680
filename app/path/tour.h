#pragma once
// The tour: every station that is there on one camera path, drawn, scored and timed. tour_page.cpp makes the
// files of it.

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "app/measure/score.h"
#include "app/path/station.h"

namespace app {

/// One picture of the tour.
struct TourPicture {
  std::string file;    ///< its name in the tour's folder
  double seconds = 0;  ///< of the tour
  core::Image picture;
};

/// What was measured at one station.
struct TourStation {
  int number = 0, year = 0;
  std::string name, caption, computes, backend;
  double generated_fraction = 0;  ///< see generated_share()
  double shaded_per_output = 0;   ///< samples that the rasterizer shaded for each output pixel
  core::Scores scores;
  double frame_ms = 0;                                ///< median
  std::vector<std::pair<std::string, double>> parts;  ///< median milliseconds of each pass
  std::vector<TourPicture> pictures;
  Sample middle;  ///< the frame in the middle of the scored ones, the same for each station
};

struct Tour {
  std::string scene, device, driver;
  core::Size output;
  int frames = 0, reference_samples = 0;
  double seconds = 0;  ///< length of the whole tour
  std::vector<TourStation> stations;
  std::vector<std::pair<std::string, std::string>> left_out;  ///< stations and why
};

struct TourOptions {
  int pictures = 3;     ///< of each station
  double seconds = 90;  ///< of the whole tour
};

/// The stations that can be shown with these settings, each with its own; those that cannot go to `left_out`.
std::vector<std::pair<Station, Settings>> stations_to_tour(const std::vector<Station>& stations,
                                                           const Settings& base, Tour& tour);

/// Draws, scores and times one station. It is the `place`-th of `places`, which share the tour's time. `path`
/// and `truth` are the same for all stations. `drawn` is called after each frame.
TourStation tour_station(const gpu::Device& device, const scene::Scene& scene, const Station& station,
                         const Settings& settings, const TourOptions& options, std::size_t place,
                         std::size_t places, const CameraRun& path, const Truth& truth,
                         const std::function<void()>& drawn);

/// How often tour_station() calls `drawn`.
std::size_t tour_steps(const TourOptions& options, std::size_t frames);

/// Writes tour.json, the pictures, a contact sheet, a strip of all stations side by side, and the page as
/// HTML and Markdown. Throws core::Error.
void write_tour(const std::filesystem::path& folder, const Tour& tour);

}  // namespace app
