#pragma once
// Shadows of the lamps that are next to the camera. Each has a row of six square maps, the sides of a cube
// around it, of what stands still; they are drawn once, when the lamp comes near. What moves casts none.

#include <array>

#include "renderer/passes/scene/casters.h"

namespace renderer {

class LampShadowPass {
 public:
  LampShadowPass(const gpu::Device& device, const GpuScene& scene);

  /// Makes room for the maps where the scene has lamps. Waits for the device where it had none before.
  void prepare(const gpu::Device& device, const GpuScene& scene);
  /// Records the maps that are missing, and writes into the slot's FrameConstants which lights have one. The
  /// lights there are sorted, the nearest first. The last one's shadow fades in as the camera comes closer.
  void record(VkCommandBuffer commands, const FrameContext& frame);
  /// The maps, to be compared with a depth.
  gpu::Binding maps() const { return gpu::sampled(maps_, sampler_); }

 private:
  /// Whose maps a row has.
  struct Row {
    glm::vec3 position{0};
    float radius = 0;  ///< 0: none
    friend bool operator==(const Row&, const Row&) = default;
  };
  void draw(VkCommandBuffer commands, const FrameContext& frame, std::size_t row) const;

  Casters casters_;
  gpu::Image maps_;
  gpu::UniqueSampler sampler_;
  std::array<Row, shared::MAX_LAMP_SHADOWS> rows_;
};

}  // namespace renderer
