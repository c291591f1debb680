// `neuraster evaluate SCENE --json FILE`: each upscaler against the supersampled reference.

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/command_line/options.h"
#include "app/command_line/settings_options.h"
#include "app/commands/commands.h"
#include "app/measure/other_pictures.h"
#include "app/measure/references.h"
#include "app/measure/score.h"
#include "app/measure/score_between.h"
#include "app/measure/score_source.h"
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
        "as linear as `_output`, or PNGs without bloom; as often as there are folders")
        .placeholder("DIR");
    add_option(cli, "--poses", poses,
               "path: the camera's; held-out: random views around it, each after a cut")
        .placeholder("path|held-out")
        .show_default();
    add_flag(cli, "--self-check", self_check,
             "name mistakes in what the upscaler is given, measured on the frames");
    add_option(cli, "--json", json, "write the figures").placeholder("FILE");
    add_option(cli, "--out", out, "write pictures of the middle frame side by side and maps of its error")
        .placeholder("DIR");
    add_option(cli, "--pictures", pictures, "write every picture and reference as it is scored, as PNGs")
        .placeholder("DIR");
    add_option(
        cli, "--ends", ends,
        "with --frames-between: write what every picture between was mixed of, as EXRs, and its reference")
        .placeholder("DIR");
    add_option(cli, "--crop", crop, "score this part of the pictures alone, in output pixels")
        .delimiter(',')
        .count(4)
        .placeholder("X,Y,WIDTH,HEIGHT");
    add_option(cli, "--region", region, "of the scored pictures, in pixels, to enlarge; none: the worst")
        .delimiter(',')
        .count(4)
        .placeholder("X,Y,WIDTH,HEIGHT");
  }
  SettingsOptions settings;
  std::string scene, json, out, pictures, ends, poses = "path";
  std::vector<std::string> upscalers, from;
  std::vector<int> region, crop;
  bool self_check = false;
};

/// The rectangle of an option, at least `least` pixels wide and high; nothing where the option was not given.
std::optional<Rect> rectangle(const char* option, const std::vector<int>& numbers, core::Size within,
                              int least) {
  if (numbers.empty()) return {};
  const Rect r{numbers[0], numbers[1], numbers[2], numbers[3]};
  if (r.x < 0 || r.y < 0 || r.width < least || r.height < least || r.width > within.width - r.x ||
      r.height > within.height - r.y)
    core::fail_usage("{} {} does not lie within {}x{}, or is smaller than {}x{}", option,
                     fmt::join(numbers, ","), within.width, within.height, least, least);
  return r;
}

constexpr int least_crop = 11;  ///< what SSIM's window needs

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

/// The pictures in the folders that --from names. They are checked before anything is drawn.
std::vector<OtherPictures> others_pictures(const Options& options, const Settings& settings,
                                           const std::vector<std::string>& upscalers) {
  std::vector<std::string> taken = upscalers;
  taken.emplace_back("reference");
  const std::vector<std::string> names = distinct_names(options.from, taken);
  std::vector<OtherPictures> all;
  for (std::size_t i = 0; i < names.size(); ++i) {
    all.push_back(
        {names[i], numbered_pictures(options.from[i], static_cast<std::size_t>(settings.run.frames))});
    expect_size(all.back().files, settings.run.output);
  }
  return all;
}

void write_pictures(const fs::path& folder, const Truth& truth, const std::optional<Rect>& chosen,
                    std::vector<std::pair<std::string, Sample>>& samples) {
  core::make_folder(folder);
  std::vector<Labelled> pictures{{"reference", truth.read(truth.files.size() / 2)}};
  const Rect region = chosen ? *chosen
                             : worst_region(samples.back().second.flip, pictures[0].picture.width / 6,
                                            pictures[0].picture.height / 6);
  for (auto& [name, sample] : samples) {
    core::write_png(folder / ("flip_" + file_name(name) + ".png"), core::magma(sample.flip));
    pictures.push_back({fmt::format("{}  FLIP {:.4f}", name, sample.flip.mean), std::move(sample.picture)});
  }
  core::write_png(folder / "side_by_side.png", side_by_side(pictures, region));
}

Evaluation describe(const Settings& settings, const scene::Scene& scene, const gpu::Device& device) {
  return {.scene = scene.name,
          .device = device.info().name,
          .backend = "none",
          .frames = settings.run.frames,
          .unmeasured = static_cast<int>(unscored_frames),
          .start = settings.run.start,
          .frame_seconds = settings.run.frame_seconds,
          .still = settings.run.still,
          .render = renderer::render_size(settings.run.output, settings.render.scale),
          .output = settings.run.output,
          .crop = {},
          .reference_samples = settings.run.reference_samples,
          .upscalers = {}};
}

