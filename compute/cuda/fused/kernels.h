#pragma once
// Our own kernels for a whole network in three launches (there are 17 without them): its first layer with
// the pass before it, all layers up to the last full-size one in one cooperative launch, and the last
// layers with the pass after them.

#include <cuda_runtime_api.h>

#include "compute/plan/tiles.h"

namespace compute::cuda {

inline constexpr int max_middle_layers = 12;

struct SqueezeArguments {
  Size padded;
  const f16* fragments = nullptr;
  const float* bias = nullptr;
  f16* out = nullptr;  ///< [padded height][padded width][16]
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

/// Enqueues the layers in order; the result is that of the launch. `blocks` is at most the number from
/// middle_blocks(), since all blocks must be on the device at once.
cudaError_t run_middle(const MiddleArguments& arguments, int blocks, cudaStream_t stream);
/// Fills in how many blocks of run_middle() the current device runs at once.
cudaError_t middle_blocks(int* blocks);
/// Enqueues one layer alone, on any number of blocks: where the blocks of a launch cannot wait for one
/// another.
cudaError_t run_convolution(const tiles::Convolution& convolution, int blocks, cudaStream_t stream);

}  // namespace compute::cuda
