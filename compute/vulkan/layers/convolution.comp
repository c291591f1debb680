#version 460
#extension GL_GOOGLE_include_directive : require
#include "compute/vulkan/layers/storage.glsl"
// A convolution with bias and ReLU; its source may be two tensors, each of them upsampled. A work group computes 16x16
// pixels of 16 output channels. A few input channels at a time, their pixels and weights are staged in shared memory,
// and each invocation adds their products to its 4 pixels x 16 channels.

layout(constant_id = 0) const int kernel = 3;
layout(constant_id = 1) const int stride = 1;
layout(constant_id = 2) const int relu = 1;
layout(constant_id = 3) const int exact = 0;  // the result is stored in floats

layout(local_size_x = NEURASTER_TILE, local_size_y = NEURASTER_TILE / NEURASTER_TILE_PIXELS) in;
layout(push_constant, scalar) uniform Push { ConvolutionArguments a; };

const int taps = kernel * kernel;
const int vectors = 3 - stride;  // of 4 input channels, staged at a time
const int region = (NEURASTER_TILE - 1) * stride + kernel;
const int invocations = NEURASTER_TILE * NEURASTER_TILE / NEURASTER_TILE_PIXELS;
shared VALUE4 pixels[vectors * region * region];
shared VALUE4 weights[vectors * taps * 16];

// Columns that one tap reads lie side by side, at stride 2 as well: the even ones first.
int place(int x) {
  return stride == 1 ? x : (x & 1) * ((region + 1) / 2) + (x >> 1);
}

void stage_pixels(ivec2 first, int vector, int to) {
  bool second = vector >= 4 * a.parts[0].blocks;
  Part part = a.parts[second ? 1 : 0];
  int at = second ? vector - 4 * a.parts[0].blocks : vector;
  int base = (at >> 2) * part.width * part.height * 4 + (at & 3);
  for (int n = int(gl_LocalInvocationIndex); n < region * region; n += invocations) {
    int row = n / region, column = n - row * region;
    int x = (first.x * stride - kernel / 2 + column) >> part.shift;
    int y = (first.y * stride - kernel / 2 + row) >> part.shift;
    VALUE4 value = VALUE4(0.0);
    if (x >= 0 && y >= 0 && x < part.width && y < part.height)
      value = load4(part.data, base + (y * part.width + x) * 4);
    pixels[to + row * region + place(column)] = value;
  }
}

void main() {
  ivec2 first = ivec2(gl_WorkGroupID.xy) * NEURASTER_TILE;
  int block = int(gl_WorkGroupID.z);
  int in_vectors = 4 * (a.parts[0].blocks + a.parts[1].blocks);
  int column = int(gl_LocalInvocationID.x), row = int(gl_LocalInvocationID.y) * NEURASTER_TILE_PIXELS;
  vec4 sums[NEURASTER_TILE_PIXELS][4];
  [[unroll]] for (int o = 0; o < 4; ++o) {
    vec4 bias = Floats(a.bias).v[4 * block + o];
    [[unroll]] for (int p = 0; p < NEURASTER_TILE_PIXELS; ++p) sums[p][o] = bias;
  }
  for (int vector = 0; vector < in_vectors; vector += vectors) {
    barrier();
    for (int q = 0; q < vectors; ++q) stage_pixels(first, vector + q, q * region * region);
    int from = (block * in_vectors + vector) * taps * 16;
    for (int n = int(gl_LocalInvocationIndex); n < vectors * taps * 16; n += invocations)
      weights[n] = load4(a.weights, from + n);
    barrier();
    for (int ky = 0; ky < kernel; ++ky) {
#ifdef HALF_PRODUCTS
      // At most 24 products are added up as halfs.
      f16vec4 part[NEURASTER_TILE_PIXELS][4];
      [[unroll]] for (int p = 0; p < NEURASTER_TILE_PIXELS; ++p)
        [[unroll]] for (int o = 0; o < 4; ++o) part[p][o] = f16vec4(0.0);
#else
#define part sums
#endif
      for (int kx = 0; kx < kernel; ++kx) {
        [[unroll]] for (int q = 0; q < vectors; ++q) {
          VALUE4 x[NEURASTER_TILE_PIXELS];
          [[unroll]] for (int p = 0; p < NEURASTER_TILE_PIXELS; ++p)
            x[p] = pixels[(q * region + (row + p) * stride + ky) * region + place(column * stride + kx)];
          int w = (q * taps + ky * kernel + kx) * 16;
          [[unroll]] for (int i = 0; i < 4; ++i)
            [[unroll]] for (int o = 0; o < 4; ++o) {
              VALUE4 weight = weights[w + 4 * i + o];
              [[unroll]] for (int p = 0; p < NEURASTER_TILE_PIXELS; ++p)
                part[p][o] = fma(VALUE4(x[p][i]), weight, part[p][o]);
            }
        }
      }
#ifdef HALF_PRODUCTS
      [[unroll]] for (int p = 0; p < NEURASTER_TILE_PIXELS; ++p)
        [[unroll]] for (int o = 0; o < 4; ++o) sums[p][o] += vec4(part[p][o]);
#endif
    }
  }
  int x = first.x + column;
  if (x >= a.width) return;
  [[unroll]] for (int p = 0; p < NEURASTER_TILE_PIXELS; ++p) {
    int y = first.y + row + p;
    if (y >= a.height) return;
    int to = ((block * a.height + y) * a.width + x) * 4;
    [[unroll]] for (int o = 0; o < 4; ++o) {
      vec4 result = relu != 0 ? max(sums[p][o], vec4(0.0)) : sums[p][o];
      if (exact != 0)
        Floats(a.result).v[to + o] = result;
      else
        store4(a.result, to + o, result);
    }
  }
}
