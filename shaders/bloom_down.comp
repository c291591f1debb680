#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared.h"
// Halves an image, or quarters it for the first level: four bilinear taps, each the mean of 2x2 texels.

layout(local_size_x = 8, local_size_y = 8) in;
layout(binding = 0) uniform sampler2D source;
layout(binding = 1, rgba16f) uniform writeonly image2D result;
layout(push_constant, scalar) uniform Push { BloomDownConstants push; };

void main() {
  ivec2 pixel = ivec2(gl_GlobalInvocationID.xy);
  if (any(greaterThanEqual(pixel, push.size))) return;
  vec2 uv = (vec2(pixel) + 0.5) / vec2(push.size), d = push.tap / vec2(textureSize(source, 0));
  vec3 sum = textureLod(source, uv + vec2(-d.x, -d.y), 0).rgb + textureLod(source, uv + vec2(d.x, -d.y), 0).rgb +
             textureLod(source, uv + vec2(-d.x, d.y), 0).rgb + textureLod(source, uv + d, 0).rgb;
  imageStore(result, pixel, vec4(0.25 * sum, 1));
}
