#include "app/train/training_record.h"

#include <fmt/core.h>

#include <cstdlib>
#include <limits>
#include <sstream>
#include <utility>

#include "core/error.h"
#include "core/file.h"
#include "core/json.h"
#include "core/version.h"

namespace app {
namespace {
using Json = nlohmann::ordered_json;

constexpr const char* columns =
    "step,seconds,loss,rate,validation_psnr_db,validation_tpsnr_db,validation_ssim,validation_flip\n";

Json as_json(const core::Scores& s) {
  return {{"psnr_db", s.psnr_db}, {"tpsnr_db", s.tpsnr_db}, {"ssim", s.ssim}, {"flip", s.flip}};
}

/// The record that the weights at the start brought with them; null where they have none.
Json earlier_record(const neural::Weights& start, const std::string& file) {
  const auto found = start.metadata.find("training");
  if (found == start.metadata.end()) return {};
  const std::string name = file + ": the metadata entry 'training'";
  Json record = core::parse_json<Json>(found->second, name);
  if (!record.is_object()) core::fail("{} is no record of a training", name);
  for (const char* minutes : {"minutes", "minutes_in_all"})
    if (record.contains(minutes) && !record[minutes].is_number())
      core::fail("{}: {} is {}, not a number", name, minutes, core::json_text(record[minutes]));
  if (record.contains("before") && !record["before"].is_array())
    core::fail("{}: 'before' is not a list", name);
  return record;
}

Json with_history(Json own, Json theirs) {
  double minutes = own.value("minutes", 0.0);
  Json before = Json::array();
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
  const std::string name = file.string() + ": the checkpoint's note";
  const Json json = core::parse_json<Json>(note, name);
  const auto number = [&](const char* key) {
    const auto found = json.is_object() ? json.find(key) : json.end();
    if (found == json.end() || !(found->is_number() || found->is_null()))
      core::fail("{} has no number {}", name, key);
    // JSON has no infinity, which is the PSNR of equal pictures.
    return found->is_null() ? std::numeric_limits<double>::infinity() : found->get<double>();
  };
  const double seconds = number("seconds"), best_step = number("best_step");
  if (!(seconds >= 0 && seconds < 1e12 && best_step >= -1 && best_step < 1e12))
    core::fail("{} has an impossible time or step", name);
  return {.seconds = seconds,
          .best_step = static_cast<long>(best_step),
          .best_scores = {.psnr_db = number("best_psnr_db"),
                          .tpsnr_db = number("best_tpsnr_db"),
                          .ssim = number("best_ssim"),
                          .flip = number("best_flip")}};
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
  return core::json_text(with_history(std::move(own), earlier_record(start, record.init)));
}

}  // namespace app
