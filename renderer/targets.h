#pragma once
// The images that passes draw into. All are allocated for scale 1, so that a new scale needs no allocation; a
// frame uses the top-left render_size of them.

#include "core/frame.h"
#include "renderer/vulkan/memory.h"

namespace renderer {

struct Targets {
  Targets(const gpu::Device& device, core::Size output);

  core::Size size;                            ///< output pixels
  gpu::Image base_color, surface, motion_id;  ///< the G-buffer, see shaders/gbuffer.glsl
  gpu::Image depth[2];                        ///< by slot: the other one is the last frame's
  gpu::Image color, motion, reactive;         ///< what the contract's buffers are copied from
  gpu::Image samples, reprojection;           ///< TAAU's, see upscale_taau_prepare.comp
  gpu::Image bloom_down[5], bloom_up[4];
  gpu::UniqueSampler nearest, linear;
};

/// What one upscaler makes of a frame.
struct Outputs {
  Outputs(const gpu::Device& device, core::Size size);

  gpu::Image output[2];  ///< rgba16f, the contract's; by slot: the other one is the history
  gpu::Image picture;    ///< rgba8, display-encoded
  gpu::Buffer taau[2];   ///< shared::TaauConstants, by slot
};

}  // namespace renderer
