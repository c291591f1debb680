// The G-buffer keeps 64 bits of a surface beside its base colour: the octahedral normal in 2 x 12 and the
// roughness in 8, then the emission as RGB9E5 (EXT_texture_shared_exponent), whose hue is exact however dim
// it is.
#include "common.glsl"

const float BRIGHTEST_EMISSION = 65408.0;  // 511 / 512 * 2^16

uint pack_rgb9e5(vec3 c) {
  c = clean(c, BRIGHTEST_EMISSION);
  float most = max3(c);
  if (most < 1e-7) return 0u;
  int exponent = max(-16, (floatBitsToInt(most) >> 23) - 127) + 1;  // most is below 2^exponent
  if (floor(most * exp2(float(9 - exponent)) + 0.5) > 511.0) ++exponent;
  uvec3 mantissa = uvec3(c * exp2(float(9 - exponent)) + 0.5);
  return mantissa.x | mantissa.y << 9 | mantissa.z << 18 | uint(exponent + 15) << 27;
}
vec3 unpack_rgb9e5(uint v) {
  return vec3(v & 511u, v >> 9 & 511u, v >> 18 & 511u) * exp2(float(int(v >> 27)) - 24.0);
}

uvec2 pack_surface(vec3 normal, float roughness, vec3 emission) {
  uvec2 n = uvec2(round((oct_encode(normal) * 0.5 + 0.5) * 4095.0));
  return uvec2(n.x | n.y << 12 | uint(clamp(roughness, 0.0, 1.0) * 255.0 + 0.5) << 24, pack_rgb9e5(emission));
}
vec3 unpack_normal(uvec2 packed_surface) {
  return oct_decode(vec2(packed_surface.x & 4095u, packed_surface.x >> 12 & 4095u) * (2.0 / 4095.0) - 1.0);
}
float unpack_roughness(uvec2 packed_surface) { return float(packed_surface.x >> 24) / 255.0; }
vec3 unpack_emission(uvec2 packed_surface) { return unpack_rgb9e5(packed_surface.y); }
