// Structures that shaders and C++ share, in scalar layout (VK_EXT_scalar_block_layout): every member follows
// the previous one without padding, in both languages. This file is both GLSL and C++.
#ifndef NEURASTER_SHARED_H
#define NEURASTER_SHARED_H

#ifdef __cplusplus
#include <cstdint>

#include "renderer/math.h"
namespace shared {
using uint = std::uint32_t;
using ivec2 = glm::ivec2;
using vec2 = glm::vec2;
using vec3 = glm::vec3;
using vec4 = glm::vec4;
using mat4 = glm::mat4;
using mat4x3 = glm::mat4x3;
#define SHARED_CONST inline constexpr int
#define SHARED_FLOAT inline constexpr float
#else
#define SHARED_CONST const int
#define SHARED_FLOAT const float
#endif

SHARED_CONST MAX_CASCADES = 3;
SHARED_CONST MAX_LIGHTS = 64;
SHARED_CONST MAX_LAMP_SHADOWS = 8;  // lights whose own shadows a frame has
SHARED_FLOAT LAMP_NEAR =
    0.3f;  // metres; what is nearer to a lamp is its lantern, which casts no shadow of it
SHARED_CONST SKY_COLUMNS = 32, SKY_ROWS = 64;  // of renderer::Atmosphere::Table
SHARED_CONST MAX_MOVING = 256;                 // motion_id has 8 bits; 0 means everything that stands still
SHARED_CONST SWAYING = MAX_MOVING - 1;         // the motion_id of leaves in the wind
SHARED_CONST WATER_NONE = 0, WATER_OPEN = 1, WATER_PUDDLE = 2;  // what a material is

struct Light {
  vec3 position;       // camera-relative
  float radius;        // metres
  vec3 color;          // radiance of a white surface that faces it at 1 m
  uint number;         // in the scene
  int shadow_row;      // of the lamps' shadow map; the first lamp_shadow_count lights have one
  float shadow_share;  // 1: its shadow is dark, 0: it has none
};

// "World" in shaders is camera-relative: world axes with the camera at the origin. This keeps motion exact
// far from the scene's origin.
struct FrameConstants {
  mat4 clip_from_world;                  // jittered
  mat4 shadow_from_world[MAX_CASCADES];  // to (u, v, depth) of the cascade
  vec3 ray_center, ray_x, ray_y;  // view ray of ndc (x, y): center + x * ray_x + y * ray_y, view depth 1
  vec3 camera_position;           // in the scene, for patterns that must not follow the camera
  vec3 sun_direction;             // towards the sun, normalised
  vec3 sun_radiance;              // of a white Lambert surface that faces it
  vec3 sky_zenith, sky_horizon;   // the gradient that lights surfaces
  vec3 sky_sunward;               // added to it towards the sun
  vec3 air_extinction;            // of a scene unit; this and the rest of an atmosphere alone
  vec3 air_sunward, air_away;     // what far things fade to
  float sky_scale;                // multiplies the sky map
  vec3 cascade_texel;             // scene units per texel, one for each cascade
  vec2 render_size, output_size;  // pixels
  vec2 jitter;                    // render pixels
  float exposure;
  float near;
  float mip_bias;
  float seconds;  // of the scene
  float tan_half_fov_y;
  float shadow_softness, shadow_bias;  // scene units; texels
  float shadow_spread;                 // scene units of filter width for each to what casts
  float contact_length;                // scene units; 0: no contact shadows
  float ao_radius, ao_strength;        // metres; 0 turns it off
  vec3 ambient_scale, ambient_corner;  // place in the ambient grid's texture: position * scale + corner
  float ambient_cell;                  // scene units
  float ambient_strength;              // 0: as in the open everywhere
  float bounce_strength;               // of the sun's light that surfaces reflect once
  float sway, previous_seconds;        // scene units that leaves move; the previous frame's time
  vec4 ambient_open;                   // what arrives there: slope, level
  float metre;                         // in the scene's units, which all other lengths have
  vec2 water_corner;                   // of the simulated water's first cell, in the scene
  float water_cell;                    // side of a cell, in the scene's units
  int water_cells;                     // a side of the basin
  float water_wind, water_foam;
  uint water_mirrors;  // 0: it reflects the sky alone
  uint cascade_count;
  uint light_count, lamp_shadow_count;
  Light lights[MAX_LIGHTS];
};

struct SkyConstants {
  vec3 to_sun;
  vec3 sunlight;  // of a white Lambert surface; radiances here are in units of the scene's sun
  float clouds, stars;
  int size;  // texels of a side of the map
};

// Push constants of a draw: the model's place in this frame, and its material.
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
  int water;   // WATER_NONE, WATER_OPEN or WATER_PUDDLE
  uint sways;  // in the wind of its scene
};
struct DrawConstants {
  ObjectConstants object;
  MaterialConstants material;
};

