#version 460
// The passes between frames as shaders: RUN names the pass; HALF_STORAGE is BetweenView<float, f16>.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_buffer_reference_uvec2 : require
#include "compute/vulkan/pass.glsl"
#include "compute/pixel/as_shader.glsl"
#include "core/light.h"
#include "neural/interpolate/pixel/constants.h"

layout(set = 0, binding = 0, scalar) uniform View {
#include "neural/interpolate/pixel/between_view.inl"
} v;

#define cubic_inside cubic_taps
#include "neural/upscale/pixel/color.inl"

#include "neural/interpolate/pixel/passes.inl"

void main() {
  const ivec2 p = ivec2(gl_GlobalInvocationID.xy);
  if (any(greaterThanEqual(p, push.grid))) return;
  RUN(p.x, p.y);
}
