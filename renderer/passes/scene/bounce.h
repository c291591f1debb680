#pragma once
// The sun's light that surfaces reflect once, as a grid around the camera's path.

#include "renderer/gpu_scene.h"
#include "renderer/settings.h"

namespace renderer {

class BouncedLight {
 public:
  explicit BouncedLight(const gpu::Device& device);

  /// Calculates the grid anew where the sun has moved by more than a little, but not while the user turns it:
  /// that takes some tenths of a second, and waits for the device.
  void prepare(const gpu::Device& device, const GpuScene& scene, const RenderSettings& settings);
  /// scene::make_sun_bounce() of the scene; one black cell before prepare().
  gpu::Binding grid() const {
    return gpu::sampled(grid_, sampler_, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
  }

 private:
  gpu::Image grid_;
  gpu::UniqueSampler sampler_;
  glm::vec3 to_sun_{0};  ///< that the grid was made for; 0: for none
  float time_of_day_ = 0;
};

}  // namespace renderer
