#version 460
#extension GL_GOOGLE_include_directive : require

// The passes of the trial family; TRIAL_PASS, NETWORK_SQUEEZE or NETWORK_HEAD chooses, HALF_STORAGE its view.
#extension GL_EXT_shader_16bit_storage : require
#include "compute/vulkan/pass.glsl"

layout(buffer_reference, buffer_reference_align = 4, scalar) buffer TrialFloats { float v[]; };
#ifdef HALF_STORAGE
layout(buffer_reference, buffer_reference_align = 2, scalar) buffer TrialStored { float16_t v[]; };
#define STORED(x) float16_t(x)
#else
#define TrialStored TrialFloats
#define STORED(x) (x)
#endif

layout(set = 0, binding = 0, scalar) uniform View {
  ivec2 size, padded;
  float scale;
  uint8_t flags[4];
  TrialFloats source;
  TrialStored doubled;
  TrialFloats blurred, features, head;
} view;

#if defined(NETWORK_SQUEEZE) || defined(NETWORK_HEAD)
void input_values(int x, int y, out float low[16], out float high[16]) {
  int from = (y * view.size.x + x) * 32;
  for (int i = 0; i < 16; ++i) {
    low[i] = view.features.v[from + i];
    high[i] = view.features.v[from + 16 + i];
  }
}
void output_values(int x, int y, float low[16], float high[16]) {
  int to = (y * view.size.x + x) * 32;
  for (int i = 0; i < 16; ++i) {
    view.head.v[to + i] = low[i];
    view.head.v[to + 16 + i] = high[i];
  }
}
#include "compute/vulkan/fused/network_ends.glsl"
#else
void run_double(ivec2 p) {
  int i = p.y * view.size.x + p.x;
  view.doubled.v[i] = STORED(2.0 * view.scale * view.source.v[i] + (uint(view.flags[2]) != 0u ? 1.0 : 0.0));
}
void run_blur(ivec2 p) {
  float sum = 0.0;
  for (int k = 0; k < 9; ++k) {
    ivec2 q = clamp(p + ivec2(k % 3 - 1, k / 3 - 1), ivec2(0), view.size - 1);
    sum += float(view.doubled.v[q.y * view.size.x + q.x]);
  }
  view.blurred.v[p.y * view.size.x + p.x] = sum / 9.0;
}
void main() {
  ivec2 p = ivec2(gl_GlobalInvocationID.xy);
  if (any(greaterThanEqual(p, push.grid))) return;
  TRIAL_PASS(p);
}
#endif
