#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared.h"

layout(local_size_x = 8, local_size_y = 8) in;
layout(binding = 0, scalar) uniform Frame { FrameConstants frame; };
layout(binding = 1, scalar) uniform Motions { mat4 clip_to_prev_clip[MAX_MOVING]; };  // by motion_id
layout(binding = 2) uniform sampler2D gbuffer_color;
layout(binding = 3) uniform usampler2D gbuffer_surface;
layout(binding = 4) uniform usampler2D gbuffer_motion_id;
layout(binding = 5) uniform sampler2D depth_map;
layout(binding = 6) uniform sampler2DArrayShadow shadow_map;
layout(binding = 7, rgba16f) uniform writeonly image2D out_color;
layout(binding = 8, rg16f) uniform writeonly image2D out_motion;

layout(binding = 9) uniform sampler2D sky_map;
layout(binding = 10) uniform sampler3D ambient_grid;
#define SKY_MAP_ID 0

#include "gbuffer.glsl"
#include "lighting.glsl"
#include "gbuffer_surface.glsl"

void main() {
  ivec2 pixel = ivec2(gl_GlobalInvocationID.xy);
  if (any(greaterThanEqual(pixel, ivec2(frame.render_size)))) return;
  float depth = texelFetch(depth_map, pixel, 0).x;
  uint id = texelFetch(gbuffer_motion_id, pixel, 0).x;
  vec2 ndc = ndc_of(vec2(pixel));
  vec3 ray = ray_of(ndc);

  vec4 previous = clip_to_prev_clip[id] * vec4(ndc, depth, 1);
  vec2 motion = (previous.xy / (abs(previous.w) > 1e-9 ? previous.w : 1e-9) - ndc) * 0.5 * frame.render_size;
  imageStore(out_motion, pixel, vec4(clamp(motion, -60000.0, 60000.0), 0, 0));

  Surface s;
  vec3 emission = vec3(0), direction = normalize(ray);
  float view_depth = frame.near / max(depth, 1e-9);
  if (depth > 0.0) {
    uvec2 kept = texelFetch(gbuffer_surface, pixel, 0).xy;
    s = surface_at(pixel, ray * view_depth, kept);
    emission = unpack_emission(kept);
    direction = mirrored_view(s);
  }
  // The sky is evaluated once, for the background or for a mirror, because lavapipe runs both sides of every
  // branch.
  vec4 sky = sky_radiance(direction);
  vec3 color;
  if (depth > 0.0) {
    color = shade(s, ambient_occlusion(pixel, s.position, s.normal, view_depth), sky.rgb) + emission;
    color = through_air(color, s.position, 1.0);
  } else {
    color = sky.rgb + sun_disk(direction, sky.a);
  }
  imageStore(out_color, pixel, vec4(clean(color * frame.exposure, brightest), 1));
}
