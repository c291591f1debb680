#pragma once
// The oracle that backends are tested against: every operation is a plain loop, in float or double.

#include <memory>

#include "compute/backend.h"

namespace compute {

template <typename T>
std::unique_ptr<BackendOf<T>> make_reference();

/// Returns what one convolution makes of a tensor, both in the interface's layout.
std::vector<float> convolve_by_reference(const ConvolutionSpec& spec, Shape from,
                                         std::span<const float> values, std::span<const float> weights,
                                         std::span<const float> bias);

}  // namespace compute
