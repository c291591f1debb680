// The network's full-size ends: the first layer (1x1, 32 to 16 channels) together with what makes its input, and the
// last two layers (1x1, through 16 channels) together with what takes their output. Include it last, with
// NETWORK_SQUEEZE or NETWORK_HEAD defined, and HALF_STORAGE where the network's tensors are halfs. Above it stand
// pass.glsl, the view, and
//   void input_values(int x, int y, out float low[16], out float high[16])   for NETWORK_SQUEEZE
//   void output_values(int x, int y, float low[16], float high[16])          for NETWORK_HEAD
// The arithmetic is in floats.
#include "compute/vulkan/layers/storage.glsl"

// All invocations read the same weight at the same time: uniform memory is made for that.
layout(set = 0, binding = 1, scalar) uniform Constants {
  vec4 first_bias[4];
  vec4 first_weights[32 * 4];  // [in][out / 4]
#ifdef NETWORK_HEAD
  vec4 head_bias[8];
  vec4 head_weights[2 * 16 * 4];  // [out / 16][in][out / 4]
#endif
} constants;

// Adds the products of 16 inputs with the weights of 16 outputs that begin at `first`.
#define ADD_PRODUCTS(sums, x, weights, first) \
  [[unroll]] for (int i = 0; i < 16; ++i)     \
    [[unroll]] for (int o = 0; o < 4; ++o)    \
      sums[o] = fma(vec4((x)[i]), constants.weights[(first) + 4 * i + o], sums[o])

#ifdef NETWORK_SQUEEZE
layout(push_constant, scalar) uniform Push { SqueezeArguments a; };

void main() {
  int x = int(gl_GlobalInvocationID.x), y = int(gl_GlobalInvocationID.y);
  if (x >= a.padded[0] || y >= a.padded[1]) return;
  float low[16], high[16];
  for (int i = 0; i < 16; ++i) low[i] = high[i] = 0.0;
  if (x < a.grid[0] && y < a.grid[1]) input_values(x, y, low, high);
  vec4 sums[4];
  [[unroll]] for (int o = 0; o < 4; ++o) sums[o] = constants.first_bias[o];
  ADD_PRODUCTS(sums, low, first_weights, 0);
  ADD_PRODUCTS(sums, high, first_weights, 16 * 4);
  int to = (y * a.padded[0] + x) * 4;
  [[unroll]] for (int o = 0; o < 4; ++o) store4(a.result, to + o, max(sums[o], vec4(0.0)));
}
#endif

#ifdef NETWORK_HEAD
layout(push_constant, scalar) uniform Push { HeadArguments a; };

void load_part(Part part, int x, int y, out float values[16]) {
  int from = ((y >> part.shift) * part.width + (x >> part.shift)) * 4;
  [[unroll]] for (int i = 0; i < 4; ++i) {
    vec4 four = load4(part.data, from + i);
    [[unroll]] for (int k = 0; k < 4; ++k) values[4 * i + k] = four[k];
  }
}

void main() {
  int x = int(gl_GlobalInvocationID.x), y = int(gl_GlobalInvocationID.y);
  if (x >= a.grid[0] || y >= a.grid[1]) return;
  float low[16], high[16], mixed[16];
  load_part(a.parts[0], x, y, low);
  load_part(a.parts[1], x, y, high);
  vec4 sums[4];
  [[unroll]] for (int o = 0; o < 4; ++o) sums[o] = constants.first_bias[o];
  ADD_PRODUCTS(sums, low, first_weights, 0);
  ADD_PRODUCTS(sums, high, first_weights, 16 * 4);
  [[unroll]] for (int i = 0; i < 16; ++i) mixed[i] = max(sums[i / 4][i % 4], 0.0);
  [[unroll]] for (int o = 0; o < 4; ++o) sums[o] = constants.head_bias[o];
  ADD_PRODUCTS(sums, mixed, head_weights, 0);
  [[unroll]] for (int i = 0; i < 16; ++i) low[i] = sums[i / 4][i % 4];
  [[unroll]] for (int o = 0; o < 4; ++o) sums[o] = constants.head_bias[4 + o];
  ADD_PRODUCTS(sums, mixed, head_weights, 16 * 4);
  [[unroll]] for (int i = 0; i < 16; ++i) high[i] = sums[i / 4][i % 4];
  output_values(x, y, low, high);
}
#endif
