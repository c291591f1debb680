#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared.h"
#include "common.glsl"
// Computes the mean log2 luminance of the scene from a 64x64 grid over the picture, weighted towards the
// centre.

layout(local_size_x = 16, local_size_y = 16) in;
layout(binding = 0) uniform sampler2D color;
layout(binding = 1, scalar) writeonly buffer Result { float mean_log2_luminance; };
layout(push_constant, scalar) uniform Push { ExposureConstants push; };

shared float sums[256];
shared float weights[256];

void main() {
  float sum = 0.0, weight = 0.0;
  for (int i = 0; i < 16; ++i) {
    vec2 cell = vec2(gl_LocalInvocationID.xy * 4u + uvec2(i & 3, i >> 2)) + 0.5;
    vec2 place = cell / 64.0, d = place - 0.5;
    ivec2 pixel = min(ivec2(place * vec2(push.size)), push.size - 1);
    float w = exp(-3.0 * dot(d, d));
    float l = luminance(texelFetch(color, pixel, 0).rgb) / push.exposure;
    sum += w * log2(clamp(l, 1.0 / 1024.0, 1024.0));
    weight += w;
  }
  uint me = gl_LocalInvocationIndex;
  sums[me] = sum;
  weights[me] = weight;
  for (uint half_size = 128u; half_size > 0u; half_size /= 2u) {
    barrier();
    if (me < half_size) {
      sums[me] += sums[me + half_size];
      weights[me] += weights[me + half_size];
    }
  }
  barrier();
  if (me == 0u) mean_log2_luminance = sums[0] / weights[0];
}
