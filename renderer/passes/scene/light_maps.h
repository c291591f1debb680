#pragma once
// What lights surfaces besides the frame's constants: the maps of shaders/light_maps.glsl.

#include <array>

#include "renderer/passes/scene/bounce.h"
#include "renderer/passes/scene/lamp_shadow.h"
#include "renderer/passes/scene/shadow.h"
#include "renderer/passes/scene/sky.h"

namespace renderer {

struct LightMaps {
  const ShadowPass& shadow;
  const LampShadowPass& lamps;
  const SkyPass& sky;
  const BouncedLight& bounce;

  static constexpr std::size_t count = 6;
  /// Appends their types, in the shaders' order.
  static std::vector<VkDescriptorType> after(std::initializer_list<VkDescriptorType> types) {
    std::vector<VkDescriptorType> all(types);
    all.insert(all.end(), count, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER);
    return all;
  }
  /// Appends the maps themselves.
  std::vector<gpu::Binding> after(std::initializer_list<gpu::Binding> bindings, const GpuScene& scene) const {
    std::vector<gpu::Binding> all(bindings);
    const std::array<gpu::Binding, count> maps{shadow.map(),    shadow.depths(),
                                               lamps.maps(),    gpu::sampled(sky.map(), sky.sampler()),
                                               scene.ambient(), bounce.grid()};
    all.insert(all.end(), maps.begin(), maps.end());
    return all;
  }
};

}  // namespace renderer
