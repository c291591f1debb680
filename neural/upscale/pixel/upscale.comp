#version 460
// The upscaler's passes as shaders: RUN names the pass, or NETWORK_SQUEEZE or NETWORK_HEAD one of the network's
// ends; HALF_STORAGE is StepView<float, f16>.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_buffer_reference_uvec2 : require
#include "compute/vulkan/pass.glsl"
#include "compute/pixel/as_shader.glsl"
#include "neural/upscale/pixel/constants.h"

layout(set = 0, binding = 0, scalar) uniform View {
#include "neural/upscale/pixel/step_view.inl"
} v;

// What the texts leave to each language.
void store_features(int at, const float values[16]) {
  for (int c = 0; c < 16; ++c) v.features.v[at + c] = values[c];
}
void load_head(int at, out float values[16]) {
  for (int c = 0; c < 16; ++c) values[c] = v.head.v[at + c];
}
#define filtered_history(taps) filter_taps(taps, false)
#define weigh weigh_taps
#define gather gather_taps
#define see see_taps
#define local_at(x, y, i) stored_local(i)
#define trust stored_trust
#define store_beside store_beside_apart
#define store_history store_history_apart
#define warp_slowly warp_anywhere
#define load_history(x, y) load_stored(v.warped, index(v.output, x, y))
#define load_history_count(x, y) load_stored1(v.warped_count, index(v.output, x, y))
#define store_changed store_changed_apart
#define brighter_at(i) load_lane(v.history_at_sample, i, 3)
#define instability_at(i) load_lane(v.flow, i, 3)
#define rest_at(i) rests(load4(v.flow, i))
#define kept_instability(i) load_lane(v.state, 2 * (i) + 1, 3)  // stored before
#define changed_at(i) load_lane(v.flow, i, 3)  // likewise
#define load_control(s, n) load4(v.controls, 4 * (s) + n)
#define load_stored_control(s, n) load_stored(v.controls, 4 * (s) + n)
#define load_control_lane(s, c) load_lane(v.controls, 4 * (s) + (c) / 4, (c) % 4)
#define store_control(x, y, n, value) store4(v.controls, 4 * index(v.render, x, y) + n, value)

#include "neural/upscale/pixel/color.inl"

void store_light(int i, vec4 rgb) {
  if (uvec2(v.out_half) != uvec2(0))
    store_half4(v.out_half, i, rgb);
  else
    v.out_linear.v[i] = rgb;
}
#include "neural/upscale/pixel/passes.inl"

#ifdef RUN
void main() {
  const ivec2 p = ivec2(gl_GlobalInvocationID.xy);
  if (any(greaterThanEqual(p, push.grid))) return;
  RUN(p.x, p.y);
}
#else
void input_values(int x, int y, out float low[16], out float high[16]) {
  feature_values(x, y, low, high);
}
void output_values(int x, int y, float low[16], float high[16]) {
  controls_from(x, y, low, high);
}
#undef Floats  // the layers have a type of that name
#include "compute/vulkan/fused/network_ends.glsl"
#endif
