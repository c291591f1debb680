#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared.h"
#include "common.glsl"
// Upscales by nearest, bilinear or Catmull-Rom filter. Sample (i, j) lies at i + 0.5 + jitter.

layout(local_size_x = 8, local_size_y = 8) in;
layout(constant_id = 0) const int FILTER = 1;  // 0 nearest, 1 bilinear, 2 Catmull-Rom
layout(binding = 0) uniform sampler2D color;
layout(binding = 1, rgba16f) uniform writeonly image2D result;
layout(push_constant, scalar) uniform Push { SpatialConstants push; };

vec3 fetch(ivec2 p) { return texelFetch(color, clamp(p, ivec2(0), ivec2(push.render_size) - 1), 0).rgb; }

vec4 cubic_weights(float t) {  // Catmull-Rom: A = -0.5
  float t2 = t * t, t3 = t2 * t;
  return vec4(-0.5 * t3 + t2 - 0.5 * t, 1.5 * t3 - 2.5 * t2 + 1.0, -1.5 * t3 + 2.0 * t2 + 0.5 * t,
              0.5 * t3 - 0.5 * t2);
}

void main() {
  ivec2 pixel = ivec2(gl_GlobalInvocationID.xy);
  if (any(greaterThanEqual(pixel, ivec2(push.output_size)))) return;
  vec2 p = (vec2(pixel) + 0.5) * push.render_size / push.output_size - push.jitter;
  vec3 c;
  if (FILTER == 0) {
    c = fetch(ivec2(floor(p)));
  } else {
    vec2 corner = floor(p - 0.5), t = p - 0.5 - corner;
    ivec2 base = ivec2(corner);
    if (FILTER == 1) {
      c = mix(mix(fetch(base), fetch(base + ivec2(1, 0)), t.x),
              mix(fetch(base + ivec2(0, 1)), fetch(base + ivec2(1, 1)), t.x), t.y);
    } else {
      vec4 wx = cubic_weights(t.x), wy = cubic_weights(t.y);
      c = vec3(0);
      vec3 low = vec3(65504), high = vec3(0);
      for (int y = 0; y < 4; ++y) {
        for (int x = 0; x < 4; ++x) {
          vec3 s = fetch(base + ivec2(x - 1, y - 1));
          c += wx[x] * wy[y] * s;
          low = min(low, s);
          high = max(high, s);
        }
      }
      c = clamp(c, low, high);  // negative lobes ring round highlights
    }
  }
  imageStore(result, pixel, vec4(c, 1));
}
