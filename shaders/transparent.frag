#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared.h"

layout(set = 0, binding = 0, scalar) uniform Frame { FrameConstants frame; };
layout(set = 0, binding = 1, scalar) uniform Motions { mat4 clip_to_prev_clip[MAX_MOVING]; };
layout(set = 0, binding = 2) uniform sampler2D motion_map;  // of what lies behind
#define LIGHT_MAPS 3
#define SKY_MAP_ID 6  // after those of material.glsl
#include "lighting.glsl"
#include "material.glsl"
#include "motion.glsl"

layout(location = 3) in vec3 in_position;
layout(location = 4) in flat uint in_motion_id;

layout(location = 0) out vec4 out_color;      // premultiplied
layout(location = 1) out vec4 out_reactive;   // alpha is the same value: layers add up as covers do

// Returns ripples: a few travelling sines, as slopes.
vec3 water_normal(vec3 normal, vec3 position) {
  vec2 p = position.xz;
  float t = frame.seconds;
  vec2 slope = vec2(0);
  const vec3 waves[5] = vec3[](vec3(0.9, 0.35, 1.1), vec3(-0.5, 1.3, 1.6), vec3(2.1, -1.2, 2.3), vec3(-2.6, -2.9, 3.1),
                               vec3(5.1, 3.7, 4.3));
  for (int i = 0; i < 5; ++i) {
    float k = length(waves[i].xy);
    slope += waves[i].xy * (0.035 / k) * cos(dot(waves[i].xy, p) + waves[i].z * t);
  }
  float upright = clamp(normal.y, 0.0, 1.0);
  return normalize(normal + vec3(slope.x, 0, slope.y) * upright);
}

// Returns how much of a pixel that a layer covers, `mirrored` of it by what it mirrors, does not move as the motion
// of what lies behind says. A road painted on the ground goes with it; a pane before a far wall does not.
float not_as_behind(float cover, float mirrored) {
  if (material.water == WATER_OPEN) return max(cover, 0.6);  // its waves run over it
  vec2 ndc = ndc_of(gl_FragCoord.xy - 0.5);
  vec4 previous = clip_to_prev_clip[in_motion_id == SWAYING ? 0u : in_motion_id] * vec4(ndc, gl_FragCoord.z, 1);
  vec2 motion = motion_of(previous, ndc);
  vec2 behind = texelFetch(motion_map, ivec2(gl_FragCoord.xy), 0).xy;
  const float SLOPE = 16.0;  // all of it from a sixteenth of a pixel on
  float apart = in_motion_id == SWAYING ? 1.0 : clamp(SLOPE * length(motion - behind), 0.0, 1.0);
  return mix(mirrored * clamp(SLOPE * length(motion), 0.0, 1.0), cover, apart);
}

void main() {
  // The map's alpha says where the surface is, the material's how much of what lies behind it covers there.
  vec4 map = texture(base_color_map, in_uv, frame.mip_bias);
  vec4 base = vec4(map.rgb * material_color(), material.base_color.a);
  vec3 normal = surface_normal(frame.mip_bias);
  if (material.water == WATER_OPEN) normal = water_normal(normal, (in_position + frame.camera_position) / frame.metre);
  vec3 view = -normalize(in_position);
  if (dot(normal, view) < 0.02) normal = normalize(normal + view * (0.04 - dot(normal, view)));
  float roughness = material.roughness;
  if (ROUGHNESS_MAP) roughness *= texture(roughness_metallic_map, in_uv, frame.mip_bias).g;
  if (material.water != WATER_NONE) roughness = min(roughness, 0.12);
  Surface s = Surface(in_position, normal, base.rgb, clamp(roughness, 0.03, 1.0), 0.0, material.specular);
  vec3 emissive = material.emissive;
  if (EMISSIVE_MAP) emissive *= texture(emissive_map, in_uv, frame.mip_bias).rgb;

  // Reflection covers what lies behind: the diffuse part covers by its opacity, the mirror by Fresnel.
  float fresnel = schlick(vec3(0.08 * s.specular), max(dot(normal, view), 0.0)).x;
  float cover = map.a * (base.a + (1.0 - base.a) * fresnel);
  Surface mirror = s;
  mirror.base_color = s.base_color * base.a;
  // The colour is limited to `cover` of the brightest value, so that any number of layers stays below it.
  vec3 lit = map.a * (shade(mirror, 1.0, sky_radiance(mirrored_view(mirror)).rgb, 1.0, false) + emissive * base.a);
  vec3 color = clean(through_air(lit, in_position, cover) * frame.exposure, brightest * cover);
  out_color = vec4(color, cover);
  out_reactive = vec4(not_as_behind(cover, cover - map.a * base.a));
}
