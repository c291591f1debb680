#pragma once
// Tensors and parameters on the GPU, and the state that everything made by one backend shares.
//
// f32 tensors (training) are planes, [channels][height][width], so that a slice of a concatenation is an
// offset. f16 tensors (inference) are [height][width][channels], as the tensor cores need them; cuDNN takes
// only whole ones, so there a slice has memory of its own and is copied into the whole after it was
// written.

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
  std::shared_ptr<JoinedContext> joined;  ///< first, since all members below live in it
  Found::Device device;
  Stream stream = make_stream();
  bool half = false, fast = false;
  std::string cudnn_place;
  std::string not_joined;  ///< the reason, where joining was asked for and failed

  Cudnn& cudnn();  ///< opens it at the first call; throws core::Error where it is missing
  /// Returns workspace_bytes bytes, allocated at the first call.
  void* workspace();
  static constexpr std::size_t workspace_bytes = std::size_t{64} << 20;
  std::map<std::string, int> plans;  ///< measured algorithms by layer, size and direction

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

  /// Device memory, laid out as layout() says.
  void* values() const;
  float* gradient() const;  ///< null without a gradient
  Layout layout() const;
  bool half() const { return context_->half; }
  /// Call it after values() were written. Copies a slice into its whole where the two do not share memory.
  void publish() const;

 private:
  CudaTensor() = default;
  std::size_t element_bytes() const { return half() ? 2 : 4; }
  ContextPtr context_;
  Shape shape_;
  std::shared_ptr<DeviceMemory> values_, gradient_;
  std::size_t offset_ = 0;             ///< in elements, of a slice in planes
  std::shared_ptr<CudaTensor> whole_;  ///< of a slice by pixels
  int first_channel_ = 0;
};

/// Weights of a convolution in every layout that an operation reads; load() keeps them up to date.
class CudaParameter final : public ParameterOf<float> {
 public:
  CudaParameter(ContextPtr context, const ConvolutionSpec& spec);
  void load(std::span<const float> weights, std::span<const float> bias) override;
  void zero_gradient() override;
  void read_gradient(std::span<float> weights, std::span<float> bias) override;

  const ConvolutionSpec& spec() const { return spec_; }
  DeviceMemory weights, bias;            ///< f32: [out][in][k][k], and the bias padded to 16
  DeviceMemory half_weights, half_bias;  ///< f16, out and in padded to 16: [out][k][k][in]
  DeviceMemory fragments;                ///< f16, in the order in which our own kernel reads them: see
                                         ///< tiles.h
  DeviceMemory g_weights, g_bias;        ///< f32

 private:
  void send(const DeviceMemory& to, const void* from, std::size_t bytes);
  ContextPtr context_;
  ConvolutionSpec spec_;
};

/// Binds a convolution to its tensors. `training` allows backward() and needs gradients. Throws core::Error
/// where cuDNN is missing or fails.
std::unique_ptr<Operation> make_cudnn_convolution(ContextPtr context, const ConvolutionSpec& spec,
                                                  std::shared_ptr<CudaTensor> source,
                                                  std::shared_ptr<CudaParameter> parameter,
                                                  std::shared_ptr<CudaTensor> destination, bool training);

}  // namespace compute::cuda
