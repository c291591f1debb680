#include "app/measure/other_pictures.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <glm/gtc/packing.hpp>
#include <memory>
#include <optional>

#include "app/frame/generators/host_generator.h"
#include "app/measure/display_picture.h"
#include "core/error.h"
#include "core/light.h"
#include "core/parallel.h"
#include "core/picture/image_io.h"
#include "renderer/scene/scene.h"

namespace app {
namespace fs = std::filesystem;
namespace {

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
  LinearPictures(const gpu::Device& device, const Settings& settings)
      : output_(settings.run.output),
        render_(plain(settings.render)),
        frame_(device, scene_, render_, output_) {
    frame_.set_generator(std::make_unique<Given>(pixels_));
  }
  core::Image encode(const fs::path& file) {
    read(file);
    frame_.draw(render_, {.exposure = 1.0f});  // the pictures are exposed already
    return display_picture(output_, frame_.read_picture());
  }

 private:
  static renderer::RenderSettings plain(renderer::RenderSettings render) {
    render.bloom.enabled = render.shadow.enabled = render.ambient_occlusion.enabled = false;
    render.scale = 3;
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
  scene::Scene scene_ = scene::make_test_scene();  ///< any small one: nothing of it is shown
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

/// The last `parts` parts of a path, "b/c" of /a/b/c for two.
std::string end_of(const fs::path& path, std::size_t parts) {
  fs::path end, rest = path;
  for (std::size_t i = 0; i < parts && rest.has_filename(); ++i, rest = rest.parent_path())
    end = end.empty() ? rest.filename() : rest.filename() / end;
  return end.string();
}

fs::path full_path(const std::string& folder) {
  const fs::path full = fs::absolute(folder).lexically_normal();
  return full.has_filename() ? full : full.parent_path();  // the last part of "pictures/" is empty
}

}  // namespace

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

std::vector<std::string> distinct_names(std::span<const std::string> folders,
                                        std::span<const std::string> taken) {
  std::vector<fs::path> full;
  for (const std::string& folder : folders) {
    full.push_back(full_path(folder));
    if (std::find(full.begin(), full.end() - 1, full.back()) != full.end() - 1)
      core::fail_usage("--from names '{}' twice", folder);
  }
  std::vector<std::string> names;
  for (const fs::path& path : full) {
    const auto claimed = [&](std::size_t parts) {
      const std::string name = end_of(path, parts);
      return std::ranges::find(taken, name) != taken.end() ||
             std::ranges::any_of(
                 full, [&](const fs::path& other) { return other != path && end_of(other, parts) == name; });
    };
    std::size_t parts = 1;
    while (claimed(parts) && end_of(path, parts + 1) != end_of(path, parts)) ++parts;
    names.push_back(end_of(path, parts));
  }
  return names;
}

std::vector<Scored> score_pictures(const gpu::Device& device, const Settings& settings, const CameraRun& path,
                                   std::span<const OtherPictures> others, const Truth& truth,
                                   const std::function<void()>& drawn) {
  std::unique_ptr<LinearPictures> linear;
  std::vector<Judge> judges;
  for (const OtherPictures& other : others) judges.emplace_back(truth, other.name);
  std::vector<core::Image> images(others.size());
  for (std::size_t n = 0; n < path.frames.size(); ++n, drawn()) {
    if (n < unscored_frames) continue;
    const core::Image reference = truth.read(n - unscored_frames);
    for (std::size_t i = 0; i < others.size(); ++i) {
      const fs::path& file = others[i].files.at(n);
      const bool is_linear = file.extension() == ".exr";
      if (is_linear && !linear) linear = std::make_unique<LinearPictures>(device, settings);
      images[i] = is_linear ? linear->encode(file) : core::read_png(file, settings.run.output);
    }
    core::parallel_for(others.size(), [&](std::size_t i) { judges[i].add(std::move(images[i]), reference); });
  }
  std::vector<Scored> scored;
  scored.reserve(judges.size());
  for (Judge& judge : judges) scored.push_back(judge.result(0));
  return scored;
}

}  // namespace app
