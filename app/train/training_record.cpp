#include "app/train/training_record.h"

#include <fmt/core.h>

#include <cstdlib>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "core/error.h"
#include "core/file.h"
#include "core/version.h"
#include "neural/train/loss.h"
#include "neural/upscale/pixel/color.h"

namespace app {
namespace {
using Json = nlohmann::ordered_json;

template <typename Value, typename Linear>
core::Image encoded(core::Size size, const Value* rgba, const Linear& linear) {
  core::Image image(size.width, size.height);
  for (std::size_t i = 0; i < image.pixels(); ++i) {
    float rgb[3];
    for (std::size_t c = 0; c < 3; ++c) rgb[c] = linear(rgba[4 * i + c]);
    neural::display_encode(rgb, &image.rgb[3 * i]);
  }
  return image;
}

constexpr const char* columns =
    "step,seconds,loss,rate,validation_psnr_db,validation_tpsnr_db,validation_ssim,validation_flip\n";

Json as_json(const core::Scores& s) {
  return {{"psnr_db", s.psnr_db}, {"tpsnr_db", s.tpsnr_db}, {"ssim", s.ssim}, {"flip", s.flip}};
}

Json with_history(Json own, const neural::Weights& start) {
  double minutes = own.value("minutes", 0.0);
  Json before = Json::array();
  const auto found = start.metadata.find("training");
  auto theirs = found == start.metadata.end() ? Json() : Json::parse(found->second, nullptr, false);
  if (theirs.is_object()) {
    minutes += theirs.value("minutes_in_all", theirs.value("minutes", 0.0));
    if (theirs.contains("before")) before = theirs["before"];
    theirs.erase("before");
    theirs.erase("minutes_in_all");
    before.push_back(theirs);
  }
  own["minutes_in_all"] = minutes;
  own["before"] = before;
  return own;
}

}  // namespace

core::Scores validation_scores(neural::TrainingSession& session, const neural::Weights& weights) {
  struct Sums {
    int frames = 0;
    double ssim = 0, flip = 0;
  };
  std::mutex mutex;
  std::map<std::size_t, Sums> sums;  // in the order of the sequences, so that the mean is always the same
  const neural::ValidationReport report = session.validate(
      weights, [&](std::size_t sequence, const neural::TrainingFrame& frame, const float* output) {
        const core::Size size = frame.info.output;
        const core::Image picture = encoded(size, output, [](float x) { return x; }),
                          target = encoded(size, frame.truth.data(),
                                           [](core::f16 half) { return compute::pixel::from_half(half); });
        const double ssim = core::ssim(picture, target), flip = core::flip(picture, target).mean;
        const std::lock_guard lock(mutex);
        sums[sequence].ssim += ssim;
        sums[sequence].flip += flip;
        ++sums[sequence].frames;
      });
  core::Scores scores{.psnr_db = report.psnr_db, .tpsnr_db = report.tpsnr_db};
  for (const auto& [sequence, sum] : sums) {
    scores.frames += sum.frames;
    scores.ssim += sum.ssim;
    scores.flip += sum.flip;
  }
  scores.ssim /= std::max(1, scores.frames);
  scores.flip /= std::max(1, scores.frames);
  return scores;
}

double validation_value(const core::Scores& scores) {
  return scores.psnr_db + scores.tpsnr_db;
}

Curve::Curve(std::filesystem::path path, long resumed_step) : path_(std::move(path)) {
  if (resumed_step == 0 || !std::filesystem::exists(path_)) return;
  // What was written after the checkpoint is computed again.
  std::istringstream old(core::read_text(path_));
  std::string line;
  std::getline(old, line);
  while (std::getline(old, line))
    if (std::strtol(line.c_str(), nullptr, 10) <= resumed_step) text_ += line + "\n";
}

void Curve::add(const neural::StepReport& report, double seconds) {
  text_ += fmt::format("{},{:.1f},{:.7f},{:.3e},,,,\n", report.step, seconds, report.loss, report.rate);
}

void Curve::validated(long step, double seconds, const core::Scores& s) {
  text_ += fmt::format("{},{:.1f},,,{:.4f},{:.4f},{:.5f},{:.5f}\n", step, seconds, s.psnr_db, s.tpsnr_db,
                       s.ssim, s.flip);
}

void Curve::write() const {
  core::write_file(path_, columns + text_);
}

std::string checkpoint_note(const TrainingProgress& progress) {
  return Json{{"seconds", progress.seconds},
              {"best_step", progress.best_step},
              {"best_psnr_db", progress.best_scores.psnr_db},
              {"best_tpsnr_db", progress.best_scores.tpsnr_db},
              {"best_ssim", progress.best_scores.ssim},
              {"best_flip", progress.best_scores.flip}}
      .dump();
}

TrainingProgress read_checkpoint_note(const std::string& note, const std::filesystem::path& file) {
  const Json json = Json::parse(note, nullptr, false);
  if (!json.is_object()) core::fail("{}: the checkpoint's note cannot be read", file.string());
  return {.seconds = json.value("seconds", 0.0),
          .best_step = json.value("best_step", -1L),
          .best_scores = {.psnr_db = json.value("best_psnr_db", 0.0),
                          .tpsnr_db = json.value("best_tpsnr_db", 0.0),
                          .ssim = json.value("best_ssim", 0.0),
                          .flip = json.value("best_flip", 0.0)}};
}

std::string training_record(const TrainingRecord& record, const neural::TrainingSession& session,
                            const neural::TrainerSettings& settings, const neural::Weights& start) {
  Json own{{"command", record.command},
           {"program", core::program_version()},
           {"on", session.description()},
           {"seed", settings.seed},
           {"minutes", record.progress.seconds / 60},
           {"of_minutes", record.of_minutes},
           {"steps", session.steps()},
           {"sequences", session.sequence_count()},
           {"validation_sequences", session.validation_count()},
           {"batch", settings.batch},
           {"crop", settings.crop},
           {"unroll", settings.unroll},
           {"rate", settings.adam.rate},
           {"averaging", settings.averaging},
           {"init", record.init},
           {"note", record.note}};
  if (session.validation_count() > 0) {
    own["best_step"] = record.progress.best_step;
    own["validation"] = as_json(record.progress.best_scores);
  }
  return with_history(std::move(own), start).dump();
}

}  // namespace app
