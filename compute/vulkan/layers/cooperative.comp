#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_basic : require
#ifndef EMULATED
#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#endif
#define HALF_PRODUCTS
#include "compute/vulkan/layers/storage.glsl"
// A convolution as convolution.comp computes it, by cooperative matrices: 16 pixels of a row x 16 input channels x 16
// output channels of halfs, summed in floats. A work group of four subgroups computes 16x8 pixels of 16 channels.
// Compile it for Vulkan 1.2: with SPIR-V 1.6 a driver may choose another subgroup size than it has said. With EMULATED
// plain loops do a matrix's work, so that a test runs all the rest where no device has matrices.

layout(constant_id = 0) const int kernel = 3;
layout(constant_id = 1) const int stride = 1;
layout(constant_id = 2) const int relu = 1;
layout(constant_id = 3) const int exact = 0;  // the result is stored in floats

layout(local_size_x_id = 4, local_size_y = 4) in;  // x: the subgroup's size
layout(push_constant, scalar) uniform Push { ConvolutionArguments a; };

const int subgroups = 4, rows = NEURASTER_MATRIX_TILE_HEIGHT / subgroups;  // of pixels, for each subgroup
const int taps = kernel * kernel;
const int width = (NEURASTER_TILE - 1) * stride + kernel;
const int height = (NEURASTER_MATRIX_TILE_HEIGHT - 1) * stride + kernel;
// A staged pixel has 16 channels and, where there is room, 8 more so that 8 pixels meet all banks once.
const int pixel = stride == 1 ? 6 : 4;
shared f16vec4 pixels[width * height * pixel];
shared f16vec4 weights[taps * 64];  // [tap][in][out / 4]
shared float results[subgroups * 256];

#ifdef EMULATED
// A matrix of halfs is its place in shared memory; of the sums, each lane has every subgroup_size-th.
struct Place {
  int at, stride;
};
struct Sums {
  float of[32];
};
#define MATRIX_A Place
#define MATRIX_B Place
#define MATRIX_SUMS Sums
#define ZERO_SUMS(sums) \
  for (int e = 0; e < 32; ++e) sums.of[e] = 0.0
#define LOAD_MATRIX(matrix, from, first, step) matrix = Place(first, step)
#define MULTIPLY(x, b, sums)                                                                        \
  for (int e = 0; e < 256 / int(gl_SubgroupSize); ++e) {                                            \
    int n = e * int(gl_SubgroupSize) + lane, row = n >> 4, column = n & 15;                         \
    for (int k = 0; k < 16; ++k)                                                                    \
      sums.of[e] += float(pixels[x.at + row * x.stride + (k >> 2)][k & 3]) *                        \
                    float(weights[b.at + k * b.stride + (column >> 2)][column & 3]);                \
  }
#define STORE_SUMS(sums, first)                          \
  for (int e = 0; e < 256 / int(gl_SubgroupSize); ++e) \
  results[(first) + e * int(gl_SubgroupSize) + lane] = sums.of[e]
#else
#define MATRIX_A coopmat<float16_t, gl_ScopeSubgroup, 16, 16, gl_MatrixUseA>
#define MATRIX_B coopmat<float16_t, gl_ScopeSubgroup, 16, 16, gl_MatrixUseB>
#define MATRIX_SUMS coopmat<float, gl_ScopeSubgroup, 16, 16, gl_MatrixUseAccumulator>
#define ZERO_SUMS(sums) sums = MATRIX_SUMS(0.0)
#define LOAD_MATRIX(matrix, from, first, step) \
  coopMatLoad(matrix, from, first, step, gl_CooperativeMatrixLayoutRowMajor)
#define MULTIPLY(x, b, sums) sums = coopMatMulAdd(x, b, sums)
#define STORE_SUMS(sums, first) coopMatStore(sums, results, first, 16, gl_CooperativeMatrixLayoutRowMajor)
#endif

// Columns that one tap reads lie side by side, at stride 2 as well: the even ones first.
int place(int x) {
  return stride == 1 ? x : (x & 1) * ((width + 1) / 2) + (x >> 1);
}

void stage(ivec2 first, int chunk, int invocation, int invocations) {
  bool second = chunk >= a.parts[0].blocks;
  Part part = a.parts[second ? 1 : 0];
  int base = (second ? chunk - a.parts[0].blocks : chunk) * part.width * part.height * 4;
  for (int n = invocation; n < width * height * 4; n += invocations) {
    int at = n >> 2, row = at / width, column = at - row * width;
    int x = (first.x * stride - kernel / 2 + column) >> part.shift;
    int y = (first.y * stride - kernel / 2 + row) >> part.shift;
    f16vec4 value = f16vec4(0.0);
    if (x >= 0 && y >= 0 && x < part.width && y < part.height)
      value = load4(part.data, base + (y * part.width + x) * 4 + (n & 3));
    pixels[(row * width + place(column)) * pixel + (n & 3)] = value;
  }
}

void main() {
  ivec2 first = ivec2(gl_WorkGroupID.xy) * ivec2(NEURASTER_TILE, NEURASTER_MATRIX_TILE_HEIGHT);
  int block = int(gl_WorkGroupID.z), chunks = a.parts[0].blocks + a.parts[1].blocks;
  int invocation = int(gl_LocalInvocationIndex), invocations = int(gl_WorkGroupSize.x * gl_WorkGroupSize.y);
  int subgroup = int(gl_SubgroupID), lane = int(gl_SubgroupInvocationID);
  MATRIX_SUMS sums[rows];
  [[unroll]] for (int r = 0; r < rows; ++r) {
    ZERO_SUMS(sums[r]);
  }
  for (int chunk = 0; chunk < chunks; ++chunk) {
    barrier();
    stage(first, chunk, invocation, invocations);
    int from = (block * chunks + chunk) * taps * 64;
    for (int n = invocation; n < taps * 64; n += invocations) {
      int group = n / (taps * 16), rest = n - group * taps * 16;  // [in / 4][tap][4][out / 4] in memory
      weights[(rest >> 4) * 64 + group * 16 + (rest & 15)] = load4(a.weights, from + n);
    }
    barrier();
    for (int tap = 0; tap < taps; ++tap) {
      MATRIX_B b;
      LOAD_MATRIX(b, weights, tap * 64, 4);
      [[unroll]] for (int r = 0; r < rows; ++r) {
        int row = (subgroup * rows + r) * stride + tap / kernel;
        MATRIX_A x;
        LOAD_MATRIX(x, pixels, (row * width + place(tap % kernel)) * pixel, pixel);
        MULTIPLY(x, b, sums[r]);
      }
    }
  }
  [[unroll]] for (int r = 0; r < rows; ++r) {
    barrier();
    STORE_SUMS(sums[r], subgroup * 256);
    barrier();
    int y = first.y + subgroup * rows + r;
    for (int n = lane; n < 64; n += int(gl_SubgroupSize)) {
      int x = first.x + (n >> 2), o = n & 3, at = subgroup * 256 + 4 * n;
      if (x >= a.width || y >= a.height) continue;
      vec4 result = vec4(results[at], results[at + 1], results[at + 2], results[at + 3]) +
                    Floats(a.bias).v[4 * block + o];
      if (relu != 0) result = max(result, vec4(0.0));
      int to = ((block * a.height + y) * a.width + x) * 4 + o;
      if (exact != 0)
        Floats(a.result).v[to] = result;
      else
        store4(a.result, to, result);
    }
  }
}
