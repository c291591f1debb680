#pragma once
// Our own kernels of a network: its first layer with the pass before it, everything down to the last
// full-size layer in one cooperative launch, the last layers with the pass after them. Three launches where
// there were 17.

#include <cuda_runtime_api.h>

#include "compute/plan/tiles.h"

namespace compute::cuda {

inline constexpr int max_middle_layers = 12;

struct SqueezeArguments {
  Size padded;
  const f16* fragments = nullptr;
  const float* bias = nullptr;
  f16* out = nullptr;  ///< [padded][16]
};
struct MiddleArguments {
  int count = 0;
  tiles::Convolution layers[max_middle_layers];
};
struct HeadArguments {
  Size padded;
  tiles::Part parts[2];                       ///< 16 channels each
  const f16 *mix = nullptr, *head = nullptr;  ///< fragments
  const float *mix_bias = nullptr, *head_bias = nullptr;
};

/// `blocks`: at most what fits on the device at once, from middle_blocks().
cudaError_t run_middle(const MiddleArguments& arguments, int blocks, cudaStream_t stream);
/// How many blocks of run_middle the current device runs at once.
cudaError_t middle_blocks(int* blocks);
/// One layer by itself, on any number of blocks: for the kernel study.
cudaError_t run_convolution(const tiles::Convolution& convolution, int blocks, cudaStream_t stream);

}  // namespace compute::cuda
