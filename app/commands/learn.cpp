// `neuraster learn SCENE --minutes N --out FILE`: learns a scene into a field.

#include <memory>

#include "app/command_line/options.h"
#include "app/command_line/settings_options.h"
#include "app/commands/commands.h"
#include "app/train/field_run.h"

namespace app {
namespace {

struct Options {
  explicit Options(CLI::App& cli)
      : settings(cli, {"run.frames", "run.warmup", "run.output", "run.start", "run.frame_seconds",
                       "run.still", "run.reference_samples", "run.backend", "run.precision", "run.weights",
                       "upscaling", "taau", "neural", "compare", "source", "window"}) {
    run.learner.threads = 0;
    run.learner.minutes = 5;
    run.learner.held_out = 8;
    run.learner.held_out_samples = 16;
    add_option(cli, "scene", run.scene, "an .obj or a scene file; none: the scene that ships")
        .placeholder("SCENE");
    add_option(cli, "--out", run.out, "the field, a safetensors file; its curve (.csv) stands beside it")
        .placeholder("FILE")
        .required();
    add_option(cli, "--minutes", run.learner.minutes, "of learning, drawing views included")
        .show_default()
        .range(0.05, 1e5);
    add_option(cli, "--lines", run.learner.lines, "of the views that it learns from, which are 16:9")
        .show_default()
        .range(90, 1080);
    add_option(cli, "--threads", run.learner.threads, "0: all processors").show_default().range(0, 1024);
    add_option(cli, "--rays", run.learner.trainer.rays, "a step").show_default().range(256, 1 << 20);
    add_option(cli, "--rate", run.learner.trainer.entry_rate, "highest learning rate of the grid's features")
        .show_default()
        .range(1e-6, 1.0);
    add_option(cli, "--held-out", run.learner.held_out, "views that it is scored on, and never learns from")
        .show_default()
        .range(1, 1000);
    add_option(cli, "--save-minutes", run.save_minutes, "between two scores and writes of the file")
        .show_default()
        .range(0.01, 1e4);
    add_flag(cli, "--resume", run.resume, "go on from the file at --out");
    add_flag(cli, "--overwrite", run.overwrite, "replace the file that is there already");
  }
  SettingsOptions settings;
  FieldRunOptions run;
};

int run(Options& options) {
  const Settings settings = options.settings.resolve();
  options.run.command = command_line();
  return run_field(options.run, settings);
}

}  // namespace

Action declare_learn(CLI::App& cli) {
  return [options = std::make_shared<Options>(cli)] { return run(*options); };
}

}  // namespace app
