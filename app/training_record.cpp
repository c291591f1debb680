#include "app/training_record.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <sstream>
#include <vector>

#include "core/file.h"
#include "neural/loss.h"
#include "neural/pixel_ops.h"

namespace app {
namespace {

template <typename Value>
core::Image encoded(neural::Size size, const Value* rgba, float (*linear)(Value)) {
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

}  // namespace

neural::Scores validation_scores(neural::Trainer& trainer, const neural::Weights& weights) {
  struct Sums {
    int frames = 0;
    double ssim = 0, flip = 0;
  };
  std::vector<Sums> sums(trainer.validation_count());
  const neural::ValidationReport report = trainer.validate(
      weights, [&](std::size_t sequence, const neural::TrainingFrame& frame, const float* output) {
        const neural::Size size = frame.info.output;
        const core::Image is = encoded<float>(size, output, [](float x) { return x; }),
                          should = encoded<neural::f16>(size, frame.truth.data(), neural::pixel::from_half);
        sums[sequence].ssim += neural::ssim(is, should);
        sums[sequence].flip += neural::flip(is, should).mean;
        ++sums[sequence].frames;
      });
  neural::Scores scores{.psnr_db = report.psnr_db, .tpsnr_db = report.tpsnr_db};
  for (const Sums& sum : sums) {
    scores.frames += sum.frames;
    scores.ssim += sum.ssim;
    scores.flip += sum.flip;
  }
  scores.ssim /= std::max(1, scores.frames);
  scores.flip /= std::max(1, scores.frames);
  return scores;
}

double validation_value(const neural::Scores& scores) {
  return scores.psnr_db + scores.tpsnr_db;
}

nlohmann::ordered_json as_json(const neural::Scores& s) {
  return {{"psnr_db", s.psnr_db}, {"tpsnr_db", s.tpsnr_db}, {"ssim", s.ssim}, {"flip", s.flip}};
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

void Curve::validated(long step, double seconds, const neural::Scores& s) {
  text_ += fmt::format("{},{:.1f},,,{:.4f},{:.4f},{:.5f},{:.5f}\n", step, seconds, s.psnr_db, s.tpsnr_db,
                       s.ssim, s.flip);
}

void Curve::write() const {
  core::write_file(path_, columns + text_);
}

nlohmann::ordered_json with_history(nlohmann::ordered_json own, const neural::Weights& start) {
  double minutes = own.value("minutes", 0.0);
  nlohmann::ordered_json before = nlohmann::ordered_json::array();
  const auto found = start.metadata.find("training");
  auto theirs = found == start.metadata.end() ? nlohmann::ordered_json()
                                              : nlohmann::ordered_json::parse(found->second, nullptr, false);
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

}  // namespace app
