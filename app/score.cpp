#include "app/score.h"

#include "app/generator.h"

#include <algorithm>
#include <charconv>

#include "app/report.h"
#include "core/error.h"
#include "core/image_io.h"

namespace app {
namespace fs = std::filesystem;
namespace {

core::Image to_image(neural::Size size, const std::vector<std::byte>& rgb8) {
  core::Image image(size.width, size.height);
  std::transform(rgb8.begin(), rgb8.end(), image.rgb.begin(),
                 [](std::byte b) { return static_cast<float>(std::to_integer<int>(b)) / 255; });
  return image;
}

/// The upscaler alone: the pass "upscale" of the GPU, or "generate" of the host.
double upscaler_ms(const std::vector<gpu::PassTime>& passes) {
  double ms = 0;
  for (const gpu::PassTime& pass : passes)
    if (pass.name == "upscale" || pass.name == "generate") ms += pass.ms();
  return ms;
}

/// Adds frames in their order and keeps the one in the middle.
class Judge {
 public:
  explicit Judge(const std::vector<fs::path>& references) : references_(references) {}
  void add(core::Image picture) {
    neural::FlipMap flip = metrics_.add(picture, core::read_png(references_[next_]));
    if (next_ == references_.size() / 2) middle_ = {std::move(picture), std::move(flip)};
    ++next_;
  }
  Scored result(double ms_median) { return {{metrics_.scores(), ms_median}, std::move(middle_)}; }

 private:
  const std::vector<fs::path>& references_;
  std::size_t next_ = 0;
  neural::SequenceMetrics metrics_;
  Sample middle_;
};

}  // namespace

Scored score_upscaler(const gpu::Device& device, const scene::Scene& scene, const Settings& settings,
                      const Path& path, const std::vector<fs::path>& references,
                      const std::function<void()>& drawn) {
  renderer::RenderSettings render = settings.render;
  render.bloom.enabled = false;
  Frame frame(device, scene, render, settings.run.output);
  give_generator(frame, device, settings);
  Judge judge(references);
  std::vector<double> ms;
  for (std::size_t n = 0; n < path.frames.size(); ++n) {
    frame.draw(render, path.frames[n]);
    if (n >= unscored_frames) {
      judge.add(to_image(settings.run.output, frame.read_picture()));
      ms.push_back(upscaler_ms(frame.passes()));
    }
    drawn();
  }
  frame.finish();
  Scored scored = judge.result(percentiles(std::move(ms)).p50);
  scored.generated_by = frame.generated_by();
  return scored;
}

std::map<std::size_t, fs::path> numbered_pictures(const fs::path& folder) {
  if (!fs::is_directory(folder)) core::fail("'{}' is no folder with pictures", folder.string());
  std::map<std::size_t, fs::path> pictures;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".png") continue;
    const std::string stem = entry.path().stem().string();
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto end = std::find_if(stem.rbegin(), stem.rend(), digit).base();
    const auto begin = std::find_if_not(std::make_reverse_iterator(end), stem.rend(), digit).base();
    std::size_t number = 0;
    if (begin == end || std::from_chars(&*begin, &*begin + (end - begin), number).ec != std::errc()) continue;
    const auto [other, fresh] = pictures.emplace(number, entry.path());
    if (!fresh)
      core::fail("'{}' and '{}' both claim to be frame {}", other->second.string(), entry.path().string(),
                 number);
  }
  return pictures;
}

Scored score_pictures(const fs::path& folder, const std::vector<fs::path>& references,
                      const std::function<void()>& drawn) {
  const std::map<std::size_t, fs::path> pictures = numbered_pictures(folder);
  Judge judge(references);
  for (std::size_t i = 0; i < references.size(); ++i) {
    const auto picture = pictures.find(unscored_frames + i);
    if (picture == pictures.end())
      core::fail("'{}' has no picture of frame {} (a PNG whose name ends in the number)", folder.string(),
                 unscored_frames + i);
    core::Image image = core::read_png(picture->second);
    try {
      judge.add(std::move(image));
    } catch (const core::Error& error) {
      core::fail("'{}': {}", picture->second.string(), error.what());
    }
    drawn();
  }
  return judge.result(0);
}

}  // namespace app
