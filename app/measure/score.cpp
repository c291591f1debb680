#include "app/measure/score.h"

#include "app/open/generator.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <glm/gtc/packing.hpp>
#include <memory>
#include <optional>

#include "app/report/report.h"
#include "core/error.h"
#include "core/light.h"
#include "core/picture/image_io.h"

namespace app {
namespace fs = std::filesystem;
namespace {

core::Image to_image(core::Size size, const std::vector<std::byte>& rgb8) {
  core::Image image(size.width, size.height);
  std::transform(rgb8.begin(), rgb8.end(), image.rgb.begin(),
                 [](std::byte b) { return static_cast<float>(std::to_integer<int>(b)) / 255; });
  return image;
}

/// The time of the upscaler alone: of the GPU's pass "upscale", or of the host's "generate".
double upscaler_ms(const std::vector<gpu::PassTime>& passes) {
  double ms = 0;
  for (const gpu::PassTime& pass : passes)
    if (pass.name == "upscale" || pass.name == "generate") ms += pass.ms();
  return ms;
}

/// Scores frames in their order and keeps the middle one.
class Judge {
 public:
  explicit Judge(const std::vector<fs::path>& references) : references_(references) {}
  void add(core::Image picture) {
    core::FlipMap flip = metrics_.add(picture, core::read_png(references_[next_]));
    if (next_ == references_.size() / 2) middle_ = {std::move(picture), std::move(flip)};
    ++next_;
  }
  Scored result(double ms_median) { return {{metrics_.scores(), ms_median}, std::move(middle_)}; }

 private:
  const std::vector<fs::path>& references_;
  std::size_t next_ = 0;
  core::SequenceMetrics metrics_;
  Sample middle_;
};

/// Encodes scene-linear pictures for the display, as the composite pass does with an upscaler's output.
class LinearPictures {
  /// Takes pixels for the output of each frame.
  class Given final : public HostGenerator {
   public:
    explicit Given(const std::vector<core::f16>& pixels) : pixels_(pixels) {}
    std::string description() const override { return "given pictures"; }
    void draw(neural::DebugView, core::f16*) override {}  // nobody looks at one

   protected:
    void process(const core::FrameIo& io) override { std::ranges::copy(pixels_, io.output); }

   private:
    const std::vector<core::f16>& pixels_;
  };

 public:
  LinearPictures(const gpu::Device& device, const scene::Scene& scene, const Settings& settings)
      : output_(settings.run.output),
        render_(plain(settings.render)),
        frame_(device, scene, render_, output_) {
    frame_.set_generator(std::make_unique<Given>(pixels_));
  }
  core::Image encode(const fs::path& file, const FrameRequest& request) {
    read(file);
    frame_.draw(render_, request);
    return to_image(output_, frame_.read_picture());
  }

 private:
  static renderer::RenderSettings plain(renderer::RenderSettings render) {
    render.bloom.enabled = false;
    render.upscaler = renderer::Upscaler::neural;  // what it takes is made on the host
    return render;
  }
  void read(const fs::path& file) {
    const core::ExrImage exr = core::read_exr(file, output_);
    const core::Image rgb = exr.rgb();
    pixels_.resize(4 * rgb.pixels());
    for (std::size_t i = 0; i < rgb.pixels(); ++i)
      for (std::size_t c = 0; c < 3; ++c) {
        const float value = rgb.rgb[3 * i + c];
        if (!std::isfinite(value))
          core::fail("'{}' holds a value that is not finite, at {}, {}", file.string(),
                     i % static_cast<std::size_t>(rgb.width), i / static_cast<std::size_t>(rgb.width));
        pixels_[4 * i + c] = glm::packHalf1x16(std::clamp(value, 0.0f, core::brightest));
      }
  }

  core::Size output_;
  renderer::RenderSettings render_;
  std::vector<core::f16> pixels_;  ///< [height][width][4]
  Frame frame_;
};

std::optional<std::size_t> last_number(const std::string& name) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto end = std::find_if(name.rbegin(), name.rend(), digit).base();
  const auto begin = std::find_if_not(std::make_reverse_iterator(end), name.rend(), digit).base();
  std::size_t number = 0;
  if (begin == end || std::from_chars(&*begin, &*begin + (end - begin), number).ec != std::errc()) return {};
  return number;
}

/// The names of what `render --buffers` writes, without the output.
bool is_input(const std::string& stem) {
  for (const char* input : {"_color", "_depth", "_motion", "_reactive"})
    if (stem.ends_with(input)) return true;
  return false;
}

}  // namespace

Scored score_upscaler(const gpu::Device& device, const scene::Scene& scene, const Settings& settings,
                      const CameraRun& path, const std::vector<fs::path>& references,
                      const std::function<void()>& drawn) {
  renderer::RenderSettings render = settings.render;
  render.bloom.enabled = false;
  Frame frame(device, scene, render, settings.run.output);
  give_generators(frame, device, settings);
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

std::map<std::size_t, fs::path> numbered_pictures(const fs::path& folder, std::size_t frames) {
  if (!fs::is_directory(folder)) core::fail("'{}' is no folder with pictures", folder.string());
  std::map<std::size_t, fs::path> linear, encoded;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const bool exr = entry.path().extension() == ".exr";
    const std::string stem = entry.path().stem().string();
    const auto number = last_number(stem);
    if (!number || (!exr && entry.path().extension() != ".png") || (exr && is_input(stem))) continue;
    const auto [other, fresh] = (exr ? linear : encoded).emplace(*number, entry.path());
    if (!fresh)
      core::fail("'{}' and '{}' both claim to be frame {}", other->second.string(), entry.path().string(),
                 *number);
  }
  std::map<std::size_t, fs::path>& found = linear.empty() ? encoded : linear;
  for (std::size_t n = unscored_frames; n < frames; ++n)
    if (!found.contains(n))
      core::fail("'{}' has no picture of frame {} (a PNG or EXR whose name ends in the number)",
                 folder.string(), n);
  found.erase(found.begin(), found.lower_bound(unscored_frames));
  found.erase(found.lower_bound(frames), found.end());
  return std::move(found);
}

void expect_size(const std::map<std::size_t, fs::path>& pictures, core::Size output) {
  for (const auto& [number, file] : pictures) {
    const auto [width, height] = core::picture_size(file);
    if (width != output.width || height != output.height)
      core::fail("'{}' is {} x {}; the frames are {} x {}", file.string(), width, height, output.width,
                 output.height);
  }
}

Scored score_pictures(const gpu::Device& device, const scene::Scene& scene, const Settings& settings,
                      const CameraRun& path, const std::map<std::size_t, fs::path>& pictures,
                      const std::vector<fs::path>& references, const std::function<void()>& drawn) {
  std::unique_ptr<LinearPictures> linear;
  Judge judge(references);
  for (std::size_t n = 0; n < path.frames.size(); ++n, drawn()) {
    if (n < unscored_frames) continue;
    const fs::path& file = pictures.at(n);
    if (file.extension() == ".exr" && !linear)
      linear = std::make_unique<LinearPictures>(device, scene, settings);
    core::Image image =
        linear ? linear->encode(file, path.frames[n]) : core::read_png(file, settings.run.output);
    try {
      judge.add(std::move(image));
    } catch (const core::Error& error) {
      core::fail("'{}': {}", file.string(), error.what());
    }
  }
  return judge.result(0);
}

}  // namespace app
