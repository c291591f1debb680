#include "app/measure/score_between.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "app/measure/display_picture.h"
#include "app/measure/shown_pictures.h"
#include "app/open/generator.h"
#include "app/report/report.h"
#include "compute/pixel/half.h"
#include "core/error.h"
#include "core/file.h"
#include "core/picture/image_io.h"

namespace app {
namespace {

using compute::pixel::from_half;
using core::Image;

/// Where a picture between is hard to make, by what it was mixed of: [height][width] each.
struct Masks {
  std::vector<bool> disoccluded;  ///< what is seen is hidden at one end
  std::vector<bool> shading;      ///< both ends see it, and differ: moving shadows, highlights
};
constexpr float half_hidden = 0.5f, visibly_different = 0.08f;  // the second in working colour

/// `shares` covers a picture of this size; `part` of it is scored.
Masks masks_of(const std::vector<core::f16>& shares, core::Size size, const std::optional<Rect>& crop) {
  const Rect part = crop.value_or(Rect{0, 0, size.width, size.height});
  Masks masks;
  for (int y = part.y; y < part.y + part.height; ++y)
    for (int x = part.x; x < part.x + part.width; ++x) {
      const core::f16* share = shares.data() + 4 * (static_cast<std::size_t>(y) * size.width + x);
      const bool hidden = std::min(from_half(share[0]), from_half(share[1])) < half_hidden;
      masks.disoccluded.push_back(hidden);
      masks.shading.push_back(!hidden && from_half(share[2]) > visibly_different);
    }
  return masks;
}

/// A mean squared error over the pixels of masks.
struct MaskedError {
  double sum = 0;
  std::size_t pixels = 0;
  void add(const Image& test, const Image& reference, const std::vector<bool>& mask) {
    for (std::size_t i = 0; i < mask.size(); ++i) {
      if (!mask[i]) continue;
      for (std::size_t c = 0; c < 3; ++c) {
        const double error = static_cast<double>(test.rgb[3 * i + c]) - reference.rgb[3 * i + c];
        sum += error * error;
      }
      ++pixels;
    }
  }
  double psnr_db() const { return pixels ? core::psnr_db(sum / (3.0 * static_cast<double>(pixels))) : 0; }
};

/// The mean length of the gradient: what a picture has of detail.
double detail_of(const Image& image) {
  double sum = 0;
  for (int y = 0; y + 1 < image.height; ++y)
    for (int x = 0; x + 1 < image.width; ++x)
      for (int c = 0; c < 3; ++c) {
        const float here = image.at(x, y)[c], dx = image.at(x + 1, y)[c] - here,
                    dy = image.at(x, y + 1)[c] - here;
        sum += std::sqrt(dx * dx + dy * dy);
      }
  return sum;
}

/// One way to make the pictures between.
struct Way {
  std::string name;
  core::SequenceMetrics metrics = {};
  MaskedError disoccluded = {}, shading = {};
  double detail = 0;
};

Image blend(const Image& a, const Image& b, float of_b) {
  Image mixed(a.width, a.height);
  std::transform(a.rgb.begin(), a.rgb.end(), b.rgb.begin(), mixed.rgb.begin(),
                 [of_b](float x, float y) { return x + (y - x) * of_b; });
  return mixed;
}

/// The lengths of motion in a frame, output pixels.
void add_motion(const core::FrameIo& io, std::vector<float>& lengths) {
  const float rx = static_cast<float>(io.info.output.width) / static_cast<float>(io.info.render.width),
              ry = static_cast<float>(io.info.output.height) / static_cast<float>(io.info.render.height);
  for (std::size_t i = 0; i < core::area(io.info.render); ++i)
    lengths.push_back(std::hypot(rx * from_half(io.motion[2 * i]), ry * from_half(io.motion[2 * i + 1])));
}

/// Writes what picture `k` was mixed of as folder/NAME_{shares,a,b}.exr, and its reference as NAME.png.
void write_ends(const std::filesystem::path& folder, const std::string& name, Generator& generator, int k,
                core::Size size, const Image& reference) {
  core::make_folder(folder);
  std::vector<core::f16> rgba(4 * core::area(size));
  for (const auto& [view, part] : {std::pair{neural::MixtureView::shares, "shares"},
                                   {neural::MixtureView::a, "a"},
                                   {neural::MixtureView::b, "b"}}) {
    generator.draw_mixture(view, k, rgba.data());
    std::vector<core::ExrChannel> channels;
    for (std::size_t c = 0; c < 4; ++c)
      channels.push_back({std::string(1, "RGBA"[c]), core::ExrType::half, &rgba[c], 4 * sizeof(core::f16)});
    core::write_exr(folder / fmt::format("{}_{}.exr", name, part), size.width, size.height, channels);
  }
  core::write_png(folder / (name + ".png"), reference);
}

/// Collects a run's scores, frame by frame.
class BetweenJudge {
 public:
  BetweenJudge(const Truth& truth, std::size_t per_frame) : truth_(truth), per_frame_(per_frame) {}

  /// Takes the pictures before a frame, its own, the masks of those between, and the index of the first one's
  /// reference.
  void add(const std::vector<Image>& between, Image own, const std::vector<Masks>& masks, std::size_t first) {
    for (std::size_t k = 0; k < between.size(); ++k) {
      const Image reference = truth_.read(first + k);
      const float time = static_cast<float>(k + 1) / static_cast<float>(per_frame_);
      score(repeat_, before_, reference, masks[k]);
      score(blend_, blend(before_, own, time), reference, masks[k]);
      score(splat_, between[k], reference, masks[k]);
      write(between[k], first + k);
      pixels_ += masks[k].shading.size();
    }
    const Image reference = truth_.read(first + between.size());
    for (Way* way : {&repeat_, &blend_, &splat_}) way->metrics.pass(own, reference);
    real_.metrics.add(own, reference);
    real_.detail += detail_of(own);
    write(own, first + between.size());
    before_ = std::move(own);
    ++frames_;
  }
  /// Takes the frame before the first that is scored.
  void begin(Image own) { before_ = std::move(own); }

