#version 460
// The field's pass `render` as a shader; fields are learned elsewhere.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_buffer_reference_uvec2 : require
#define HALF_STORAGE
#include "compute/vulkan/pass.glsl"
#include "compute/pixel/as_shader.glsl"
#include "neural/field/pixel/constants.h"

layout(set = 0, binding = 0, scalar) uniform View {
#include "neural/field/pixel/field_view.inl"
} v;

// What the texts leave to each language.
#define log_two log2
#define bits_in bitCount
void store_depth(Numbers p, int i, float x) {
  p.v[i] = x;
}
void store_motion(HalfPairs p, int i, float x, float y) {
  p.v[i] = packHalf2x16(vec2(x, y));
}
void store_share(Bytes p, int i, float x) {
  p.v[i] = uint8_t(uint(x * 255.0 + 0.5));
}

// Rows lie in shared memory, where an index that is no constant costs nothing.
const int group_size = NEURASTER_GROUP_WIDTH * NEURASTER_GROUP_HEIGHT;
shared float rows[field_hidden * group_size];
struct Row {
  int lane;
};
Row own_row() {
  return Row(int(gl_LocalInvocationIndex));
}
float row_at(const Row row, int i) {
  return rows[i * group_size + row.lane];
}
void set_row(inout Row row, int i, float x) {
  rows[i * group_size + row.lane] = x;
}

#include "neural/field/pixel/march.inl"
#include "neural/field/pixel/movers.inl"
#include "neural/field/pixel/network.inl"
#include "neural/field/pixel/light.inl"
#include "neural/field/pixel/render.inl"

void main() {
  const ivec2 p = ivec2(gl_GlobalInvocationID.xy);
  if (any(greaterThanEqual(p, push.grid))) return;
  render(p.x, p.y);
}
