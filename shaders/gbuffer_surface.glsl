// What the G-buffer says of a pixel, for the passes that read it. It needs `frame` (FrameConstants), the maps
// `gbuffer_color`, `gbuffer_surface` and `depth_map`, gbuffer.glsl and lighting.glsl, before it.
#include "motion.glsl"

vec3 ray_of(vec2 ndc) { return frame.ray_center + ndc.x * frame.ray_x + ndc.y * frame.ray_y; }

// Estimates the obscurance of the hemisphere within a world-space radius, after McGuire et al. 2012,
// "Scalable Ambient Obscurance". The taps are the same at every pixel and in every frame, so an upscaler has
// no noise to average.
float ambient_occlusion(ivec2 pixel, vec3 position, vec3 normal, float view_depth) {
  float pixels_a_metre = 0.5 * frame.render_size.y / (frame.tan_half_fov_y * view_depth) * frame.metre;
  float to_metres = 1.0 / frame.metre;
  float radius = min(frame.ao_radius * pixels_a_metre, 0.12 * frame.render_size.y);
  if (min(radius - 0.5, frame.ao_strength) <= 0.0) return 1.0;
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

// The share of the sun that passes what the picture shows within a short way: a march through the depth buffer, in
// steps that grow and are the same for every pixel and frame. A surface is taken to be a quarter of a metre thick.
// Where ambient occlusion, which is wider, has found nothing, no step is made.
float contact_shadow(vec3 position, vec3 normal, float view_depth, float ambient_occlusion) {
  const int STEPS = 4;
  // Where it would be hardly longer than a pixel it fades out, and far away no step is made.
  float pixels = 0.5 * frame.render_size.y / (frame.tan_half_fov_y * view_depth) * frame.contact_length;
  bool near = ambient_occlusion * min(1e6 * frame.ao_strength, 1.0) < 0.98;  // or where there is none
  float strength = near && dot(normal, frame.sun_direction) > 0.0 ? clamp(0.5 * pixels - 1.0, 0.0, 1.0) : 0.0;
  vec3 from = position + normal * (0.01 * frame.metre + 0.003 * view_depth);
  vec4 start = frame.clip_from_world * vec4(from, 1);
  vec4 along = frame.clip_from_world * vec4(frame.sun_direction * frame.contact_length, 0);
  float lit = 1.0, bias = 0.01 * frame.metre + 0.002 * view_depth;
  int steps = strength > 0.0 ? STEPS : 0;
  for (int i = 1; i <= steps; ++i) {
    float way = float(i) / float(STEPS);
    way *= way;
    vec4 clip = start + way * along;
    vec2 pixel = (clip.xy / max(clip.w, frame.near) * 0.5 + 0.5) * frame.render_size;
    float depth = texelFetch(depth_map, ivec2(clamp(pixel, vec2(0), frame.render_size - 1.0)), 0).x;
    float behind = clip.w - frame.near / max(depth, 1e-9);
    if (behind > bias && behind < 0.25 * frame.metre) lit = min(lit, smoothstep(0.5, 1.0, way));
  }
  return mix(1.0, lit, strength);
}

// The surface at a camera-relative position; `kept` is the pixel's gbuffer_surface.
Surface surface_at(ivec2 pixel, vec3 position, uvec2 kept) {
  vec4 c = texelFetch(gbuffer_color, pixel, 0);
  float packed_value = floor(c.a * 255.0 + 0.5), metallic = floor(packed_value / 16.0);
  return Surface(position, unpack_normal(kept), c.rgb, clamp(unpack_roughness(kept), 0.03, 1.0), metallic / 15.0,
                 (packed_value - 16.0 * metallic) / 15.0);
}
