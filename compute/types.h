#pragma once
// Types that all backends and passes name: the scalars of the contract and the padding of tensors.

#include <string_view>
#include <type_traits>

#include "core/frame.h"

namespace compute {

using core::f16;
using core::Size;

inline constexpr int block_channels =
    16;  ///< tensors at the interface are [channels / 16][height][width][16]

/// The name of a view that stores T: "f32", "f64" or "f16".
template <typename T>
inline constexpr std::string_view scalar_name = std::is_same_v<T, float>    ? "f32"
                                                : std::is_same_v<T, double> ? "f64"
                                                                            : "f16";

}  // namespace compute
