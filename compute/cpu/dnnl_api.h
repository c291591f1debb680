#pragma once
// The calls whose form changed between oneDNN 2 (Debian 12) and oneDNN 3 (Debian 13).

#include <oneapi/dnnl/dnnl.hpp>

namespace compute::cpu {

/// Describes one convolution for oneDNN: 'src' and 'dst' have fixed layouts, and oneDNN chooses that of the
/// weights.
struct ConvolutionMemory {
  dnnl::memory::desc source, weights, bias, destination;
  dnnl::memory::dims strides, padding;
};

/// These describe the forward pass and both gradients. `training` keeps what the gradients need. They throw
/// dnnl::error where oneDNN has no such primitive.
inline dnnl::convolution_forward::primitive_desc forward_desc(const dnnl::engine& engine,
                                                              const ConvolutionMemory& m,
                                                              const dnnl::primitive_attr& attributes,
                                                              bool training, dnnl::algorithm algorithm) {
  const auto kind = training ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
#if DNNL_VERSION_MAJOR >= 3
  return {engine,        kind,      algorithm, m.source,  m.weights, m.bias,
          m.destination, m.strides, m.padding, m.padding, attributes};
#else
  return {{kind, algorithm, m.source, m.weights, m.bias, m.destination, m.strides, m.padding, m.padding},
          attributes,
          engine};
#endif
}

inline dnnl::convolution_backward_data::primitive_desc backward_data_desc(
    const dnnl::engine& engine, const ConvolutionMemory& m,
    const dnnl::convolution_forward::primitive_desc& hint) {
  const auto algorithm = dnnl::algorithm::convolution_direct;
#if DNNL_VERSION_MAJOR >= 3
  return {engine, algorithm, m.source, m.weights, m.destination, m.strides, m.padding, m.padding, hint};
#else
  return {{algorithm, m.source, m.weights, m.destination, m.strides, m.padding, m.padding}, engine, hint};
#endif
}

inline dnnl::convolution_backward_weights::primitive_desc backward_weights_desc(
    const dnnl::engine& engine, const ConvolutionMemory& m,
    const dnnl::convolution_forward::primitive_desc& hint) {
  const auto algorithm = dnnl::algorithm::convolution_direct;
#if DNNL_VERSION_MAJOR >= 3
  return {engine,        algorithm, m.source,  m.weights, m.bias,
          m.destination, m.strides, m.padding, m.padding, hint};
#else
  return {
      {algorithm, m.source, m.weights, m.bias, m.destination, m.strides, m.padding, m.padding}, engine, hint};
#endif
}

/// Adds a ReLU after the convolution.
inline void append_relu(dnnl::post_ops& operations) {
#if DNNL_VERSION_MAJOR >= 3
  operations.append_eltwise(dnnl::algorithm::eltwise_relu, 0, 0);
#else
  operations.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0, 0);
#endif
}

}  // namespace compute::cpu
