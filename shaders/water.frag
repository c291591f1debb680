#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
// The simulated water: what lies under it, dimmed by depth, what it mirrors, and foam. Puddles mirror likewise.
#include "shared.h"

layout(set = 0, binding = 0, scalar) uniform Frame { FrameConstants frame; };
layout(set = 0, binding = 1, scalar) uniform Motions { mat4 clip_to_prev_clip[MAX_MOVING]; };
layout(set = 0, binding = 2) uniform sampler2D under;        // the picture without the water
layout(set = 0, binding = 3) uniform sampler2D under_depth;
layout(set = 0, binding = 4, scalar) readonly buffer Basin { uvec2 basin[]; };  // renderer/water_surface.h
#define LIGHT_MAPS 5
#define SKY_MAP_ID 6  // after those of material.glsl
#include "lighting.glsl"
#include "material.glsl"
#include "motion.glsl"
#include "water_surface.glsl"

layout(location = 3) in vec3 in_position;

layout(location = 0) out vec4 out_color;
layout(location = 1) out vec2 out_motion;
layout(location = 2) out float out_reactive;

float view_depth_at(ivec2 pixel) { return frame.near / max(texelFetch(under_depth, pixel, 0).x, 1e-9); }
ivec2 inside(vec2 pixel) { return ivec2(clamp(pixel, vec2(0), frame.render_size - 1.0)); }

// What a ray from the water meets in the picture: colour, and how surely it is that. The ray goes on in growing
// steps, then halves the step in which it went behind something (McGuire and Mara 2014, "Efficient GPU Screen-Space
// Ray Tracing", go by pixels; water is wavy and needs less).
vec4 mirrored(vec3 from, vec3 direction, float distance) {
  // lavapipe compiles a shader anew for each value of a uniform that alone decides a branch, in every frame.
  if (frame.water_mirrors == 0u || distance <= 0.0) return vec4(0);
  vec4 start = frame.clip_from_world * vec4(from, 1), along = frame.clip_from_world * vec4(direction, 0);
  const int STEPS = 10;
  const float GROWTH = 1.7;
  float near_end = 0.0, far_end = 0.25 * frame.metre + 0.015 * distance, found = -1.0;
  for (int i = 0; i < STEPS; ++i) {
    vec4 clip = start + far_end * along;
    vec2 pixel = (clip.xy / max(clip.w, 1e-6) * 0.5 + 0.5) * frame.render_size;
    if (clip.w <= frame.near || any(lessThan(pixel, vec2(0))) || any(greaterThanEqual(pixel, frame.render_size))) break;
    float behind = clip.w - view_depth_at(ivec2(pixel));
    if (behind > 0.0 && behind < 1.2 * (far_end - near_end) + 0.5 * frame.metre) {
      found = far_end;
      break;
    }
    near_end = far_end;
    far_end *= GROWTH;
  }
  if (found < 0.0) return vec4(0);
  for (int i = 0; i < 6; ++i) {
    float middle = 0.5 * (near_end + found);
    vec4 clip = start + middle * along;
    bool behind = clip.w > view_depth_at(inside((clip.xy / clip.w * 0.5 + 0.5) * frame.render_size));
    near_end = behind ? near_end : middle;
    found = behind ? middle : found;
  }
  vec4 clip = start + found * along;
  vec2 place = clip.xy / clip.w;
  vec2 edge = smoothstep(vec2(1.0), vec2(0.85), abs(place));
  ivec2 pixel = inside((place * 0.5 + 0.5) * frame.render_size);
  return vec4(texelFetch(under, pixel, 0).rgb, edge.x * edge.y);
}

