// `neuraster profile SCENE --report DIR`: every pass of every frame, for each combination of a sweep.

#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "app/command_line/options.h"
#include "app/command_line/settings_options.h"
#include "app/commands/commands.h"
#include "app/measure/camera_run.h"
#include "app/measure/cpu_contention.h"
#include "app/measure/memory_use.h"
#include "app/measure/references.h"
#include "app/measure/score.h"
#include "app/measure/self_check_run.h"
#include "app/measure/time_frames.h"
#include "app/open/field.h"
#include "app/open/generator.h"
#include "app/open/scene_and_device.h"
#include "app/report/picture.h"
#include "app/report/report.h"
#include "app/report/sweep.h"
#include "core/error.h"
#include "core/file.h"
#include "core/progress.h"
#include "core/standard_streams.h"
#include "core/version.h"

namespace app {
namespace {

struct Options {
  explicit Options(CLI::App& cli) : settings(cli, {"window"}) {
    add_option(cli, "scene", scene, "an .obj or a scene file; none: the scene that ships")
        .placeholder("SCENE");
    add_option(cli, "--report", report, "folder for profile.json, profile.csv, trace.json and report.html")
        .placeholder("DIR")
        .required();
    add_option(cli, "--from", from, "run nothing: make report.html anew from this profile.json")
        .placeholder("FILE");
    add_option(cli, "--sweep", sweeps, "a setting and its values; every combination of all sweeps is run")
        .placeholder("NAME=V,V");
    add_option(cli, "--repeat", repeats, "run all of it so many times, in turns: compare takes the fastest")
        .range(1, 1000);
    add_flag(cli, "--processor-time", processor_time,
             "dynamic resolution holds the processors' time instead of the wall clock's: for a busy machine");
    add_flag(cli, "--self-check", self_check,
             "name mistakes in what the upscaler is given, measured on the frames");
    add_flag(cli, "--quality", quality, "score each combination against the reference as well");
    add_option(cli, "--quality-frames", quality_frames,
               "of how many frames, from the first: a reference takes seconds a frame")
        .range(static_cast<int>(unscored_frames) + 1, 1000000)
        .show_default();
  }
  SettingsOptions settings;
  std::string scene, report, from;
  std::vector<std::string> sweeps;
  int repeats = 1, quality_frames = 40;
  bool quality = false, self_check = false, processor_time = false;
};

std::vector<NamedValue> memory_table(const gpu::Device& device, Frame& frame) {
  const auto in_words = [](std::uint64_t bytes) {
    return fmt::format("{:.0f} MiB", static_cast<double>(bytes) / (1 << 20));
  };
  std::vector<NamedValue> table;
  for (const MemoryUse& use : memory_use(device, frame.generator_memory()))
    table.emplace_back(use.owner, in_words(use.bytes));
  table.emplace_back("process, peak", in_words(peak_memory()));
  return table;
}

/// Scores the pictures against references that all combinations share. They have the exposure of the first
/// combination.
class Quality {
 public:
  Quality(const gpu::Device& device, const scene::Scene& scene, const Settings& settings, int frames,
          core::Steps& steps)
      : device_(device), scene_(scene), path_(make_camera_run(scene, first(settings.run, frames), 0)) {
    steps.doing("reference");
    fix_exposures(device, scene, settings, path_, [&] { steps.step(); });
    truth_.files = make_references(device, scene, settings, path_, unscored_frames, [&] { steps.step(); });
  }
  /// With dynamic resolution it draws at the scales that the timed run had.
  core::Scores score(const Settings& settings, const ProfileRun& run, core::Steps& steps) const {
    CameraRun path = path_;
    for (std::size_t n = 0; n < path.frames.size() && settings.dynamic_resolution.target_ms > 0; ++n)
      path.frames[n].scale =
          static_cast<float>(run.output.height) / static_cast<float>(run.frames.at(n).render.height);
    return score_upscaler(device_, scene_, settings, path, truth_, [&] { steps.step(); }).score.scores;
  }
  /// The number of calls of step() by the constructor and by one score().
  static std::size_t steps_once(int frames) { return 2 * static_cast<std::size_t>(frames) - unscored_frames; }

