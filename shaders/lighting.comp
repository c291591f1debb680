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

#include "gbuffer.glsl"
#include "lighting.glsl"

vec2 ndc_of(vec2 pixel) { return (pixel + 0.5 + frame.jitter) / frame.render_size * 2.0 - 1.0; }
vec3 ray_of(vec2 ndc) { return frame.ray_center + ndc.x * frame.ray_x + ndc.y * frame.ray_y; }

// Estimates the obscurance of the hemisphere within a world-space radius, after McGuire et al. 2012,
// "Scalable Ambient Obscurance". The taps are the same at every pixel and in every frame, so an upscaler has
// no noise to average.
float ambient_occlusion(ivec2 pixel, vec3 position, vec3 normal, float view_depth) {
  if (frame.ao_strength <= 0.0) return 1.0;
  float pixels_a_metre = 0.5 * frame.render_size.y / (frame.tan_half_fov_y * view_depth) * frame.metre;
  float to_metres = 1.0 / frame.metre;
  float radius = min(frame.ao_radius * pixels_a_metre, 0.12 * frame.render_size.y);
  if (radius < 0.5) return 1.0;
  const int TAPS = 8;
  float sum = 0.0, bias = 0.002 * view_depth * to_metres + 0.01, r2 = frame.ao_radius * frame.ao_radius;
  for (int i = 0; i < TAPS; ++i) {
    float t = (float(i) + 0.5) / float(TAPS), angle = float(i) * 2.39996;  // golden angle
    vec2 offset = vec2(cos(angle), sin(angle)) * (radius * t);
    ivec2 tap = clamp(pixel + ivec2(round(offset)), ivec2(0), ivec2(frame.render_size) - 1);
    float depth = texelFetch(depth_map, tap, 0).x;
    vec3 v = ray_of(ndc_of(vec2(tap))) * (frame.near / max(depth, 1e-9)) - position;
    v *= to_metres;
    float d2 = dot(v, v), f = max(r2 - d2, 0.0) / r2;
    sum += f * f * max(dot(v, normal) - bias, 0.0) / (d2 * inversesqrt(max(d2, 1e-6)) + 0.01);
  }
  return clamp(1.0 - frame.ao_strength * 1.6 * sum / float(TAPS), 0.0, 1.0);
}

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
    vec4 c = texelFetch(gbuffer_color, pixel, 0);
    uvec2 kept = texelFetch(gbuffer_surface, pixel, 0).xy;
    float packed_value = floor(c.a * 255.0 + 0.5), metallic = floor(packed_value / 16.0);
    s = Surface(ray * view_depth, unpack_normal(kept), c.rgb, clamp(unpack_roughness(kept), 0.03, 1.0),
                metallic / 15.0, (packed_value - 16.0 * metallic) / 15.0);
    emission = unpack_emission(kept);
    direction = mirrored_view(s);
  }
  // The sky is evaluated once, for the background or for a mirror, because lavapipe runs both sides of every
  // branch.
  vec3 color = sky_radiance(direction);
  if (depth > 0.0) color = shade(s, ambient_occlusion(pixel, s.position, s.normal, view_depth), color) + emission;
  imageStore(out_color, pixel, vec4(clean(color * frame.exposure, brightest), 1));
}