void main() {
  ivec2 pixel = ivec2(gl_FragCoord.xy);
  vec3 view = -normalize(in_position);
  float distance = length(in_position), water_depth = frame.near / gl_FragCoord.z;
  vec2 place = (in_position.xz + frame.camera_position.xz) / frame.metre;  // metres

  // The surface lies higher or lower than the plane that is drawn: the ray meets it before or after.
  float pixel_size = 2.0 * frame.tan_half_fov_y / frame.render_size.y * water_depth / frame.metre;  // metres
  // Puddles have no waves, and the stones under them are wet.
  float moving = material.water == WATER_PUDDLE ? 0.0 : 1.0;
  vec2 shift = view.xz / max(view.y, 0.15) * basin_level(place) * moving;
  WaterPoint point = water_at(place + shift, view, pixel_size);
  point.level *= moving;
  point.slope *= moving;
  point.foam *= moving;
  point.roughness *= moving;
  vec3 ripples = vec3(0);
  if (NORMAL_MAP) {
    vec2 drift = vec2(0.011, 0.007) * frame.seconds;
    ripples = texture(normal_map, in_uv + drift, frame.mip_bias).xyz + texture(normal_map, in_uv * 2.3 - drift.yx, frame.mip_bias).xyz - 1.0;
    ripples.xy *= 0.35 * frame.water_wind;
  }
  vec3 normal = normalize(vec3(-point.slope.x - ripples.x, 1, -point.slope.y + ripples.y));
  if (dot(normal, view) < 0.03) normal = normalize(normal + view * (0.05 - dot(normal, view)));

  // Under water, where crests let more light through: bent, and dimmed by what it swallows (about as clear coastal water does).
  float straight = view_depth_at(pixel);
  float through = (straight - water_depth) * distance / water_depth / frame.metre;  // metres along the ray
  vec2 bend = normal.xz * vec2(1, -1) * min(through, 1.0) * 0.12 / max(water_depth / frame.metre, 0.5) / frame.tan_half_fov_y;
  ivec2 bent = inside(vec2(pixel) + bend * frame.render_size.y);
  float bent_depth = view_depth_at(bent);
  bool nearer = bent_depth < water_depth;
  if (nearer) bent = pixel;
  float length_under = max(((nearer ? straight : bent_depth) - water_depth) * distance / water_depth / frame.metre, 0.0);
  vec3 clear = exp(-vec3(0.75, 0.32, 0.26) * min(length_under, 40.0));
  vec3 base = texture(base_color_map, in_uv, frame.mip_bias).rgb * material_color();
  float shadow = sun_shadow(in_position, vec3(0, 1, 0), false);
  vec3 sun = frame.sun_radiance * shadow;
  vec3 up = vec3(0, 1, 0);
  vec3 lit = sky_diffuse(up) * ambient_share(ambient_light(grid_place(in_position, up)), up) + sun * max(dot(normal, frame.sun_direction), 0.0);
  vec3 color = texelFetch(under, bent, 0).rgb * clear * mix(0.45, 1.0, moving) + base * lit * (frame.exposure * clamp(1.0 + 4.0 * point.level, 0.6, 1.6)) * (1.0 - clear);

  // Mirrored: the picture where it shows what the ray meets, else the sky.
  vec3 direction = reflect(-view, normal);
  direction = normalize(vec3(direction.x, max(direction.y, 0.02), direction.z));
  vec4 hit = mirrored(in_position, direction, distance);
  vec3 sky = sky_radiance(direction).rgb * frame.exposure;
  float n_v = max(dot(normal, view), 1e-3);
  float fresnel = schlick(vec3(0.02), n_v).x;
  fresnel /= 1.0 + 4.0 * point.roughness;  // waves hide one another
  color = mix(color, mix(sky, hit.rgb, hit.a), fresnel);

  Surface s = Surface(in_position, normal, vec3(0), clamp(0.07 + point.roughness, 0.07, 0.35), 0.0, 0.25);
  float n_l = dot(normal, frame.sun_direction);
  if (n_l > 0.0)
    color += min(sun * n_l * specular_lobe(s, vec3(0.02), view, frame.sun_direction), vec3(40.0)) * frame.exposure * (1.0 - hit.a);

  // Foam: what the simulation made, and a line where the water is thin against a wall, a pile or a hull.
  float line = moving * (1.0 - smoothstep(0.0, 0.10 + 0.5 * abs(point.level), through)) * step(straight, frame.near * 1e8);
  float grain = foam_grain(place + shift, pixel_size);
  float foam = clamp(frame.water_foam * (smoothstep(0.2, 0.9, point.foam * (0.3 + 1.1 * grain)) + 0.5 * line * grain), 0.0, 0.75);
  color = mix(color, vec3(0.78, 0.82, 0.82) * lit * frame.exposure, foam);

  color = through_air(color / frame.exposure, in_position, 1.0) * frame.exposure;
  out_color = vec4(clean(color, brightest), 1);
  vec2 ndc = ndc_of(vec2(pixel));
  vec4 previous = clip_to_prev_clip[0] * vec4(ndc, gl_FragCoord.z, 1);
  out_motion = motion_of(previous, ndc);
  // Depth and motion are the surface's, which stays; what it mirrors, its waves and its foam move over it.
  out_reactive = clamp(0.35 + 0.5 * fresnel, 0.0, 0.8);
}
