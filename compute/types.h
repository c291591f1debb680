#pragma once
// What every part of a backend and every pass names: the contract's scalars and the padding of tensors.

#include "core/frame.h"

namespace compute {

using core::f16;
using core::Size;

inline constexpr int block_channels =
    16;  ///< tensors at the interface are [channels / 16][height][width][16]

}  // namespace compute
