#include "app/measure/references.h"

#define XXH_INLINE_ALL
#include <fmt/core.h>
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <mutex>
#include <span>

#include "app/open/scene_and_device.h"
#include "core/error.h"
#include "core/file.h"
#include "core/log.h"
#include "core/picture/image_io.h"
#include "spirv/all.h"

namespace app {
namespace fs = std::filesystem;
namespace {

/// Raise it when a change of the C++ code changes reference pictures.
constexpr int version = 1;

/// The hash of the shaders that make a reference. Those of upscalers, bloom and views may change without
/// invalidating the cache.
std::uint64_t shader_digest() {
  std::uint64_t digest = 0;
  for (const spirv::Module& module : spirv::modules)
    if (!module.name.starts_with("upscale") && !module.name.starts_with("bloom") &&
        !module.name.starts_with("view"))
      digest = XXH3_64bits_withSeed(module.code.data(), module.code.size_bytes(), digest);
  return digest;
}

/// The hash of everything that decides the look of a run's references, except for what differs from frame to
/// frame.
std::string description(const gpu::Device& device, const scene::Scene& scene, const Settings& settings) {
  const RunSettings& run = settings.run;
  std::string text = fmt::format(
      "v{} scene {:016x} shaders {:016x} on {} {}, {}x{}, {} samples, start {} step {}", version,
      scene.content_hash, shader_digest(), device.info().name, device.info().driver, run.output.width,
      run.output.height, run.reference_samples, run.start, run.still ? 0 : run.frame_seconds);
  constexpr std::string_view no_matter[] = {"run",    "window",  "taau",      "bloom", "exposure",
                                            "neural", "compare", "magnifier", "debug", "source"};
  for (const Parameter& parameter : parameters()) {
    if (std::find(std::begin(no_matter), std::end(no_matter), parameter.group()) != std::end(no_matter))
      continue;
    if (parameter.group() == "upscaling" && parameter.key() != "mip_bias") continue;
    text += fmt::format("\n{}={}", parameter.name, format_value(parameter, parameter.get(settings)));
  }
  return text;
}

/// A camera that is not the path's.
std::string place_text(const FrameRequest& request) {
  if (!request.camera) return {};
  const auto [eye, at] = *request.camera;
  return fmt::format(" from {} {} {} to {} {} {}", eye.x, eye.y, eye.z, at.x, at.y, at.z);
}

fs::path cached_file(const std::string& description) {
  const XXH128_hash_t hash = XXH3_128bits(description.data(), description.size());
  return core::cache_folder() / "references" / fmt::format("{:016x}{:016x}.png", hash.high64, hash.low64);
}

/// Writes the picture to the cache. Where that is read-only or full, the file is renamed to one that lasts as
/// long as this process: a cache only saves time.
void keep(fs::path& file, core::Size size, std::span<const std::byte> picture) {
  try {
    core::write_png(file, size.width, size.height, picture);
  } catch (const core::Error& error) {
    static std::once_flag once;
    std::call_once(once, [&] {
      core::log_warning(fmt::format("references are not kept for the next run: {}", error.what()));
    });
    file = core::temporary_folder() / "references" / file.filename();
    core::write_png(file, size.width, size.height, picture);
  }
}

/// Whether the cache has the picture. A damaged or truncated file does not count.
bool usable(const fs::path& file, core::Size size) {
  std::error_code none;
  if (!fs::exists(file, none)) return false;
  try {
    core::read_png(file, size);
    core::touch(file);
    return true;
  } catch (const core::Error&) {
    return false;
  }
}

/// The scale at which exposure is measured, whatever is evaluated. So all scales are scored against the same
/// reference and share its cache.
constexpr float exposure_scale = 2;

/// Settings of the cheapest frame whose shadows and exposure are those of any other.
renderer::RenderSettings cheap(renderer::RenderSettings settings) {
  settings.upscaler = renderer::Upscaler::nearest;
  settings.bloom.enabled = false;
  return settings;
}

}  // namespace

void fix_exposures(const gpu::Device& device, const scene::Scene& scene, const Settings& settings,
                   CameraRun& path, const std::function<void()>& drawn) {
  renderer::RenderSettings render = cheap(settings.render);
  render.scale = exposure_scale;
  Frame frame(device, scene, render, settings.run.output);
  for (FrameRequest& request : path.frames) {
    request.exposure = frame.draw(render, request).exposure;
    drawn();
  }
  frame.finish();
  if (!settings.run.still) return;
  for (FrameRequest& request : path.frames) request.exposure = path.frames.back().exposure;
}

std::vector<fs::path> make_references(const gpu::Device& device, const scene::Scene& scene,
                                      const Settings& settings, const CameraRun& path, std::size_t first,
                                      const std::function<void()>& drawn) {
  const std::string run = description(device, scene, settings);
  // At rest every frame has the same reference.
  const std::size_t frames =
      settings.run.still ? std::min(first + 1, path.frames.size()) : path.frames.size();
  std::vector<fs::path> files;
  for (std::size_t n = 0; n < frames; ++n)
    files.push_back(cached_file(fmt::format("{}\nframe {} exposure {:08x}{}", run, n,
                                            std::bit_cast<std::uint32_t>(*path.frames[n].exposure),
                                            place_text(path.frames[n]))));
  std::vector<bool> missing(files.size());
  std::size_t last_missing = 0;
  for (std::size_t n = first; n < files.size(); ++n) {
    missing[n] = !usable(files[n], settings.run.output);
    if (missing[n]) last_missing = n + 1;
  }
  if (last_missing > 0) {
    // The frames before are drawn too, because cached shadow cascades depend on the camera's earlier
    // positions.
    Frame frame(device, scene, settings.render, settings.run.output);
    renderer::RenderSettings plain = cheap(settings.render);
    for (std::size_t n = 0; n < last_missing; ++n) {
      FrameRequest request = path.frames[n];
      request.reference_samples = missing[n] ? settings.run.reference_samples : 0;
      frame.draw(plain, request);
      if (missing[n]) keep(files[n], settings.run.output, frame.read_picture());
      if (n >= first) drawn();
    }
    frame.finish();
    core::trim_cache(core::cache_folder() / "references", cache_bytes(settings.run));
  }
  for (std::size_t n = std::max(first, last_missing); n < files.size(); ++n) drawn();
  for (; files.size() < path.frames.size(); drawn()) files.push_back(fs::path(files.back()));
  files.erase(files.begin(), files.begin() + static_cast<std::ptrdiff_t>(first));
  return files;
}

}  // namespace app
