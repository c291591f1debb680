#include "app/train/field_run.h"

#include <fmt/format.h>

#include <cstdio>
#include <ctime>
#include <filesystem>
#include <sstream>

#include <nlohmann/json.hpp>

#include "app/open/scene_and_device.h"
#include "app/train/run_outputs.h"
#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/progress.h"

namespace app {
namespace {
namespace fs = std::filesystem;

constexpr double slice_seconds = 1;

double cpu_seconds() {
  std::timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// The curve of a run, which a resumed one goes on with.
struct FieldCurve {
  std::string text = "seconds,cpu_seconds,views,steps,loss,psnr_db,flip\n";
  double cpu_seconds = 0;  ///< in its last line
};

/// Reads a curve up to the moment that the field was written at.
FieldCurve curve_until(const fs::path& file, double seconds) {
  constexpr double rounding = 0.06;  // of the seconds in a line
  FieldCurve curve;
  std::error_code none;
  if (!fs::is_regular_file(file, none)) return curve;
  std::istringstream lines(core::read_text(file));
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    double at = 0, cpu = 0;
    if (std::sscanf(line.c_str(), "%lf,%lf", &at, &cpu) != 2 || at > seconds + rounding) break;
    curve.text += line + '\n';
    curve.cpu_seconds = cpu;
  }
  return curve;
}

}  // namespace

int run_field(const FieldRunOptions& options, const Settings& settings) {
  const core::FileLock lock = reserve({.out = options.out,
                                       .what = "field",
                                       .beside = {".csv"},
                                       .kept_beside = {},
                                       .resume = options.resume,
                                       .overwrite = options.overwrite});
  std::error_code none;
  if (options.resume && !fs::is_regular_file(options.out, none))
    core::fail_usage("--resume: there is no '{}' to go on with", options.out);
  const fs::path curve_file = fs::path(options.out).replace_extension(".csv");
  scene::Scene scene = open_scene(options.scene, settings);
  const std::string name = scene.name;
  FieldLearner learner(std::move(scene), settings, options.learner);
  if (options.resume) learner.restart(options.out);
  learner.set_record(
      nlohmann::json{{"command", options.command}, {"minutes", options.learner.minutes}}.dump());
  FieldCurve curve = options.resume ? curve_until(curve_file, learner.seconds()) : FieldCurve{};
  fmt::print("learning {} at {} lines, {}\n", name, options.learner.lines, learner.description());
  // Views are held out while others are learned from, so this is told again in the end.
  const auto tell_rivals = [&](const char* which) {
    const LearnedScore rasterizer = learner.score_rasterizer(), surfels = learner.score_field(true);
    fmt::print("{} held-out views: the rasterizer's own frames {:.2f} dB, the surfels alone {:.2f} dB\n",
               which, rasterizer.psnr_db, surfels.psnr_db);
  };
  tell_rivals("first");
  std::fflush(stdout);
  const double whole = options.learner.minutes * 60, cpu_before = cpu_seconds() - curve.cpu_seconds;
  double saved = learner.seconds(), loss = 0, samples = 0, sampled = 0;
  const auto save = [&] {
    const LearnedScore score = learner.score_field(false);
    curve.text += fmt::format("{:.1f},{:.1f},{},{},{:.6f},{:.3f},{:.4f}\n", learner.seconds(),
                              cpu_seconds() - cpu_before, learner.views(), learner.steps(), loss,
                              score.psnr_db, score.flip.value_or(0));
    core::write_file(curve_file, curve.text);
    learner.keep(options.out);
    fmt::print(
        "{:6.1f} min  {:5} views  {:6} steps  {:.2f} million samples a second  held out {:.2f} dB, FLIP "
        "{:.4f}\n",
        learner.seconds() / 60, learner.views(), learner.steps(), sampled > 0 ? 1e-6 * samples / sampled : 0,
        score.psnr_db, score.flip.value_or(0));
    std::fflush(stdout);
    saved = learner.seconds();
    samples = sampled = 0;
  };
  const core::Interrupt interrupt;
  {
    core::Progress bar("learning");
    while (learner.seconds() < whole && !interrupt.asked()) {
      const double before = learner.seconds();
      const LearnerWork work = learner.work(slice_seconds);
      for (const double one : work.losses) loss = loss == 0 ? one : loss + 0.02 * (one - loss);
      samples += work.samples;
      sampled += learner.seconds() - before;
      bar.update(learner.seconds() / whole, fmt::format("{} views, loss {:.5f}", learner.views(), loss));
      if (learner.seconds() - saved > 60 * options.save_minutes) save();
    }
  }
  save();
  tell_rivals("all");
  fmt::print("{}: {:.1f} MB; learning took {:.0f} MB and {:.0f} CPU seconds\n", options.out,
             1e-6 * static_cast<double>(fs::file_size(options.out)),
             1e-6 * static_cast<double>(learner.bytes()), cpu_seconds() - cpu_before);
  if (!interrupt.asked()) return 0;
  fmt::print("stopped before its time, and everything is written: --resume goes on\n");
  return interrupt.exit_status();
}

}  // namespace app
