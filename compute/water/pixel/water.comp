#version 460
// The passes of the simulation as shaders: RUN names the pass.
#extension GL_GOOGLE_include_directive : require
#include "compute/vulkan/pass.glsl"
#include "compute/pixel/as_shader.glsl"

layout(set = 0, binding = 0, scalar) uniform View {
#include "compute/water/pixel/water_view.inl"
} v;

#include "compute/water/pixel/passes.inl"

void main() {
  const ivec2 p = ivec2(gl_GlobalInvocationID.xy);
  if (any(greaterThanEqual(p, push.grid))) return;
  RUN(p.x, p.y);
}
