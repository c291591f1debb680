// Tensors and weights behind addresses: four scalars at a time, stored as floats or, with HALF_STORAGE, as halfs.
// With HALF_PRODUCTS the arithmetic is in halfs too.
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference_uvec2 : require
#extension GL_EXT_scalar_block_layout : require
#extension GL_EXT_control_flow_attributes : require
#ifdef HALF_PRODUCTS
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#define HALF_STORAGE
#define VALUE4 f16vec4
#define VALUE float16_t
#else
#define VALUE4 vec4
#define VALUE float
#endif
#include "compute/vulkan/layers/arguments.h"

layout(buffer_reference, buffer_reference_align = 16, scalar) buffer Floats { vec4 v[]; };
layout(buffer_reference, buffer_reference_align = 8, scalar) buffer Halfs { uvec2 v[]; };

vec4 from_halfs(uvec2 bits) {
  return vec4(unpackHalf2x16(bits.x), unpackHalf2x16(bits.y));
}
uvec2 to_halfs(vec4 x) {
#ifdef HALF_PRODUCTS
  // The conversion rounds to nearest; packHalf2x16 may truncate.
  return uvec2(packFloat2x16(f16vec2(x.xy)), packFloat2x16(f16vec2(x.zw)));
#else
  return uvec2(packHalf2x16(x.xy), packHalf2x16(x.zw));
#endif
}

// Loads the i-th four.
VALUE4 load4(uvec2 address, int i) {
#if defined(HALF_PRODUCTS)
  uvec2 bits = Halfs(address).v[i];
  return f16vec4(unpackFloat2x16(bits.x), unpackFloat2x16(bits.y));
#elif defined(HALF_STORAGE)
  return from_halfs(Halfs(address).v[i]);
#else
  return Floats(address).v[i];
#endif
}
void store4(uvec2 address, int i, vec4 x) {
#ifdef HALF_STORAGE
  Halfs(address).v[i] = to_halfs(x);
#else
  Floats(address).v[i] = x;
#endif
}
