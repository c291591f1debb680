#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared.h"
#include "common.glsl"
#include "tone_curve.glsl"
// Shows a buffer of the frame as a picture: each pixel of the buffer becomes a block of equal pixels.

layout(local_size_x = 8, local_size_y = 8) in;
layout(binding = 0) uniform sampler2D source;
layout(binding = 1, rgba8) uniform writeonly image2D result;
layout(push_constant, scalar) uniform Push { ViewBufferConstants push; };

const int LIGHT = 0, DEPTH = 1, MOTION = 2, GREY = 3, VALUES = 4, NOTHING = 5;

// Shows direction as hue and length as brightness: one pixel a frame is already half bright.
vec3 motion_color(vec2 m) {
  float hue = atan(m.y, m.x) / (2.0 * PI) + 0.5, strength = 1.0 - exp2(-length(m));
  return strength * clamp(abs(fract(hue + vec3(0, 2, 1) / 3.0) * 6.0 - 3.0) - 1.0, 0.0, 1.0);
}

void main() {
  ivec2 pixel = ivec2(gl_GlobalInvocationID.xy);
  if (any(greaterThanEqual(pixel, push.size))) return;
  vec4 v = texelFetch(source, pixel * push.source_size / push.size, 0);
  vec3 c = vec3(0);
  // The pixel takes part because lavapipe compiles a shader anew for uniforms that alone decide a branch.
  int kind = push.kind + (pixel.x < 0 ? 1 : 0);
  if (kind == LIGHT) c = srgb_encode(tone_mapped(v.rgb, push.tone_curve));
  // Reversed depth halves where the distance doubles: 14 halvings lead from white (near) to black.
  if (kind == DEPTH) c = vec3(v.x > 0.0 ? 1.0 + log2(v.x) / 14.0 : 0.0);
  if (kind == MOTION) c = motion_color(v.xy);
  if (kind == GREY) c = v.xxx;
  if (kind == VALUES) c = v.rgb;
  imageStore(result, pixel, vec4(clamp(c, 0.0, 1.0), 1));
}
