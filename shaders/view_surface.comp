#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared.h"
// Shows what the lighting pass knows of each surface as a picture: each pixel of the G-buffer becomes a block of
// equal pixels.

layout(local_size_x = 8, local_size_y = 8) in;
layout(binding = 0, scalar) uniform Frame { FrameConstants frame; };
layout(binding = 1) uniform sampler2D gbuffer_color;
layout(binding = 2) uniform usampler2D gbuffer_surface;
layout(binding = 3) uniform sampler2D depth_map;
layout(binding = 4, rgba8) uniform writeonly image2D result;
#define LIGHT_MAPS 5
#define SKY_MAP_ID 0
layout(push_constant, scalar) uniform Push { ViewSurfaceConstants push; };

#include "gbuffer.glsl"
#include "lighting.glsl"
#include "gbuffer_surface.glsl"
#include "tone_curve.glsl"

const int NORMAL = 0, ALBEDO = 1, ROUGHNESS = 2, SHADOW = 3, OCCLUSION = 4;

void main() {
  ivec2 shown = ivec2(gl_GlobalInvocationID.xy);
  if (any(greaterThanEqual(shown, push.size))) return;
  ivec2 pixel = shown * ivec2(frame.render_size) / push.size;
  float depth = texelFetch(depth_map, pixel, 0).x, view_depth = frame.near / max(depth, 1e-9);
  vec3 c = vec3(0);
  // Depth takes part because lavapipe compiles a shader anew for uniforms that alone decide a branch.
  int kind = push.kind + (depth > 2.0 ? 1 : 0);
  if (depth > 0.0) {
    Surface s = surface_at(pixel, ray_of(ndc_of(vec2(pixel))) * view_depth, texelFetch(gbuffer_surface, pixel, 0).xy);
    if (kind == NORMAL) c = s.normal * 0.5 + 0.5;
    if (kind == ALBEDO) c = srgb_encode(s.base_color);
    if (kind == ROUGHNESS) c = vec3(s.roughness);
    if (kind == SHADOW && dot(s.normal, frame.sun_direction) > 0.0)
      c = vec3(sun_shadow(s.position, s.normal, true) * contact_shadow(s.position, s.normal, view_depth,
                                                                 ambient_occlusion(pixel, s.position, s.normal, view_depth)));
    if (kind == OCCLUSION) 
      c = vec3(hidden_twice(ambient_share(ambient_light(grid_place(s.position, s.normal)), s.normal),
                            ambient_occlusion(pixel, s.position, s.normal, view_depth)));
  }
  imageStore(result, shown, vec4(clamp(c, 0.0, 1.0), 1));
}
