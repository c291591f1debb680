#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared.h"
#include "common.glsl"
#include "tone_curve.glsl"
// Adds bloom, applies the tone curve and encodes for the display. Colour leaves linear light only here.

layout(local_size_x = 8, local_size_y = 8) in;
layout(constant_id = 0) const int TONE_CURVE = 0;
layout(constant_id = 1) const bool BLOOM = true;
layout(constant_id = 2) const bool GRADE = false;
layout(binding = 0, rgba16f) uniform readonly image2D color;
layout(binding = 1) uniform sampler2D bloom;
layout(binding = 2, rgba8) uniform writeonly image2D result;
layout(push_constant, scalar) uniform Push { CompositeConstants push; };

vec3 graded(vec3 c) {
  c *= push.balance;
  c = max(mix(vec3(luminance(c)), c, push.saturation), 0.0);
  return 0.18 * pow(c * (1.0 / 0.18), vec3(push.contrast));
}

void main() {
  ivec2 pixel = ivec2(gl_GlobalInvocationID.xy);
  if (any(greaterThanEqual(pixel, push.size))) return;
  vec3 c = imageLoad(color, pixel).rgb;
  // A grade comes without bloom, too. The colour takes part because lavapipe compiles a shader anew, in each frame, for
  // uniforms that alone decide a branch.
  if (BLOOM && push.bloom_strength > min(c.r, 0.0)) {
    c = mix(c, textureLod(bloom, (vec2(pixel) + 0.5) / vec2(push.size), 0).rgb, push.bloom_strength);
  }
  if (GRADE) c = graded(c);
  imageStore(result, pixel, vec4(srgb_encode(tone_mapped(c, TONE_CURVE)), 1));
}
