#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "common.glsl"
// Bloom, tone curve and display encoding: the one place where colour leaves linear light.

layout(local_size_x = 8, local_size_y = 8) in;
layout(binding = 0) uniform sampler2D color;
layout(binding = 1) uniform sampler2D bloom;
layout(binding = 2, rgba8) uniform writeonly image2D result;
layout(push_constant, scalar) uniform Push { ivec2 size; float bloom_strength; int tone_curve; } push;

// Troy Sobotka's AgX in Benjamin Wrensch's minimal form ("Minimal AgX Implementation", 2023).
vec3 agx(vec3 c) {
  const mat3 inset = mat3(0.842479062253094, 0.0423282422610123, 0.0423756549057051, 0.0784335999999992,
                          0.878468636469772, 0.0784336, 0.0792237451477643, 0.0791661274605434, 0.879142973793104);
  const mat3 outset = mat3(1.19687900512017, -0.0528968517574562, -0.0529716355144438, -0.0980208811401368,
                           1.15190312990417, -0.0980434501171241, -0.0990297440797205, -0.0989611768448433,
                           1.15107367264116);
  c = inset * c;
  c = clamp((log2(max(c, 1e-10)) + 12.47393) / (4.026069 + 12.47393), 0.0, 1.0);
  vec3 c2 = c * c, c4 = c2 * c2;
  c = 15.5 * c4 * c2 - 40.14 * c4 * c + 31.96 * c4 - 6.868 * c2 * c + 0.4298 * c2 + 0.1191 * c - 0.00232;
  // A little of the "punchy" look: the base curve is meant to be graded.
  float l = luminance(c);
  c = l + 1.25 * (pow(max(c, 0.0), vec3(1.2)) - l);
  return pow(clamp(outset * c, 0.0, 1.0), vec3(2.2));
}

// Narkowicz 2015, "ACES Filmic Tone Mapping Curve".
vec3 aces(vec3 c) { return clamp(c * (2.51 * c + 0.03) / (c * (2.43 * c + 0.59) + 0.14), 0.0, 1.0); }

vec3 srgb_encode(vec3 c) {
  return mix(1.055 * pow(max(c, 0.0), vec3(1.0 / 2.4)) - 0.055, 12.92 * c, lessThanEqual(c, vec3(0.0031308)));
}

void main() {
  ivec2 pixel = ivec2(gl_GlobalInvocationID.xy);
  if (any(greaterThanEqual(pixel, push.size))) return;
  vec3 c = texelFetch(color, pixel, 0).rgb;
  if (push.bloom_strength > 0.0) {
    c = mix(c, textureLod(bloom, (vec2(pixel) + 0.5) / vec2(push.size), 0).rgb, push.bloom_strength);
  }
  if (push.tone_curve == 0) c = agx(c);
  if (push.tone_curve == 1) c = aces(c);
  if (push.tone_curve == 2) c = c / (1.0 + luminance(c));
  imageStore(result, pixel, vec4(srgb_encode(clamp(c, 0.0, 1.0)), 1));
}
