// `neuraster tour --out DIR`: every station of the path on one camera path, with pictures and figures.

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>

#include "app/command_line/options.h"
#include "app/command_line/settings_options.h"
#include "app/commands/commands.h"
#include "app/measure/references.h"
#include "app/open/scene_and_device.h"
#include "app/path/tour.h"
#include "app/train/field_learner.h"
#include "app/train/network_learner.h"
#include "core/error.h"
#include "core/file.h"
#include "core/progress.h"

namespace app {
namespace {

struct Options {
  explicit Options(CLI::App& cli)
      : settings(cli,
                 {"run.output", "run.frames", "run.reference_samples", "run.warmup", "window", "compare",
                  "magnifier", "debug", "upscaling.upscaler", "upscaling.scale", "upscaling.target_ms"}) {
    add_option(cli, "scene", scene, "an .obj or a scene file; none: the scene that ships")
        .placeholder("SCENE");
    add_option(cli, "--out", out, "folder for the pictures, the page (HTML and Markdown) and tour.json")
        .placeholder("DIR")
        .required();
    add_option(cli, "--output", output, "output size in pixels").placeholder("WxH").show_default();
    add_option(cli, "--frames", frames,
               "frames that are scored and timed at each station, the first 8 unscored")
        .range(static_cast<int>(unscored_frames) + 1, 100000)
        .show_default();
    add_option(cli, "--reference-samples", samples, "samples a pixel of the reference")
        .range(1, 4096)
        .show_default();
    add_option(cli, "--pictures", tour.pictures, "pictures of each station").range(1, 1000).show_default();
    add_option(cli, "--learn-seconds", learn_seconds,
               "how long the network of the station Learning learns, from noise, and the field of the last "
               "station, where --field names none")
        .range(1.0, 3600.0)
        .show_default();
    add_option(cli, "--seconds", tour.seconds, "length of the tour").range(1.0, 3600.0).show_default();
  }
  Settings resolve() const {
    Settings settings_of = settings.resolve();
    set(settings_of, "run.output", output);
    settings_of.run.frames = frames;
    settings_of.run.reference_samples = samples;
    return settings_of;
  }
  SettingsOptions settings;
  std::string scene, out, output = "960x540";
  int frames = 16, samples = 16;
  double learn_seconds = 50;
  TourOptions tour;
};

bool wants_field(const Settings& settings) {
  return settings.source.source == Source::field && settings.source.field.empty();
}

/// Returns the file of what was learned, beside the tour's other files.
std::string learn(Learner& learner, const Options& options, Station& station, const char* name) {
  station.computes += " " + learner.learn_for(options.learn_seconds);
  const std::filesystem::path file = std::filesystem::path(options.out) / name;
  learner.keep(file);
  return file.string();
}

/// The station Learning shows what a network has learned by now.
void learn_network(const scene::Scene& scene, const Options& options, Station& station, Settings& settings) {
  // Drawing examples is not counted as learning, and takes longer: a few must do.
  NetworkLearnerOptions how;
  how.most_examples = how.examples;
  NetworkLearner learner(scene, settings, how);
  settings.run.weights = learn(learner, options, station, "learned.safetensors");
}

/// The last station shows what a field has learned by now.
void learn_field(const scene::Scene& scene, const Options& options, Station& station, Settings& settings) {
  FieldLearnerOptions how;
  how.lines = std::min(how.lines, settings.run.output.height);
  how.threads = 0;
  how.minutes = options.learn_seconds / 60;
  FieldLearner learner(scene, settings, how);
  settings.source.field = learn(learner, options, station, "field.safetensors");
}

int run(const Options& options) {
  const Settings base = options.resolve();
  core::expect_writable_folder(options.out);
  const auto device = open_device(base);
  const scene::Scene scene = open_scene(options.scene, base);
  Tour tour{.scene = scene.name,
            .device = device->info().name,
            .driver = device->info().driver,
            .output = base.run.output,
            .frames = base.run.frames,
            .reference_samples = base.run.reference_samples,
            .seconds = options.tour.seconds,
            .stations = {},
            .left_out = {}};
  auto chosen = stations_to_tour(read_stations(station_folder()), base, tour);
  for (const auto& [name, why] : tour.left_out) fmt::print("{} is left out: {}\n", name, why);

  CameraRun path = make_camera_run(scene, base.run, 0);
  const std::size_t steps =
      chosen.size() * tour_steps(options.tour, path.count()) + 2 * path.count() - unscored_frames;
  core::Steps progress("touring", steps);
  progress.doing("reference");
  const auto drawn = [&] { progress.step(); };
  fix_exposures(*device, scene, base, path, drawn);
  const Truth truth{.files = make_references(*device, scene, base, path, unscored_frames, drawn)};
  for (std::size_t n = 0; n < chosen.size(); ++n) {
    auto& [station, settings] = chosen[n];
    progress.doing(station.name);
    if (settings.window.learning) learn_network(scene, options, station, settings);
    if (wants_field(settings)) learn_field(scene, options, station, settings);
    tour.stations.push_back(
        tour_station(*device, scene, station, settings, options.tour, n, chosen.size(), path, truth, drawn));
  }
  device->expect_valid();
  write_tour(options.out, tour);
  fmt::print("the tour is in {}\n", (std::filesystem::path(options.out) / "tour.html").string());
  return 0;
}

}  // namespace

Action declare_tour(CLI::App& cli) {
  return [options = std::make_shared<Options>(cli)] { return run(*options); };
}

}  // namespace app
