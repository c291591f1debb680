#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared.h"
#include "common.glsl"
// Adds one jittered sample to each pixel as x / (1 + max rgb); the last one converts the mean back.

layout(local_size_x = 8, local_size_y = 8) in;
layout(binding = 0) uniform sampler2D color;
layout(binding = 1, rgba32f) uniform image2D sum;
layout(binding = 2, rgba16f) uniform writeonly image2D result;
layout(push_constant, scalar) uniform Push { ReferenceConstants push; };

void main() {
  ivec2 pixel = ivec2(gl_GlobalInvocationID.xy);
  if (any(greaterThanEqual(pixel, push.size))) return;
  vec3 total = compress(texelFetch(color, pixel, 0).rgb);
  // The total takes part because lavapipe compiles a shader anew for uniforms that alone decide a branch.
  int none = total.r < 0.0 ? 1 : 0;
  if (push.sample_index > none) total += imageLoad(sum, pixel).rgb;
  imageStore(sum, pixel, vec4(total, 1));
  if (push.sample_index + 1 + none == push.sample_count) {
    imageStore(result, pixel, vec4(min(expand(total / float(push.sample_count)), brightest), 1));
  }
}
