#pragma once
// Tensors and parameters on the GPU, and what everything made by one backend shares.
//
// f32 (training) lies in planes, [channels][height][width], so that a slice of a concatenation is an offset.
// f16 (inference) lies by pixels, [height][width][channels], as the tensor cores want it; cuDNN takes only
// whole ones, so there a slice has memory of its own and is copied into the whole after it was written.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "compute/backend.h"
#include "compute/cuda/cudnn.h"
#include "compute/cuda/joined_context.h"
#include "compute/cuda/kernels.h"
#include "compute/cuda/runtime.h"

namespace compute::cuda {

/// Stream, cuDNN and scratch memory, shared by everything that a backend made.
struct Context {
  std::shared_ptr<JoinedContext> joined;  ///< first: what follows lives in it
  Found::Device device;
  Stream stream = make_stream();
  bool half = false, fast = false;
  std::string cudnn_place;
  std::string not_joined;  ///< why, where it was asked for

  Cudnn& cudnn();  ///< opened when first asked for; throws core::Error where it is missing
  void* workspace();
  static constexpr std::size_t workspace_bytes = std::size_t{64} << 20;
  std::map<std::string, int> plans;  ///< algorithms that were measured once, by layer, size and direction

 private:
  std::unique_ptr<Cudnn> cudnn_;
  DeviceMemory workspace_;
};
using ContextPtr = std::shared_ptr<Context>;

class CudaTensor final : public Tensor {
 public:
  CudaTensor(ContextPtr context, Shape shape, bool with_gradient);
  Shape shape() const override { return shape_; }
  std::shared_ptr<Tensor> slice(int first, int channels) override;

  void* values() const;
  float* gradient() const;  ///< null without
  Layout layout() const;
  bool half() const { return context_->half; }
  /// After values() were written: into the whole that this is a slice of, where that is a copy.
  void publish() const;

 private:
  CudaTensor() = default;
  std::size_t element_bytes() const { return half() ? 2 : 4; }
  ContextPtr context_;
  Shape shape_;
  std::shared_ptr<DeviceMemory> values_, gradient_;
  std::size_t offset_ = 0;             ///< of a slice in planes, in elements
  std::shared_ptr<CudaTensor> whole_;  ///< of a slice by pixels
  int first_channel_ = 0;
};

/// Weights of a convolution in every form that an operation reads, kept up to date by load().
class CudaParameter final : public ParameterOf<float> {
 public:
  CudaParameter(ContextPtr context, const ConvolutionSpec& spec);
  void load(std::span<const float> weights, std::span<const float> bias) override;
  void zero_gradient() override;
  void read_gradient(std::span<float> weights, std::span<float> bias) override;

  const ConvolutionSpec& spec() const { return spec_; }
  DeviceMemory weights, bias;            ///< f32: [out][in][k][k], and the bias padded to 16
  DeviceMemory half_weights, half_bias;  ///< f16, out and in padded to 16: [out][k][k][in]
  DeviceMemory fragments;                ///< f16, as our own kernel reads them: see tiles.h
  DeviceMemory g_weights, g_bias;        ///< f32

 private:
  void send(const DeviceMemory& to, const void* from, std::size_t bytes);
  ContextPtr context_;
  ConvolutionSpec spec_;
};

std::unique_ptr<Operation> make_cudnn_convolution(ContextPtr context, const ConvolutionSpec& spec,
                                                  std::shared_ptr<CudaTensor> source,
                                                  std::shared_ptr<CudaParameter> parameter,
                                                  std::shared_ptr<CudaTensor> destination, bool training);

}  // namespace compute::cuda
