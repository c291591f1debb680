#pragma once
// The input of every pass of a frame: the numbers of this frame, its draw lists, and the buffers of its slot.

#include <vector>

#include "core/frame.h"
#include "renderer/gpu_scene.h"
#include "renderer/settings.h"
#include "renderer/targets.h"
#include "renderer/vulkan/timer.h"
#include "renderer/water_surface.h"

namespace renderer {

/// Buffers of one of the two frame slots; the CPU writes them before the frame is recorded.
struct FrameBuffers {
  FrameBuffers(const gpu::Device& device, const GpuScene& scene);
  gpu::Buffer constants;        ///< shared::FrameConstants
  gpu::Buffer motions;          ///< mat4 clip_to_prev_clip by motion id
  gpu::Buffer blended_indices;  ///< DrawLists::blended_indices
  gpu::Buffer luminance;        ///< float: the mean log2 luminance from the exposure pass
};

/// Everything that the passes of one frame read. It is valid while that frame is recorded.
struct FrameContext {
  const gpu::Device& device;
  const RenderSettings& settings;
  const GpuScene& scene;
  Targets& targets;
  const Outputs& outputs;  ///< of the upscaler that `settings` names
  FrameBuffers& buffers;
  gpu::Timer& timer;
  core::FrameInfo info;
  core::Size previous_render;  ///< size and jitter of the previous frame
  float previous_jitter[2] = {0, 0};
  float exposure_ratio = 1;  ///< this frame's exposure over the previous one's
  View view, previous_view;
  std::vector<glm::dmat4> transforms, previous_transforms;  ///< model to world, one for each model
  DrawLists draws;
  std::vector<shared::ObjectConstants> objects;  ///< one for each model
  double seconds = 0, previous_seconds = 0;      ///< of the scene; of the previous frame
  const WaterSurface* water = nullptr;           ///< of this frame; null: no water is simulated

  /// The slot of this frame, 0 or 1. previous_depth() and history() belong to the previous frame.
  std::uint32_t slot() const { return static_cast<std::uint32_t>(info.frame_index % 2); }
  std::uint32_t width() const { return static_cast<std::uint32_t>(info.render.width); }
  std::uint32_t height() const { return static_cast<std::uint32_t>(info.render.height); }
  const gpu::Image& depth() const { return targets.depth[slot()]; }
  const gpu::Image& previous_depth() const { return targets.depth[1 - slot()]; }
  const gpu::Image& output() const { return outputs.output[outputs.output[1] ? slot() : 0]; }
  const gpu::Image& history() const { return outputs.output[1 - slot()]; }
};

/// Returns the same frame with another upscaler's settings, or with other images to draw into. The arguments
/// must outlive the result.
FrameContext rebind(const FrameContext& frame, const RenderSettings& settings, Targets& targets,
                    const Outputs& outputs, FrameBuffers& buffers, gpu::Timer& timer);

/// Fills `objects` and the slot's constants, motions and blended indices. The GPU must be done with the slot.
/// The shadow passes add their maps to the constants.
void write_frame_buffers(FrameContext& frame);

}  // namespace renderer
