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
layout(binding = 6, rgba16f) uniform writeonly image2D out_color;
layout(binding = 7, rg16f) uniform writeonly image2D out_motion;
#define LIGHT_MAPS 8
#define SKY_MAP_ID 0
layout(constant_id = 1) const bool SWAY = false;  // the scene has leaves that wind moves

#include "gbuffer.glsl"
#include "lighting.glsl"
#include "gbuffer_surface.glsl"
#include "sway.glsl"

// Where the surface of a pixel was in the previous frame, in its clip space.
vec4 previous_clip(uint id, vec2 ndc, float depth, vec3 place) {
  vec4 clip = vec4(ndc, depth, 1);
  if (!SWAY) return clip_to_prev_clip[id] * clip;
  // A leaf's place then lay beside the place that it has now. The step is without jitter, as motion is.
  vec3 rest = rest_of(place, frame.seconds);
  vec3 step = id == SWAYING ? rest + swayed_from(rest, frame.previous_seconds) - place : vec3(0);
  vec4 aside = frame.clip_from_world * vec4(step, 0);
  aside.xy += 2.0 * frame.jitter / frame.render_size * aside.w;
  return clip_to_prev_clip[id == SWAYING ? 0u : id] * (clip + aside * (depth / frame.near));
}

void main() {
  ivec2 pixel = ivec2(gl_GlobalInvocationID.xy);
  if (any(greaterThanEqual(pixel, ivec2(frame.render_size)))) return;
  float depth = texelFetch(depth_map, pixel, 0).x;
  uint id = texelFetch(gbuffer_motion_id, pixel, 0).x;
  vec2 ndc = ndc_of(vec2(pixel));
  vec3 ray = ray_of(ndc);

  vec4 previous = previous_clip(id, ndc, depth, ray * (frame.near / max(depth, 1e-9)));
  imageStore(out_motion, pixel, vec4(motion_of(previous, ndc), 0, 0));

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
    float near = ambient_occlusion(pixel, s.position, s.normal, view_depth);
    color = shade(s, near, sky.rgb, contact_shadow(s.position, s.normal, view_depth, near), true) + emission;
    color = through_air(color, s.position, 1.0);
  } else {
    color = sky.rgb + sun_disk(direction, sky.a);
  }
  imageStore(out_color, pixel, vec4(clean(color * frame.exposure, brightest), 1));
}
