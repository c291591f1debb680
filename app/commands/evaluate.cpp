// `neuraster evaluate SCENE --json FILE`: each upscaler against the supersampled reference.

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/command_line/options.h"
#include "app/command_line/settings_options.h"
#include "app/commands/commands.h"
#include "app/measure/references.h"
#include "app/measure/score.h"
#include "app/measure/self_check_run.h"
#include "app/open/generator.h"
#include "app/open/scene_and_device.h"
#include "app/report/evaluation.h"
#include "core/error.h"
#include "core/file.h"
#include "core/picture/image_io.h"
#include "core/progress.h"
#include "core/standard_streams.h"

namespace app {
namespace {
namespace fs = std::filesystem;

struct Options {
  explicit Options(CLI::App& cli) : settings(cli, {"upscaling.upscaler", "run.warmup", "window"}) {
    add_option(cli, "scene", scene, "an .obj or a scene file; none: the scene that ships")
        .placeholder("SCENE");
    add_option(cli, "--upscaler", upscalers, "which ones, separated by commas; none: all that can run")
        .delimiter(',')
        .placeholder("NAME,NAME");
    add_option(
        cli, "--from", from,
        "score pictures in a folder that another upscaler made of the frames of `render --buffers`: EXRs "
        "as linear as `_output`, or PNGs without bloom")
        .placeholder("DIR");
    add_flag(cli, "--self-check", self_check,
             "name mistakes in what the upscaler is given, measured on the frames");
    add_option(cli, "--json", json, "write the figures").placeholder("FILE");
    add_option(cli, "--out", out, "write pictures of the middle frame side by side and maps of its error")
        .placeholder("DIR");
    add_option(cli, "--region", region, "of the pictures, in output pixels, to enlarge; none: the worst")
        .delimiter(',')
        .count(4)
        .placeholder("X,Y,WIDTH,HEIGHT");
  }
  SettingsOptions settings;
  std::string scene, json, out;
  std::vector<std::string> upscalers, from;
  std::vector<int> region;
  bool self_check = false;

