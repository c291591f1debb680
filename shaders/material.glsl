// A material's textures and constants, and functions that evaluate them at one point of its surface.
#include "common.glsl"

layout(constant_id = 0) const bool ALPHA_TEST = false;
layout(constant_id = 1) const bool NORMAL_MAP = false;
layout(constant_id = 2) const bool ROUGHNESS_MAP = false;
layout(constant_id = 3) const bool EMISSIVE_MAP = false;
layout(constant_id = 4) const bool DOUBLE_SIDED = false;
layout(constant_id = 5) const bool VERTEX_COLORS = false;

layout(set = 1, binding = 0) uniform sampler2D base_color_map;
layout(set = 1, binding = 1) uniform sampler2D normal_map;
layout(set = 1, binding = 2) uniform sampler2D roughness_metallic_map;
layout(set = 1, binding = 3) uniform sampler2D emissive_map;

layout(push_constant, scalar) uniform Draw { ObjectConstants object; MaterialConstants material; };

layout(location = 0) in vec3 in_normal;
layout(location = 1) in vec4 in_tangent;
layout(location = 2) in vec2 in_uv;
layout(location = 5) in vec3 in_color;

// The material's colour, times the vertex's, which is sRGB-encoded.
vec3 material_color() {
  vec3 c = material.base_color.rgb;
  if (VERTEX_COLORS)
    c *= mix(pow((in_color + 0.055) / 1.055, vec3(2.4)), in_color / 12.92, lessThanEqual(in_color, vec3(0.04045)));
  return c;
}

vec3 surface_normal(float bias) {
  vec3 n = normalize(in_normal);
  if (NORMAL_MAP) {
    vec3 t = in_tangent.xyz - n * dot(n, in_tangent.xyz);
    float length2 = dot(t, t);
    if (length2 > 1e-8) {
      t *= inversesqrt(length2);
      vec3 b = cross(n, t) * (in_tangent.w < 0.0 ? -1.0 : 1.0);
      vec3 m = texture(normal_map, in_uv, bias).xyz * 2.0 - 1.0;
      n = normalize(t * m.x + b * m.y + n * max(m.z, 0.05));
    }
  }
  if (!DOUBLE_SIDED || gl_FrontFacing) return n;
  // A leaf lets light through, so that from behind it is lit from above as well. Turned down, it would look for light
  // in the ground that it grows from.
  return ALPHA_TEST ? vec3(-n.x, abs(n.y), -n.z) : -n;
}
