#pragma once
// A convolution of the CPU backend, by oneDNN.

#include <memory>

#include "compute/cpu/tensors.h"

namespace compute::cpu {

/// `source` and `destination` are CpuTensors and `parameter` is a CpuParameter of the same context. Throws
/// dnnl::error where oneDNN has no such primitive.
std::unique_ptr<Operation> make_convolution(std::shared_ptr<Context> context, const ConvolutionSpec& spec,
                                            const Tensor& source,
                                            std::shared_ptr<ParameterOf<float>> parameter,
                                            const Tensor& destination, bool with_gradient);

}  // namespace compute::cpu
