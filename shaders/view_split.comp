#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared.h"
// Shows two pictures beside each other with a divider, and a magnifier that shows the same place of both.

layout(local_size_x = 8, local_size_y = 8) in;
layout(binding = 0) uniform sampler2D left_map;
layout(binding = 1) uniform sampler2D right_map;
layout(binding = 2, rgba8) uniform writeonly image2D result;
layout(push_constant, scalar) uniform Push { ViewSplitConstants push; };

vec3 fetch(bool right, ivec2 p) {
  p = clamp(p, ivec2(0), push.size - 1);
  return right ? texelFetch(right_map, p, 0).rgb : texelFetch(left_map, p, 0).rgb;
}

void main() {
  ivec2 p = ivec2(gl_GlobalInvocationID.xy);
  if (any(greaterThanEqual(p, push.size))) return;
  bool right = p.x >= push.divider;
  vec3 c = fetch(right, p);
  if (push.line > 0 && abs(2 * (p.x - push.divider) + 1) < 2 * push.line) c = vec3(1);
  ivec2 q = p - push.lens_corner, panes = ivec2(push.lens_side * push.lens_panes, push.lens_side);
  if (push.lens_side > 0 && all(greaterThanEqual(q, ivec2(0))) && all(lessThan(q, panes))) {
    right = push.lens_panes == 2 && q.x >= push.lens_side;
    ivec2 r = q - ivec2(right ? push.lens_side : 0, 0);
    c = fetch(right, ivec2(floor(push.lens_center + (vec2(r) + 0.5 - 0.5 * push.lens_side) / push.zoom)));
    ivec2 rim = min(r, push.lens_side - 1 - r);
    if (min(rim.x, rim.y) < 2) c = vec3(min(rim.x, rim.y) == 0 ? 0 : 1);
  }
  imageStore(result, p, vec4(c, 1));
}