struct TaauConstants {
  vec2 render_size, output_size, prev_render_size, jitter, prev_jitter;
  float exposure_ratio;  // this frame's over the previous one's
  float near;
  uint reset;
  float blend, clip_gamma, innovation, sample_sigma, history_sharpness, dilation_threshold, disocclusion;
};

// Push constants of the other passes. `size` is the size of the image that a pass writes, in pixels.
struct ShadowConstants {
  mat4 shadow_from_model;  // clip space of the cascade
  float alpha_cutoff;
};
struct ExposureConstants {
  ivec2 size;      // of the picture that is measured
  float exposure;  // factor that its colours contain
};
struct SpatialConstants {
  vec2 render_size, output_size;  // pixels
  vec2 jitter;                    // render pixels
};
struct TaauViewConstants {
  int kind;  // 0 warped history, 1 disocclusion, 2 blend weight, 3 history clamp
};
struct BloomDownConstants {
  ivec2 size;
  vec2 tap;  // distance in source texels
};
struct BloomUpConstants {
  ivec2 size;
  float weight;  // of the wider level
};
struct CompositeConstants {
  ivec2 size;
  float bloom_strength;
  vec3 balance;  // of the grade, with the other two: renderer::GradeSettings
  float contrast, saturation;
};
struct ReferenceConstants {
  ivec2 size;
  int sample_index, sample_count;
};
struct ViewBufferConstants {
  ivec2 size, source_size;
  int kind;        // renderer::Shading
  int tone_curve;  // renderer::ToneCurve
};
struct ViewSurfaceConstants {
  ivec2 size;
  int kind;  // renderer::SurfaceValue
};
struct ViewSplitConstants {
  ivec2 size;
  int divider;        // x of the first pixel of the right side
  int line;           // half the width of the line between them; 0: no line
  ivec2 lens_corner;  // of the first pane
  int lens_side;      // side of a square pane in pixels; 0: no magnifier
  int lens_panes;     // 2: left and right
  vec2 lens_center;   // the place that the magnifier shows
  float zoom;
};

#ifdef __cplusplus
#undef SHARED_CONST
#undef SHARED_FLOAT
static_assert(sizeof(Light) == 40);
static_assert(sizeof(FrameConstants) ==
              64 * (1 + MAX_CASCADES) + 15 * 12 + 16 + 3 * 8 + 18 * 4 + 8 + 5 * 4 + 12 + 40 * MAX_LIGHTS);
static_assert(sizeof(ObjectConstants) == 52);
static_assert(sizeof(MaterialConstants) == 52);
static_assert(sizeof(DrawConstants) == 52 + 52);
static_assert(sizeof(TaauConstants) == 40 + 40);
static_assert(sizeof(ShadowConstants) == 64 + 4);
static_assert(sizeof(ExposureConstants) == 8 + 4);
static_assert(sizeof(SpatialConstants) == 3 * 8);
static_assert(sizeof(TaauViewConstants) == 4);
static_assert(sizeof(BloomDownConstants) == 8 + 8);
static_assert(sizeof(BloomUpConstants) == 8 + 4);
static_assert(sizeof(CompositeConstants) == 8 + 4 + 12 + 8);
static_assert(sizeof(ReferenceConstants) == 8 + 8);
static_assert(sizeof(ViewBufferConstants) == 16 + 8);
static_assert(sizeof(SkyConstants) == 24 + 8 + 4);
static_assert(sizeof(ViewSurfaceConstants) == 8 + 4);
static_assert(sizeof(ViewSplitConstants) == 8 + 8 + 8 + 8 + 8 + 4);
}  // namespace shared
#endif
#endif
