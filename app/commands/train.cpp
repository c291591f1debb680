// `neuraster train SCENE… --minutes N --out FILE`: trains the upscaler on sequences rendered now, or captured
// before (--from DIR).

#include <memory>

#include "app/command_line/options.h"
#include "app/command_line/settings_options.h"
#include "app/commands/commands.h"
#include "app/train/training_run.h"
#include "core/error.h"
#include "core/parallel.h"

namespace app {
namespace {

struct Options {
  explicit Options(CLI::App& cli)
      : settings(cli, {"run.frames", "run.warmup", "run.reference_samples", "upscaling.upscaler", "window"}) {
    add_option(cli, "scenes", run.scenes, "scenes to render sequences of before training")
        .placeholder("SCENE");
    add_option(cli, "--out", run.out, "weights file; checkpoint and loss curve stand beside it")
        .placeholder("FILE")
        .required();
    add_option(cli, "--minutes", run.minutes, "of training, rendering not counted")
        .show_default()
        .range(0.05, 1e5);
    add_option(cli, "--from", run.from, "captured sequences to train on").placeholder("DIR");
    add_flag(cli, "--follow", run.follow,
             "look for new shards in --from while training (a resumed run differs then)");
    add_option(cli, "--sequences", run.sequences, "to render of each scene").show_default().range(1, 100000);
    add_option(cli, "--swap-textures", run.swap_textures, "share of the opaque materials that trade textures")
        .show_default()
        .range(0.0, 1.0);
    add_option(cli, "--threads", threads, "0: all processors; a GPU takes one").show_default().range(0, 1024);
    add_option(cli, "--batch", run.trainer.batch, "sequences a step").show_default().range(1, 1024);
    add_option(cli, "--crop", run.trainer.crop, "output pixels a side").show_default().range(16, 1024);
    add_option(cli, "--rate", run.trainer.adam.rate, "highest learning rate").show_default().range(1e-6, 1.0);
    add_option(cli, "--init", run.start, "weights to go on from; none: from nothing").placeholder("FILE");
    add_option(cli, "--checkpoint-minutes", run.checkpoint_minutes, "between checkpoints")
        .show_default()
        .range(0.01, 1e4);
    add_flag(cli, "--resume", run.resume, "go on from the checkpoint beside --out");
    add_flag(cli, "--overwrite", run.overwrite,
             "replace the weights and the checkpoint that are there already");
    add_option(cli, "--note", run.note, "kept in the weights' metadata, with command, seed and curve")
        .placeholder("TEXT");
  }
  SettingsOptions settings;
  TrainingRunOptions run;
  int threads = 0;
};

int run(Options& options) {
  const Settings settings = options.settings.resolve();
  if (options.run.scenes.empty() && options.run.from.empty())
    core::fail_usage("name scenes to render, or captured sequences with --from DIR");
  options.run.command = command_line();
  options.run.trainer.threads = options.threads > 0 ? options.threads : core::thread_count();
  return TrainingRun(options.run, settings).train();
}

}  // namespace

Action declare_train(CLI::App& cli) {
  return [options = std::make_shared<Options>(cli)] { return run(*options); };
}

}  // namespace app
