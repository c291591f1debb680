#pragma once
// The CPU backend computes its convolutions with oneDNN.

#include <memory>

#include "compute/cpu/tensors.h"

namespace compute::cpu {

/// Binds a convolution to its tensors. `source` and `destination` must be CpuTensors and `parameter` a
/// CpuParameter, all of the same context. Throws dnnl::error where oneDNN has no such primitive.
std::unique_ptr<Operation> make_convolution(std::shared_ptr<Context> context, const ConvolutionSpec& spec,
                                            const Tensor& source,
                                            std::shared_ptr<ParameterOf<float>> parameter,
                                            const Tensor& destination, bool with_gradient);

}  // namespace compute::cpu
