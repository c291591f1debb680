#include "app/measure/score.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "app/measure/display_picture.h"
#include "app/open/field.h"
#include "app/open/generator.h"
#include "app/report/report.h"
#include "core/file.h"
#include "core/picture/image_io.h"

namespace app {
namespace fs = std::filesystem;
namespace {

/// The time of the upscaler alone: of the GPU's pass "upscale", or of the generator's "generate".
double upscaler_ms(const std::vector<gpu::PassTime>& passes) {
  double ms = 0;
  for (const gpu::PassTime& pass : passes)
    if (pass.name == "upscale" || pass.name == "generate") ms += pass.ms();
  return ms;
}

void write_scored(const fs::path& folder, std::size_t i, const core::Image& picture) {
  if (i == 0) core::make_folder(folder);
  core::write_png(folder / fmt::format("frame_{:04}.png", unscored_frames + i), picture);
}

}  // namespace

core::Image Truth::read(std::size_t i) const {
  core::Image image = core::read_png(files[i]);
  return crop ? cropped(image, *crop) : image;
}

void write_references(const Truth& truth) {
  for (std::size_t i = 0; i < truth.files.size(); ++i)
    write_scored(truth.pictures / "reference", i, truth.read(i));
}

void Judge::add(core::Image picture, const core::Image& reference) {
  if (truth_.crop) picture = cropped(picture, *truth_.crop);
  core::FlipMap flip = metrics_.add(picture, reference);
  if (!truth_.pictures.empty()) write_scored(truth_.pictures / file_name(name_), next_, picture);
  if (next_ == truth_.files.size() / 2) middle_ = {std::move(picture), std::move(flip)};
  ++next_;
}

Scored Judge::result(double ms_median) {
  return {{metrics_.scores(), ms_median}, std::move(middle_)};
}

Scored score_upscaler(const gpu::Device& device, const scene::Scene& scene, const Settings& settings,
                      const CameraRun& path, const Truth& truth, const std::function<void()>& drawn) {
  renderer::RenderSettings render = settings.render;
  render.bloom.enabled = false;
  Frame frame(device, scene, render, settings.run.output);
  give_generators(frame, device, settings);
  give_source(frame, device, scene, settings);
  Judge judge(truth, get(settings, "upscaler"));
  std::vector<double> ms;
  for (std::size_t n = 0; n < path.frames.size(); ++n) {
    frame.draw(render, path.frames[n]);
    if (n >= unscored_frames) {
      judge.add(display_picture(settings.run.output, frame.read_picture()), truth.read(n - unscored_frames));
      ms.push_back(upscaler_ms(frame.passes()));
    }
    drawn();
  }
  frame.finish();
  Scored scored = judge.result(percentiles(std::move(ms)).p50);
  scored.generated_by = frame.generated_by();
  return scored;
}

}  // namespace app
