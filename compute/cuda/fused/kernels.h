#pragma once
// Our own kernels for a whole network in three launches (there are 18 without them): its first layers with
// the pass before them, all layers up to the last full-size one in one cooperative launch, and the last
// layers with the passes after them.

#include <cuda_runtime_api.h>

#include "compute/plan/tiles.h"

namespace compute::cuda {

inline constexpr int max_middle_layers = 12;

inline constexpr int start_channels = 32;  ///< of the layer to half the size at the network's beginning

struct StartArguments {
  Size padded;
  const f16 *squeeze = nullptr, *full = nullptr, *half = nullptr;  ///< fragments
  const float *squeeze_bias = nullptr, *full_bias = nullptr, *half_bias = nullptr;
  f16* full_out = nullptr;  ///< [padded height][padded width][16]
  f16* half_out = nullptr;  ///< [padded height / 2][padded width / 2][32]
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