  BetweenScores result(std::vector<double> ms) const {
    BetweenScores scores;
    scores.count = static_cast<int>(per_frame_) - 1;
    for (const Way* way : {&repeat_, &blend_, &splat_}) {
      BetweenScore score;
      score.scores = way->metrics.scores();
      score.psnr_disoccluded_db = way->disoccluded.psnr_db();
      score.psnr_shading_db = way->shading.psnr_db();
      score.detail = way->detail / static_cast<double>(score.scores.frames) /
                     (real_.detail / static_cast<double>(frames_));
      scores.ways.emplace_back(way->name, score);
    }
    scores.ways.back().second.ms_median = percentiles(std::move(ms)).p50;
    scores.real = real_.metrics.scores();
    scores.disoccluded_share = static_cast<double>(splat_.disoccluded.pixels) / static_cast<double>(pixels_);
    scores.shading_share = static_cast<double>(splat_.shading.pixels) / static_cast<double>(pixels_);
    return scores;
  }

 private:
  static void score(Way& way, const Image& picture, const Image& reference, const Masks& masks) {
    way.metrics.add(picture, reference);
    way.disoccluded.add(picture, reference, masks.disoccluded);
    way.shading.add(picture, reference, masks.shading);
    way.detail += detail_of(picture);
  }
  void write(const Image& picture, std::size_t index) const {
    if (truth_.pictures.empty()) return;
    const auto folder = truth_.pictures / "between";
    core::make_folder(folder);
    core::write_png(folder / fmt::format("picture_{:04}.png", index), picture);
  }

  const Truth& truth_;
  std::size_t per_frame_, frames_ = 0, pixels_ = 0;
  Way repeat_{"repeat"}, blend_{"blend"}, splat_{"splat"}, real_{"real"};
  Image before_;
};

}  // namespace

DisplayedRun make_displayed_run(const scene::Scene& scene, const Settings& settings) {
  DisplayedRun run{.path = make_camera_run(scene, settings.run, 0), .shown = {}, .settings = settings};
  run.shown_per_frame = static_cast<std::size_t>(settings.render.frames_between) + 1;
  const int steps = static_cast<int>(run.shown_per_frame);
  run.settings.render.frames_between = 0;
  run.settings.run.frame_seconds /= steps;
  run.settings.run.frames = (settings.run.frames - 1) * steps + 1;
  run.shown = make_camera_run(scene, run.settings.run, 0);
  return run;
}

void share_exposures(DisplayedRun& run) {
  for (std::size_t n = 0; n < run.path.frames.size(); ++n)
    run.path.frames[n].exposure = run.shown.frames[run.pictures_of(n)].exposure;
}

BetweenScores score_between(const gpu::Device& device, const scene::Scene& scene, const Settings& settings,
                            const DisplayedRun& run, const Truth& truth, const std::filesystem::path& ends,
                            const std::function<void()>& drawn) {
  renderer::RenderSettings render = settings.render;
  render.upscaler = renderer::Upscaler::neural;
  render.bloom.enabled = false;
  Frame frame(device, scene, render, settings.run.output);
  give_generators(frame, device, settings);
  ShownPictures shown(device);
  BetweenJudge judge(truth, run.shown_per_frame);
  std::vector<double> ms;
  std::vector<float> motion;
  for (std::size_t n = 0; n < run.path.frames.size(); ++n) {
    frame.draw(render, run.path.frames[n], shown.hooks());
    const auto bytes = shown.take(frame);
    std::vector<Image> pictures;
    for (const auto& rgb : bytes) {
      pictures.push_back(display_picture(settings.run.output, rgb));
      if (truth.crop) pictures.back() = cropped(pictures.back(), *truth.crop);
    }
    Image own = std::move(pictures.back());
    pictures.pop_back();
    if (n <= unscored_frames) {
      judge.begin(std::move(own));
      drawn();
      continue;
    }
    const std::size_t first = run.pictures_of(n - unscored_frames) - pictures.size();
    std::vector<Masks> masks;
    for (int k = 0; k < frame.pictures_between(); ++k) {
      std::vector<core::f16> shares(4 * core::area(settings.run.output));
      frame.left().generator()->draw_mixture(neural::MixtureView::shares, k, shares.data());
      if (!ends.empty()) {
        const std::size_t i = first + static_cast<std::size_t>(k);
        write_ends(ends, fmt::format("picture_{:04}", i), *frame.left().generator(), k, settings.run.output,
                   truth.read(i));
      }
      masks.push_back(masks_of(shares, settings.run.output, truth.crop));
    }
    judge.add(pictures, std::move(own), masks, first);
    for (const gpu::PassTime& pass : frame.passes())
      if (pass.name == "between") ms.push_back(pass.ms());
    add_motion(frame.read_contract(), motion);
    drawn();
  }
  frame.finish();
  BetweenScores scores = judge.result(std::move(ms));
  std::sort(motion.begin(), motion.end());
  if (!motion.empty()) {
    scores.motion_median_px = motion[motion.size() / 2];
    scores.motion_p95_px = motion[motion.size() * 95 / 100];
  }
  return scores;
}

}  // namespace app
