// Structures that shaders and C++ share, in scalar layout (VK_EXT_scalar_block_layout): every member follows
// the one before it with no padding, in both languages. This file is GLSL and C++ at once.
#ifndef NEURASTER_SHARED_H
#define NEURASTER_SHARED_H

#ifdef __cplusplus
#include <cstdint>

#include "renderer/math.h"
namespace shared {
using uint = std::uint32_t;
using vec2 = glm::vec2;
using vec3 = glm::vec3;
using vec4 = glm::vec4;
using mat4 = glm::mat4;
using mat4x3 = glm::mat4x3;
#define SHARED_CONST inline constexpr int
#else
#define SHARED_CONST const int
#endif

SHARED_CONST MAX_CASCADES = 3;
SHARED_CONST MAX_LIGHTS = 64;
SHARED_CONST MAX_MOVING = 256;  // motion_id is 8 bits; 0 is everything that stands still

struct Light {
  vec3 position;  // camera-relative
  float radius;   // metres
  vec3 color;     // radiance of a white facing surface at 1 m
  float pad;
};

// "World" in shaders is camera-relative: world axes, the camera at the origin. It keeps motion exact far from
// the scene's origin.
struct FrameConstants {
  mat4 clip_from_world;                  // jittered
  mat4 shadow_from_world[MAX_CASCADES];  // to (u, v, depth) of the cascade
  vec3 ray_center, ray_x, ray_y;  // view ray of ndc (x, y): center + x * ray_x + y * ray_y, view depth 1
  vec3 camera_position;           // in the scene; for patterns that stick to it
  vec3 sun_direction;             // towards the sun, normalised
  vec3 sun_radiance;              // of a white Lambert surface that faces it
  vec3 sky_zenith, sky_horizon;
  vec3 cascade_texel;             // metres a texel, one a cascade
  vec2 render_size, output_size;  // pixels
  vec2 jitter;                    // render pixels
  float exposure;
  float near;
  float mip_bias;
  float seconds;  // of the scene
  float tan_half_fov_y;
  float shadow_softness, shadow_bias;  // metres; texels
  float ao_radius, ao_strength;        // metres; 0 is off
  uint cascade_count;
  uint light_count;
  Light lights[MAX_LIGHTS];
};

// Push constants of a draw: the model's place this frame, and its material.
struct ObjectConstants {
  mat4x3 world_from_model;
  uint motion_id;
};
struct MaterialConstants {
  vec4 base_color;  // a: opacity
  vec3 emissive;
  float roughness;
  float metallic;
  float specular;
  float alpha_cutoff;
  uint water;
};
struct DrawConstants {
  ObjectConstants object;
  MaterialConstants material;
};

struct TaauConstants {
  vec2 render_size, output_size, prev_render_size, jitter, prev_jitter;
  float exposure_ratio;  // this frame's over the last one's
  float near;
  uint reset;
  float blend, clip_gamma, innovation, sample_sigma, history_sharpness, dilation_threshold, disocclusion;
};

#ifdef __cplusplus
#undef SHARED_CONST
static_assert(sizeof(Light) == 32);
static_assert(sizeof(FrameConstants) ==
              64 * (1 + MAX_CASCADES) + 9 * 12 + 3 * 8 + 9 * 4 + 8 + 32 * MAX_LIGHTS);
static_assert(sizeof(ObjectConstants) == 52);
static_assert(sizeof(MaterialConstants) == 48);
static_assert(sizeof(TaauConstants) == 40 + 40);
}  // namespace shared
#endif
#endif
