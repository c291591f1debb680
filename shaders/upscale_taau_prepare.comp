#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared.h"
#include "common.glsl"
// Computes once for each render pixel what several output pixels read: where its surface was in the last
// frame, how far it was hidden there, its colour in the form in which they compare it, and how much brighter
// it is than the history.

layout(local_size_x = 8, local_size_y = 8) in;
layout(binding = 0) uniform sampler2D depth_map;
layout(binding = 1) uniform sampler2D motion_map;
layout(binding = 2) uniform usampler2D motion_id_map;
layout(binding = 3) uniform sampler2D prev_depth_map;
layout(binding = 4, scalar) uniform Motions { mat4 clip_to_prev_clip[MAX_MOVING]; };  // by motion id
layout(binding = 5, scalar) uniform Constants { TaauConstants taau; };
layout(binding = 6) uniform sampler2D color_map;
layout(binding = 7) uniform sampler2D reactive_map;
// Motion, hidden, reactive: as -1 - reactive where the motion is a neighbour's.
layout(binding = 8, rgba16f) uniform writeonly image2D reprojection;
// Compressed YCoCg + 0.5, and by how much Y is above the history's, halved, + 0.5.
layout(binding = 9, rgba16) uniform writeonly image2D sample_map;
layout(binding = 10, rgba16f) uniform readonly image2D history_map;

// Returns how far the surface was hidden in the last frame: 0 visible, 1 hidden.
float disocclusion(ivec2 pixel, float depth, vec2 motion) {
  vec2 place = vec2(pixel) + 0.5 + taau.jitter, ndc = place / taau.render_size * 2.0 - 1.0;
  vec4 previous = clip_to_prev_clip[texelFetch(motion_id_map, pixel, 0).x] * vec4(ndc, depth, 1);
  float expected = depth > 0.0 ? previous.z / max(previous.w, 1e-6) : 0.0;  // reversed depth, last frame
  vec2 ratio = taau.prev_render_size / taau.render_size;
  ivec2 base = ivec2(floor((place + motion) * ratio - taau.prev_jitter - 0.5)), last = ivec2(taau.prev_render_size) - 1;
  float farthest = 1.0;
  for (int i = 0; i < 4; ++i) {
    ivec2 tap = clamp(base + ivec2(i & 1, i >> 1), ivec2(0), last);
    farthest = min(farthest, texelFetch(prev_depth_map, tap, 0).x);
  }
  // Even the farthest of the four was nearer to the camera than this surface, so something stood before it.
  return smoothstep(taau.disocclusion, 2.0 * taau.disocclusion, (farthest - expected) / max(farthest, 1e-7));
}

#include "taau_history.glsl"

void main() {
  ivec2 pixel = ivec2(gl_GlobalInvocationID.xy), last = ivec2(taau.render_size) - 1;
  if (any(greaterThan(pixel, last))) return;
  float depth[9];
  for (int i = 0; i < 9; ++i)
    depth[i] = texelFetch(depth_map, clamp(pixel + ivec2(i % 3 - 1, i / 3 - 1), ivec2(0), last), 0).x;

  // Reversed depth is affine on planes, so its second difference marks an edge. Only there the motion of the
  // nearest surface serves better than that of this place.
  float deepest = max(max(depth[1], depth[7]), max(max(depth[3], depth[5]), depth[4]));
  float bend = max(abs(depth[1] + depth[7] - 2.0 * depth[4]), abs(depth[3] + depth[5] - 2.0 * depth[4]));
  bend = max(bend, max(abs(depth[0] + depth[8] - 2.0 * depth[4]), abs(depth[2] + depth[6] - 2.0 * depth[4])));
  bool edge = bend > taau.dilation_threshold * max(deepest, 1e-9);
  ivec2 front = pixel;
  float front_depth = depth[4];
  for (int i = 0; i < 9 && edge; ++i) {
    if (depth[i] > front_depth) {
      front_depth = depth[i];
      front = clamp(pixel + ivec2(i % 3 - 1, i / 3 - 1), ivec2(0), last);
    }
  }
  vec2 motion = texelFetch(motion_map, front, 0).xy;
  float reactive = texelFetch(reactive_map, pixel, 0).x;
  imageStore(reprojection, pixel,
             vec4(motion, disocclusion(front, front_depth, motion), edge ? -1.0 - reactive : reactive));

  // 16 bits of fixed point are used: FLIP sees the rounding of half floats, and 32 bits take longer to read.
  vec3 color = to_ycocg(compress(texelFetch(color_map, pixel, 0).rgb));
  vec2 place = (vec2(pixel) + 0.5 + taau.jitter + motion) * taau.output_size / taau.render_size;
  bool there = taau.reset == 0u && all(greaterThanEqual(place, vec2(0))) && all(lessThan(place, taau.output_size));
  float brighter = there ? color.x - to_ycocg(compress(history_between(place) * taau.exposure_ratio)).x : 0.0;
  imageStore(sample_map, pixel, vec4(color + vec3(0, 0.5, 0.5), 0.5 + 0.5 * brighter));
}
