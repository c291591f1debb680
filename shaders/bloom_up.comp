#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared.h"
// Adds the wider level to this one: result = mix(level, tent-filtered wider level, weight).

layout(local_size_x = 8, local_size_y = 8) in;
layout(binding = 0) uniform sampler2D level;
layout(binding = 1) uniform sampler2D wider;
layout(binding = 2, rgba16f) uniform writeonly image2D result;
layout(push_constant, scalar) uniform Push { BloomUpConstants push; };

void main() {
  ivec2 pixel = ivec2(gl_GlobalInvocationID.xy);
  if (any(greaterThanEqual(pixel, push.size))) return;
  vec2 uv = (vec2(pixel) + 0.5) / vec2(push.size), d = 0.5 / vec2(textureSize(wider, 0));
  vec3 wide = textureLod(wider, uv + vec2(-d.x, -d.y), 0).rgb + textureLod(wider, uv + vec2(d.x, -d.y), 0).rgb +
              textureLod(wider, uv + vec2(-d.x, d.y), 0).rgb + textureLod(wider, uv + d, 0).rgb;
  imageStore(result, pixel, vec4(mix(texelFetch(level, pixel, 0).rgb, 0.25 * wide, push.weight), 1));
}