int run(const Options& options) {
  Settings settings = options.settings.resolve();
  if (settings.run.frames <= static_cast<int>(unscored_frames))
    core::fail_usage("--frames must be at least {}, not {}: the first {} are not scored", unscored_frames + 1,
                     settings.run.frames, unscored_frames);
  const std::vector<std::string> upscalers = chosen_upscalers(options, settings);
  if (settings.render.frames_between > 0)
    if (const std::string why = neural_unavailable(settings); !why.empty())
      core::fail("--frames-between needs the network: {}", why);
  if (options.poses != "path" && options.poses != "held-out")
    core::fail_usage("--poses must be path or held-out, not '{}'", options.poses);
  if (options.poses == "held-out" && settings.render.frames_between > 0)
    core::fail_usage(
        "--frames-between needs the camera's path: there is nothing between views that --poses held-out "
        "takes");
  Truth truth{.files = {}, .crop = rectangle("--crop", options.crop, settings.run.output, least_crop)};
  const core::Size scored =
      truth.crop ? core::Size{truth.crop->width, truth.crop->height} : settings.run.output;
  const std::optional<Rect> region = rectangle("--region", options.region, scored, 1);
  const auto others = others_pictures(options, settings, upscalers);
  if (!options.json.empty()) core::expect_writable(options.json);
  for (const std::string& folder : {options.out, options.pictures, options.ends})
    if (!folder.empty()) core::expect_writable_folder(folder);
  const auto device = open_device(settings);
  const scene::Scene scene = open_scene(options.scene, settings);
  DisplayedRun displayed = make_displayed_run(scene, settings);
  if (options.poses == "held-out") displayed.path = displayed.shown = held_out_run(*device, scene, settings);
  const Settings with_between = settings;
  const bool between = settings.render.frames_between > 0, field = settings.source.source == Source::field;
  settings.render.frames_between = 0;
  const CameraRun& path = displayed.path;

  const std::size_t frames = path.frames.size(), first = displayed.pictures_of(unscored_frames);
  core::Steps steps(
      "evaluating",
      2 * displayed.shown.frames.size() - first + (field ? source_steps(frames, unscored_frames) : 0) +
          (upscalers.size() + (others.empty() ? 0 : 1) + options.self_check + between) * frames);
  const auto drawn = [&] { steps.step(); };
  steps.doing("exposure");
  fix_exposures(*device, scene, displayed.settings, displayed.shown, drawn);
  share_exposures(displayed);
  steps.doing("reference");
  Truth all{.files = make_references(*device, scene, displayed.settings, displayed.shown, first, drawn),
            .crop = truth.crop,
            .pictures = options.pictures};
  for (std::size_t i = 0; i < all.files.size(); i += displayed.shown_per_frame)
    truth.files.push_back(all.files[i]);
  truth.pictures = options.pictures;
  if (!truth.pictures.empty()) write_references(truth);

  Evaluation evaluation = describe(settings, scene, *device);
  evaluation.crop = truth.crop;
  std::vector<std::pair<std::string, Sample>> samples;
  const auto keep = [&](const std::string& name, Scored result) {
    evaluation.upscalers.emplace_back(name, result.score);
    samples.emplace_back(name, std::move(result.middle));
  };
  for (const std::string& name : upscalers) {
    steps.doing(name);
    set(settings, "upscaler", name);
    Scored result = score_upscaler(*device, scene, settings, path, truth, drawn);
    if (name == "neural") evaluation.backend = result.generated_by;
    keep(name, std::move(result));
  }
  steps.doing("source");
  if (field) evaluation.source = score_source(*device, scene, settings, path, drawn);
  steps.doing("other pictures");
  if (!others.empty()) {
    auto results = score_pictures(*device, settings, path, others, truth, drawn);
    for (std::size_t i = 0; i < others.size(); ++i) keep(others[i].name, std::move(results[i]));
  }
  steps.doing("frames between");
  if (between)
    evaluation.between = score_between(*device, scene, with_between, displayed, all, options.ends, drawn);
  std::vector<neural::Finding> findings;
  steps.doing("self-check");
  if (options.self_check) findings = check_path(*device, scene, settings, path, frames, drawn);
  device->expect_valid();

  fmt::print("{}", evaluation_table(evaluation));
  if (options.self_check) fmt::print("{}", describe_findings(findings, frames));
  if (!options.json.empty()) write_evaluation_json(options.json, evaluation);
  if (!options.out.empty()) write_pictures(options.out, truth, region, samples);
  return 0;
}

}  // namespace

Action declare_evaluate(CLI::App& cli) {
  return [options = std::make_shared<Options>(cli)] { return run(*options); };
}

}  // namespace app