  std::optional<Rect> chosen_region(core::Size output) const {
    if (region.empty()) return {};
    const Rect r{region[0], region[1], region[2], region[3]};
    if (r.x < 0 || r.y < 0 || r.width < 1 || r.height < 1 || r.width > output.width - r.x ||
        r.height > output.height - r.y)
      core::fail_usage("--region {} does not lie within {}x{}", fmt::join(region, ","), output.width,
                       output.height);
    return r;
  }
};

/// The upscalers to run, by name. Checks what the user named.
std::vector<std::string> chosen_upscalers(const Options& options, const Settings& settings) {
  if (!options.upscalers.empty()) {
    Settings scratch = settings;
    for (const std::string& name : options.upscalers) set(scratch, "upscaler", name);
    return options.upscalers;
  }
  std::vector<std::string> names;
  if (!options.from.empty()) return names;
  const std::string unavailable = neural_unavailable(settings);
  if (!unavailable.empty()) core::tell("neural is left out: " + unavailable);
  for (const std::string_view name : find_parameter("upscaler")->choices)
    if (name != "neural" || unavailable.empty()) names.emplace_back(name);
  return names;
}

/// The pictures in the folders that --from names, by the folder's name. They are checked before anything is
/// drawn.
std::vector<std::pair<std::string, std::map<std::size_t, fs::path>>> others_pictures(
    const Options& options, const Settings& settings) {
  std::vector<std::pair<std::string, std::map<std::size_t, fs::path>>> all;
  for (const std::string& folder : options.from) {
    // The last part of "pictures/" is empty.
    const fs::path full = fs::absolute(folder).lexically_normal();
    const fs::path name = full.has_filename() ? full.filename() : full.parent_path().filename();
    all.emplace_back(name.string(), numbered_pictures(folder, static_cast<std::size_t>(settings.run.frames)));
    expect_size(all.back().second, settings.run.output);
  }
  return all;
}

void write_pictures(const fs::path& folder, const fs::path& reference, const std::optional<Rect>& chosen,
                    std::vector<std::pair<std::string, Sample>>& samples) {
  core::make_folder(folder);
  std::vector<Labelled> pictures{{"reference", core::read_png(reference)}};
  const Rect region = chosen ? *chosen
                             : worst_region(samples.back().second.flip, pictures[0].picture.width / 6,
                                            pictures[0].picture.height / 6);
  for (auto& [name, sample] : samples) {
    core::write_png(folder / ("flip_" + name + ".png"), core::magma(sample.flip));
    pictures.push_back({fmt::format("{}  FLIP {:.4f}", name, sample.flip.mean), std::move(sample.picture)});
  }
  core::write_png(folder / "side_by_side.png", side_by_side(pictures, region));
}

int run(const Options& options) {
  Settings settings = options.settings.resolve();
  if (settings.run.frames <= static_cast<int>(unscored_frames))
    core::fail_usage("--frames must be at least {}, not {}: the first {} are not scored", unscored_frames + 1,
                     settings.run.frames, unscored_frames);
  const std::vector<std::string> upscalers = chosen_upscalers(options, settings);
  const std::optional<Rect> region = options.chosen_region(settings.run.output);
  const auto others = others_pictures(options, settings);
  if (!options.json.empty()) core::expect_writable(options.json);
  if (!options.out.empty()) core::expect_writable_folder(options.out);
  const auto device = open_device(settings);
  const scene::Scene scene = open_scene(options.scene, settings);
  CameraRun path = make_camera_run(scene, settings.run, 0);

  const double passes =
      2.0 + static_cast<double>(upscalers.size() + options.from.size()) + (options.self_check ? 1 : 0);
  std::size_t done = 0;
  core::Progress bar("evaluating");
  std::string doing = "exposure";
  const auto drawn = [&] {
    bar.update(static_cast<double>(++done) / (passes * static_cast<double>(path.frames.size())), doing);
  };
  fix_exposures(*device, scene, settings, path, drawn);
  doing = "reference";
  const std::vector<fs::path> references =
      make_references(*device, scene, settings, path, unscored_frames, drawn);

  Evaluation evaluation{.scene = scene.name,
                        .device = device->info().name,
                        .backend = "none",
                        .frames = settings.run.frames,
                        .unmeasured = static_cast<int>(unscored_frames),
                        .start = settings.run.start,
                        .frame_seconds = settings.run.frame_seconds,
                        .render = renderer::render_size(settings.run.output, settings.render.scale),
                        .output = settings.run.output,
                        .reference_samples = settings.run.reference_samples,
                        .upscalers = {}};
  std::vector<std::pair<std::string, Sample>> samples;
  const auto keep = [&](const std::string& name, Scored scored) {
    evaluation.upscalers.emplace_back(name, scored.score);
    if (name == "neural") evaluation.backend = scored.generated_by;
    samples.emplace_back(name, std::move(scored.middle));
  };
  for (const std::string& name : upscalers) {
    doing = name;
    set(settings, "upscaler", name);
    keep(name, score_upscaler(*device, scene, settings, path, references, drawn));
  }
  for (const auto& [name, pictures] : others) {
    doing = name;
    keep(name, score_pictures(*device, scene, settings, path, pictures, references, drawn));
  }
  std::vector<neural::Finding> findings;
  if (options.self_check) {
    doing = "self-check";
    findings = check_path(*device, scene, settings, path, path.frames.size(), drawn);
  }
  device->expect_valid();

  fmt::print("{}", evaluation_table(evaluation));
  if (options.self_check) fmt::print("{}", describe_findings(findings, path.frames.size()));
  if (!options.json.empty()) write_evaluation_json(options.json, evaluation);
  if (!options.out.empty()) write_pictures(options.out, references[references.size() / 2], region, samples);
  return 0;
}

}  // namespace

Action declare_evaluate(CLI::App& cli) {
  return [options = std::make_shared<Options>(cli)] { return run(*options); };
}

}  // namespace app