 private:
  static RunSettings first(RunSettings run, int frames) {
    run.frames = frames;
    return run;
  }
  const gpu::Device& device_;
  const scene::Scene& scene_;
  CameraRun path_;
  Truth truth_;
};

/// Continues the run's clock.
void append_frames(ProfileRun& run, std::vector<FrameTrace> frames) {
  const double shift = run.frames.empty() ? 0 : run.frames.back().end_ms - frames.front().begin_ms;
  for (FrameTrace& frame : frames) {
    frame.begin_ms += shift;
    frame.end_ms += shift;
    for (Span& span : frame.spans) span.begin_ms += shift, span.end_ms += shift;
    run.frames.push_back(std::move(frame));
  }
  run.render = run.frames.back().render;
}

void print_summary(const Profile& profile) {
  fmt::print("{:<36} {:>9} {:>9} {:>9} {:>7} {:>7}\n", "", "p50 ms", "p95 ms", "p99 ms", "fps", "shown");
  for (const ProfileRun& run : profile.runs) {
    const Percentiles frame = percentiles(times_of(run).frame_ms);
    const double shown = static_cast<double>(run.displayed()) / static_cast<double>(run.frames.size());
    fmt::print("{:<36} {:>9.2f} {:>9.2f} {:>9.2f} {:>7.1f} {:>7.1f}\n", run.label(), frame.p50, frame.p95,
               frame.p99, 1000 / frame.mean, 1000 * shown / frame.mean);
  }
  if (const std::string warning = timer_warning(profile.runs); !warning.empty()) core::tell(warning);
}

int write_page_again(const Options& options) {
  const ProfileTimes profile = read_profile(options.from);  // says what is none
  std::vector<std::string> pictures;
  for (const RunTimes& run : profile.runs)
    pictures.push_back(picture_for_page(std::filesystem::path(options.from).parent_path(), run.picture));
  const std::filesystem::path folder = options.report;
  core::make_folder(folder);
  std::string text = core::read_text(options.from);
  text.erase(text.find_last_not_of("\n") + 1);
  write_html_page(folder / "report.html", std::move(text), pictures);
  fmt::print("report in {}\n", (folder / "report.html").string());
  return 0;
}

int run(const Options& options) {
  if (!options.from.empty()) return write_page_again(options);
  const Settings base = use_what_runs(options.settings.resolve());
  const auto combinations = sweep_combinations(options.sweeps);
  std::vector<Settings> settings(combinations.size(), base);
  for (std::size_t i = 0; i < combinations.size(); ++i)  // a wrong name or value ends it here, not in an hour
    for (const auto& [name, value] : combinations[i]) {
      const Parameter* parameter = find_parameter(name);
      if (parameter && (parameter->group() == "run" || parameter->group() == "window") && name != "output")
        core::fail_usage("--sweep {}: it is the same for all combinations of one profile", name);
      set(settings[i], name, value);
    }
  if (options.quality && base.run.frames <= static_cast<int>(unscored_frames))
    core::fail_usage("--quality needs --frames of at least {}, not {}: the first {} are not scored",
                     unscored_frames + 1, base.run.frames, unscored_frames);
  core::expect_writable_folder(options.report);
  const auto device = open_device(base);
  const scene::Scene scene = open_scene(options.scene, base);

  const CameraRun path = make_camera_run(scene, base.run, base.run.warmup);
  const int scored = std::min(base.run.frames, options.quality_frames);
  core::Steps steps("profiling",
                    static_cast<std::size_t>(options.repeats) * combinations.size() * path.frames.size() +
                        (options.quality ? Quality::steps_once(scored) +
                                               combinations.size() * static_cast<std::size_t>(scored)
                                         : 0) +
                        (options.self_check ? combinations.size() * path.frames.size() : 0));
  Profile profile{.scene = scene.name,
                  .device = device->info().name,
                  .driver = device->info().driver,
                  .program = core::program_version(),
                  .start = base.run.start,
                  .frame_seconds = base.run.frame_seconds,
                  .warmup = base.run.warmup,
                  .runs = {}};
  std::unique_ptr<Quality> quality;
  if (options.quality) quality = std::make_unique<Quality>(*device, scene, settings[0], scored, steps);
  for (std::size_t i = 0; i < combinations.size(); ++i)
    profile.runs.push_back({.settings = combinations[i],
                            .upscaler = get(settings[i], "upscaler"),
                            .backend = {},
                            .render = {},
                            .output = settings[i].run.output,
                            .frames = {},
                            .quality = {}});
  // The combinations take turns, so that a disturbance of the machine hits all of them and not only one.
  for (int repeat = 0; repeat < options.repeats; ++repeat)
    for (std::size_t i = 0; i < combinations.size(); ++i) {
      ProfileRun& run = profile.runs[i];
      steps.doing(run.label());
      Frame frame(*device, scene, settings[i].render, settings[i].run.output);
      const auto stages = std::make_shared<StageLog>();
      give_generators(frame, *device, settings[i], stages);
      give_source(frame, *device, scene, settings[i]);
      const Contention contention;
      append_frames(run, time_frames(frame, settings[i].render, path, [&] { steps.step(); },
                                     {.stages = stages.get(),
                                      .dynamic_resolution = settings[i].dynamic_resolution,
                                      .hold_processor_time = options.processor_time}));
      run.backend = frame.generated_by();
      run.waited_for_cpu += contention.waited() / options.repeats;
      run.memory = memory_table(*device, frame);
      if (repeat > 0) continue;
      run.picture = fmt::format("picture_{:02}.jpg", i);
      write_jpeg(std::filesystem::path(options.report) / run.picture, run.output, frame.read_picture());
    }
  for (std::size_t i = 0; i < combinations.size(); ++i) {
    steps.doing("quality");
    if (quality) profile.runs[i].quality = quality->score(settings[i], profile.runs[i], steps);
  }
  std::string checked;
  for (std::size_t i = 0; options.self_check && i < combinations.size(); ++i) {
    steps.doing("self-check");
    const auto findings =
        check_path(*device, scene, settings[i], path, path.frames.size(), [&] { steps.step(); });
    checked +=
        fmt::format("{}: {}", profile.runs[i].label(), describe_findings(findings, path.frames.size()));
  }
  device->expect_valid();
  write_report(options.report, profile);
  print_summary(profile);
  fmt::print("{}", checked);
  fmt::print("report in {}\n", (std::filesystem::path(options.report) / "report.html").string());
  return 0;
}

}  // namespace

Action declare_profile(CLI::App& cli) {
  return [options = std::make_shared<Options>(cli)] { return run(*options); };
}

}  // namespace app
