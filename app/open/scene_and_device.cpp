#include "app/open/scene_and_device.h"

#include <fmt/core.h>

#include <filesystem>

#include "core/log.h"
#include "core/progress.h"
#include "renderer/view.h"

namespace app {

std::filesystem::path default_scene() {
  std::error_code unknown;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  const auto town = program.parent_path() / "town" / "scene.toml";
  return !unknown && std::filesystem::exists(town) ? town : std::filesystem::path();
}

std::uintmax_t cache_bytes(const RunSettings& run) {
  return static_cast<std::uintmax_t>(run.cache_limit * (1 << 30));
}

scene::LoadOptions load_options(const RunSettings& run) {
  scene::LoadOptions options;
  options.use_cache = run.scene_cache;
  options.cache_limit = cache_bytes(run);
  return options;
}

scene::Scene open_scene(const std::string& asked, const Settings& settings) {
  const std::string path = asked.empty() ? default_scene().string() : asked;
  if (path.empty() || path == "courtyard") return scene::make_test_scene();
  core::Progress bar(fmt::format("opening {}", std::filesystem::path(path).filename().string()));
  scene::LoadOptions options = load_options(settings.run);
  options.progress = [&](double fraction, const std::string& what) { bar.update(fraction, what); };
  scene::Scene scene = scene::load_scene(path, options);
  for (const std::string& warning : scene.warnings) core::log_warning(warning);
  return scene;
}

std::unique_ptr<gpu::Device> open_device(const Settings& settings,
                                         std::vector<const char*> instance_extensions) {
  gpu::DeviceOptions options;
  options.device = settings.run.device;
  options.validation = settings.run.validation;
  // A window may switch to CUDA later.
  options.external_memory = settings.run.backend == Backend::automatic ||
                            settings.run.backend == Backend::cuda || !instance_extensions.empty();
  options.joined_contexts = settings.run.joined_contexts;
  options.instance_extensions = std::move(instance_extensions);
  return std::make_unique<gpu::Device>(options);
}

std::string describe(const scene::Scene& scene, const Settings& settings, const gpu::Device& device) {
  const core::Size output = settings.run.output;
  const bool native = settings.render.upscaler == renderer::Upscaler::native;
  const core::Size render = native ? output : renderer::render_size(output, settings.render.scale);
  return fmt::format("{}: {}x{} -> {}x{}, {}, on {}", scene.name, render.width, render.height, output.width,
                     output.height, get(settings, "upscaler"), device.info().name);
}

}  // namespace app
