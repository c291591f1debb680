#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared.h"
#include "material.glsl"
#include "gbuffer.glsl"

layout(set = 0, binding = 0, scalar) uniform Frame { FrameConstants frame; };

layout(location = 4) in flat uint in_motion_id;

layout(location = 0) out vec4 out_color;  // base colour (sRGB); a: metallic and specular, 4 bits each
layout(location = 1) out uvec2 out_surface;
layout(location = 2) out uint out_motion_id;

void main() {
  vec4 base = texture(base_color_map, in_uv, frame.mip_bias);
  if (ALPHA_TEST && base.a < material.alpha_cutoff) discard;
  vec3 color = base.rgb * material_color();
  float roughness = material.roughness, metallic = material.metallic;
  if (ROUGHNESS_MAP) {
    vec2 rm = texture(roughness_metallic_map, in_uv, frame.mip_bias).gb;
    roughness *= rm.x;
    metallic *= rm.y;
  }
  vec3 emissive = material.emissive;
  if (EMISSIVE_MAP) emissive *= texture(emissive_map, in_uv, frame.mip_bias).rgb;
  out_color = vec4(color, (floor(metallic * 15.0 + 0.5) * 16.0 + floor(material.specular * 15.0 + 0.5)) / 255.0);
  out_surface = pack_surface(surface_normal(frame.mip_bias), roughness, emissive);
  out_motion_id = in_motion_id;
}
