#pragma once
// The images that passes draw into. All are allocated for scale 1, so that another scale allocates nothing; a
// frame uses the top-left render_size() of them.

#include "core/frame.h"
#include "renderer/vulkan/memory.h"

namespace renderer {

struct Targets {
  /// `water` makes the images that simulated water needs.
  Targets(const gpu::Device& device, core::Size output, bool water = false);

  core::Size size;                            ///< output pixels
  gpu::Image base_color, surface, motion_id;  ///< the G-buffer, see shaders/gbuffer.glsl
  gpu::Image depth[2];                        ///< by slot: the other one is the previous frame's
  gpu::Image color, motion, reactive;         ///< the contract's buffers are copied from these
  gpu::Image under_water, under_water_depth;  ///< colour and depth before the water; there with `water` only
  gpu::Image samples, reprojection;           ///< TAAU's, see upscale_taau_prepare.comp
  gpu::Image bloom_down[5], bloom_up[4];
  gpu::UniqueSampler nearest, linear;
};

/// The output and the picture of one upscaler.
struct Outputs {
  /// With `history` false there is one output for both slots, and nothing of TAAU's.
  Outputs(const gpu::Device& device, core::Size size, bool history = true);

  gpu::Image output[2];  ///< rgba16f, as in the contract; by slot: the other one is the history
  gpu::Image picture;    ///< rgba8, display-encoded
  gpu::Buffer taau[2];   ///< shared::TaauConstants, by slot
};

}  // namespace renderer
