#pragma once
// Names from the folders below that networks use throughout.

#include "compute/types.h"

namespace neural {

using compute::block_channels;
using core::area;
using core::f16;
using core::FrameInfo;
using core::FrameIo;
using core::Size;

}  // namespace neural
