#include "app/train/validation_scores.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "app/report/evaluation.h"
#include "neural/train/loss.h"
#include "neural/upscale/pixel/color.h"

namespace app {
namespace {

using compute::pixel::from_half;
using neural::TrainingFrame;

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

core::Image encoded(core::Size size, const float* rgba) {
  return encoded(size, rgba, [](float x) { return x; });
}

core::Image encoded_truth(const TrainingFrame& frame) {
  return encoded(frame.info.output, frame.truth.data(), [](core::f16 half) { return from_half(half); });
}

/// SSIM and FLIP of pictures that arrive frame after frame, for several sequences at once.
class Sums {
 public:
  void add(std::size_t sequence, const TrainingFrame& frame, const float* output) {
    const core::Image picture = encoded(frame.info.output, output), target = encoded_truth(frame);
    const double ssim = core::ssim(picture, target), flip = core::flip(picture, target).mean;
    const std::lock_guard lock(mutex_);
    One& one = sums_[sequence];
    one.ssim += ssim;
    one.flip += flip;
    ++one.frames;
  }

  /// Returns the means, with the PSNR of the same pictures.
  core::Scores scores(const neural::ValidationReport& report) const {
    core::Scores scores{.psnr_db = report.psnr_db, .tpsnr_db = report.tpsnr_db};
    for (const auto& [sequence, one] : sums_) {
      scores.frames += one.frames;
      scores.ssim += one.ssim;
      scores.flip += one.flip;
    }
    scores.ssim /= std::max(1, scores.frames);
    scores.flip /= std::max(1, scores.frames);
    return scores;
  }

 private:
  struct One {
    int frames = 0;
    double ssim = 0, flip = 0;
  };
  std::mutex mutex_;
  std::map<std::size_t, One> sums_;  // in the order of the sequences, so that the mean is always the same
};

/// The frame's colour at the output's size, [height][width][4], as the renderer's upscaler `bilinear` has it:
/// sampled where the jitter has put the pixels.
std::vector<float> bilinear(const TrainingFrame& frame) {
  const core::Size in = frame.info.render, out = frame.info.output;
  std::vector<float> result(4 * area(out));
  const auto at = [&](int x, int y, std::size_t c) {
    x = std::clamp(x, 0, in.width - 1), y = std::clamp(y, 0, in.height - 1);
    const std::size_t pixel =
        static_cast<std::size_t>(y) * static_cast<std::size_t>(in.width) + static_cast<std::size_t>(x);
    return from_half(frame.color[4 * pixel + c]);
  };
  float* to = result.data();
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x, to += 4) {
      const float px =
          (static_cast<float>(x) + 0.5f) * static_cast<float>(in.width) / static_cast<float>(out.width) -
          0.5f - frame.info.jitter[0];
      const float py =
          (static_cast<float>(y) + 0.5f) * static_cast<float>(in.height) / static_cast<float>(out.height) -
          0.5f - frame.info.jitter[1];
      const int left = static_cast<int>(std::floor(px)), top = static_cast<int>(std::floor(py));
      const float right = px - static_cast<float>(left), below = py - static_cast<float>(top);
      for (std::size_t c = 0; c < 3; ++c)
        to[c] = std::lerp(std::lerp(at(left, top, c), at(left + 1, top, c), right),
                          std::lerp(at(left, top + 1, c), at(left + 1, top + 1, c), right), below);
    }
  return result;
}

/// Each pixel as a square of pixels, so that a small picture and its name fit below each other.
core::Image enlarged(const core::Image& image, int factor) {
  core::Image large(image.width * factor, image.height * factor);
  for (int y = 0; y < large.height; ++y)
    for (int x = 0; x < large.width; ++x) std::copy_n(image.at(x / factor, y / factor), 3, large.at(x, y));
  return large;
}

core::Image side_by_side(std::vector<Labelled> pictures) {
  const core::Image& first = pictures.front().picture;
  const int factor = std::max(1, (240 + first.width - 1) / std::max(1, first.width));
  const core::FlipMap wrong = core::flip(pictures[pictures.size() - 2].picture, pictures.back().picture);
  Rect region = worst_region(wrong, std::max(1, first.width / 4), std::max(1, first.height / 4));
  for (int* side : {&region.x, &region.y, &region.width, &region.height}) *side *= factor;
  for (Labelled& one : pictures) one.picture = enlarged(one.picture, factor);
  return app::side_by_side(pictures, region);
}

}  // namespace

core::Scores validation_scores(neural::TrainingSession& session, const neural::Weights& weights) {
  Sums sums;
  return sums.scores(
      session.validate(weights, [&](std::size_t sequence, const TrainingFrame& frame, const float* output) {
        sums.add(sequence, frame, output);
      }));
}

double validation_value(const core::Scores& scores) {
  return scores.psnr_db + scores.tpsnr_db;
}

std::optional<ValidationComparison> compare_on_validation(neural::TrainingSession& session,
                                                          const neural::Weights& weights) {
  if (session.validation_count() == 0) return {};
  Sums by_bilinear, by_taau, by_network;
  std::vector<neural::SequenceErrors> of_bilinear(session.validation_count());
  // Frames of the first sequence, in their order; one thread does a whole sequence.
  std::vector<core::Image> from_bilinear, from_taau, from_network, truth;
  // An untrained network is TAAU.
  const neural::ValidationReport taau = session.validate(
      neural::initial_weights(0), [&](std::size_t sequence, const TrainingFrame& frame, const float* output) {
        const std::vector<float> plain = bilinear(frame);
        by_bilinear.add(sequence, frame, plain.data());
        of_bilinear[sequence].add(plain.data(), frame);
        by_taau.add(sequence, frame, output);
        if (sequence > 0) return;
        from_bilinear.push_back(encoded(frame.info.output, plain.data()));
        from_taau.push_back(encoded(frame.info.output, output));
        truth.push_back(encoded_truth(frame));
      });
  const neural::ValidationReport network =
      session.validate(weights, [&](std::size_t sequence, const TrainingFrame& frame, const float* output) {
        by_network.add(sequence, frame, output);
        if (sequence == 0) from_network.push_back(encoded(frame.info.output, output));
      });
  neural::ValidationErrors errors;
  for (const neural::SequenceErrors& one : of_bilinear) errors += one.sums();
  ValidationComparison result{by_bilinear.scores(neural::ValidationReport(errors)),
                              by_taau.scores(taau),
                              by_network.scores(network),
                              {}};
  if (truth.empty()) return result;  // a sequence without scored frames
  const std::size_t middle = truth.size() / 2;
  result.picture = side_by_side({{"bilinear", std::move(from_bilinear[middle])},
                                 {"TAAU", std::move(from_taau[middle])},
                                 {"network", std::move(from_network[middle])},
                                 {"truth", std::move(truth[middle])}});
  return result;
}

}  // namespace app
