// Before the texts of the one source in a shader: the words that as_members.h defines for C++, and the
// loads, stores and arithmetic of compute/pixel/*.h in GLSL. HALF_STORAGE makes passes store halfs for one
// another. What the contract stores as halfs is read as integers, which needs no feature of the device.
#ifdef HALF_STORAGE
#extension GL_EXT_shader_16bit_storage : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#endif

#define FN
#define FN_COLD
#define real float
#define real2 vec2
#define real4 vec4
#define IN(type) const type
#define OUT(type) out type
#define INOUT(type) inout type
#define IN_ARRAY(type, name, count) const type name[count]
#define OUT_ARRAY(type, name, count) out type name[count]
#define REALS16(name) float name[16]
#define FOURS StoredFours
#define DEPTHS Numbers
#define COUNTS Counts
#define TABLE8(name, a, b, c, d, e, f, g, h) const float name[8] = float[8](a, b, c, d, e, f, g, h)
#define UNROLL [[unroll]]
#define ROLLED [[dont_unroll]]
// Fields whose names are words of GLSL.
#define sample sample_
#define output output_

struct Size {
  int width, height;
};

layout(buffer_reference, scalar, buffer_reference_align = 8) buffer HalfFours { uvec2 v[]; };
layout(buffer_reference, scalar, buffer_reference_align = 4) buffer HalfPairs { uint v[]; };
layout(buffer_reference, scalar, buffer_reference_align = 4) buffer Numbers { float v[]; };
layout(buffer_reference, scalar, buffer_reference_align = 1) buffer Bytes { uint8_t v[]; };
layout(buffer_reference, scalar, buffer_reference_align = 4) buffer Words { uint v[]; };
layout(buffer_reference, scalar, buffer_reference_align = 4) buffer Counts { uint v[]; };
layout(buffer_reference, scalar, buffer_reference_align = 16) buffer NumberFours { vec4 v[]; };
#define Floats Numbers
#ifdef HALF_STORAGE
#define stored4 f16vec4
layout(buffer_reference, scalar, buffer_reference_align = 8) buffer StoredFours { f16vec4 v[]; };
layout(buffer_reference, scalar, buffer_reference_align = 4) buffer StoredPairs { f16vec2 v[]; };
layout(buffer_reference, scalar, buffer_reference_align = 2) buffer StoredOnes { float16_t v[]; };
#define STORED1 float16_t
#define STORED2 f16vec2
#else
#define stored4 vec4
layout(buffer_reference, scalar, buffer_reference_align = 16) buffer StoredFours { vec4 v[]; };
layout(buffer_reference, scalar, buffer_reference_align = 8) buffer StoredPairs { vec2 v[]; };
#define StoredOnes Numbers
#define STORED1 float
#define STORED2 vec2
#endif

// The words of a view's fields: as_fields.h.
#define SIZE(name) Size name;
#define INTEGER(name, value) int name;
#define NUMBER(name, value) float name;
#define NUMBERS(name, count) float name[count];
#define CHOICE(type, name) int name;
#define INPUT(kind, name) kind name;
#define BUFFER(kind, name) kind name;

// A function for each kind of buffer: glslang does not tell them apart as parameters.
vec4 load_half4(HalfFours p, int i) {
  return vec4(unpackHalf2x16(p.v[i].x), unpackHalf2x16(p.v[i].y));
}
void store_half4(HalfFours p, int i, vec4 x) {
  p.v[i] = uvec2(packHalf2x16(x.xy), packHalf2x16(x.zw));
}
vec2 load_half2(HalfPairs p, int i) {
  return unpackHalf2x16(p.v[i]);
}
vec4 load4(StoredFours p, int i) {
  return vec4(p.v[i]);
}
void store4(StoredFours p, int i, vec4 x) {
  p.v[i] = stored4(x);
}
stored4 load_stored(StoredFours p, int i) {
  return p.v[i];
}
// A component through v[i][lane] came out wrong on lavapipe: glslang gives it the alignment of the four.
float load_lane(StoredFours p, int i, int lane) {
  return float(StoredOnes(p).v[4 * i + lane]);
}
void store_lane(StoredFours p, int i, int lane, float x) {
  StoredOnes(p).v[4 * i + lane] = STORED1(x);
}
vec2 load2(StoredPairs p, int i) {
  return vec2(p.v[i]);
}
void store2(StoredPairs p, int i, vec2 x) {
  p.v[i] = STORED2(x);
}
float load_stored1(StoredOnes p, int i) {
  return float(p.v[i]);
}
void store_stored1(StoredOnes p, int i, float x) {
  p.v[i] = STORED1(x);
}
float load1(Numbers p, int i) {
  return p.v[i];
}
void store1(Numbers p, int i, float x) {
  p.v[i] = x;
}
float load_byte(Bytes p, int i) {
  return float(uint(p.v[i]));
}
void count_at(Counts p, int i, int n) {
  atomicAdd(p.v[i], uint(n));
}
void most_at(Counts p, int i, uint x) {
  atomicMax(p.v[i], x);
}
uint load_count(Counts p, int i) {
  return p.v[i];
}
void store_count(Counts p, int i, uint x) {
  p.v[i] = x;
}
vec4 load_fours(NumberFours p, int i) {
  return p.v[i];
}
void store_fours(NumberFours p, int i, vec4 x) {
  p.v[i] = x;
}

vec4 four(float a, float b, float c, float d) {
  return vec4(a, b, c, d);
}
vec2 two(float x, float y) {
  return vec2(x, y);
}
vec4 splat(float a) {
  return vec4(a);
}
#define stored_splat(x) stored4(STORED1(x))
#define widened vec4
#define narrowed stored4
#define product_and_sum fma
#define least min
#define most max
#define clamped clamp
#define absolute abs
#define square_root sqrt
#define power_of_two exp2
#define float_bits floatBitsToUint
#define floor_int(x) int(floor(x))
#define quotient(a, b) ((a) / (b))
#define sum_and_product(sum, a, b) ((sum) + (a) * (b))
#define is_number(x) (!isnan(x))
const float log2_e = 1.442695041;

#include "compute/pixel/functions.inl"
