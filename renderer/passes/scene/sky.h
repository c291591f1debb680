#pragma once
// Draws the sky of an atmosphere, with clouds and stars, into a map that other passes look up.

#include <cstddef>

#include "renderer/frame_context.h"

namespace renderer {

class SkyPass {
 public:
  /// A scene whose sky is a gradient gets a map of one texel, which nothing reads.
  SkyPass(const gpu::Device& device, const GpuScene& scene);
  /// Draws the map anew where the light has changed. Call it once a frame, before what reads the map.
  void record(VkCommandBuffer commands, const FrameContext& frame);

  /// rgba16f; shaders/sky_map.glsl says where a direction lies. rgb: radiance in units of the scene's sun;
  /// a: how much of what is behind air and clouds is seen.
  const gpu::Image& map() const { return map_; }
  const gpu::UniqueSampler& sampler() const { return sampler_; }

 private:
  gpu::ComputePipeline pipeline_;
  gpu::Image map_;
  gpu::UniqueSampler sampler_;
  gpu::Buffer tables_[2];  ///< vec4 of the air, then of aerosols; by frame slot
  int version_ = 0;        ///< SkyLight::version of the map
};

}  // namespace renderer
