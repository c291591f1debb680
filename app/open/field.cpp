#include "app/open/field.h"

#include <fmt/core.h>

#include "app/open/generator.h"
#include "core/error.h"
#include "core/log.h"

namespace app {

std::shared_ptr<compute::Backend> open_field_backend(int threads) {
  return compute::open_backend(std::string(name_of(Backend::cpu)), {.threads = threads});
}

std::string field_warning(const neural::FieldOrigin& origin, const scene::Scene& scene) {
  if (origin.scene_hash == scene.content_hash) return {};
  if (origin.scene != scene.name)
    return fmt::format("the field was learned from '{}', and this is '{}'", origin.scene, scene.name);
  return fmt::format("'{}' has changed since the field was learned: learn it anew", scene.name);
}

void give_source(Frame& frame, const gpu::Device& device, const scene::Scene& scene,
                 const Settings& settings) {
  if (settings.source.source == Source::rasterizer) return frame.set_field(nullptr);
  if (settings.source.field.empty())
    core::fail_usage("--source field needs --field FILE: `neuraster learn SCENE --out FILE` makes one");
  const auto field = neural::load_field(settings.source.field);
  if (const std::string warning = field_warning(field->origin, scene); !warning.empty())
    core::log_warning(fmt::format("{}: {}", settings.source.field, warning));
  auto source = std::make_unique<FieldSource>(device, open_wanted_backend(device, settings));
  source->take(field);
  frame.set_field(std::move(source));
}

}  // namespace app
