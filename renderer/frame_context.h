#pragma once
// What every pass of a frame gets: the numbers of this frame, its draw lists, and the buffers of its slot.

#include <vector>

#include "core/frame.h"
#include "renderer/gpu_scene.h"
#include "renderer/settings.h"
#include "renderer/targets.h"
#include "renderer/vulkan/timer.h"

namespace renderer {

/// Buffers of one of the two frame slots, written by the CPU before the frame is recorded.
struct FrameBuffers {
  FrameBuffers(const gpu::Device& device, const GpuScene& scene);
  gpu::Buffer constants;        ///< shared::FrameConstants
  gpu::Buffer motions;          ///< mat4 clip_to_prev_clip by motion id
  gpu::Buffer blended_indices;  ///< DrawLists::blended_indices
  gpu::Buffer luminance;        ///< float: what the exposure pass measured
};

/// Valid while one frame is recorded.
struct FrameContext {
  const gpu::Device& device;
  const RenderSettings& settings;
  const GpuScene& scene;
  Targets& targets;
  const Outputs& outputs;  ///< of the upscaler
  FrameBuffers& buffers;
  gpu::Timer& timer;
  core::FrameInfo info;
  core::Size previous_render;  ///< size and jitter of the frame before
  float previous_jitter[2] = {0, 0};
  float exposure_ratio = 1;  ///< exposure over the last frame's
  View view, previous_view;
  std::vector<glm::dmat4> transforms, previous_transforms;  ///< model to world
  DrawLists draws;
  std::vector<shared::ObjectConstants> objects;  ///< by model
  double seconds = 0;

  std::uint32_t slot() const { return static_cast<std::uint32_t>(info.frame_index % 2); }
  std::uint32_t width() const { return static_cast<std::uint32_t>(info.render.width); }
  std::uint32_t height() const { return static_cast<std::uint32_t>(info.render.height); }
  const gpu::Image& depth() const { return targets.depth[slot()]; }
  const gpu::Image& previous_depth() const { return targets.depth[1 - slot()]; }
  const gpu::Image& output() const { return outputs.output[slot()]; }
  const gpu::Image& history() const { return outputs.output[1 - slot()]; }
};

/// The same frame for another upscaler, or drawn into other images.
FrameContext rebind(const FrameContext& frame, const RenderSettings& settings, Targets& targets,
                    const Outputs& outputs, FrameBuffers& buffers, gpu::Timer& timer);

/// Fills the objects, and constants, motions and blended indices of the slot; the shadow pass adds its
/// cascades to the constants.
void write_frame_buffers(FrameContext& frame);

}  // namespace renderer
