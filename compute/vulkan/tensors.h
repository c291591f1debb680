#pragma once
// Tensors and parameters on the GPU. Tensors have the interface's layout, [channels / 16][height][width][16],
// as floats or as halfs, so that a slice is an offset.

#include <memory>
#include <vector>

#include "compute/vulkan/context.h"
#include "compute/vulkan/layers/arguments.h"

namespace compute::vulkan {

class VulkanTensor final : public Tensor {
 public:
  /// `exact`: floats whatever the precision is.
  VulkanTensor(const ContextPtr& context, Shape shape, bool exact);
  Shape shape() const override { return shape_; }
  std::shared_ptr<Tensor> slice(int first, int channels) override;

  bool half() const { return half_; }
  std::size_t bytes() const { return shape_.elements() * (half_ ? 2 : 4); }
  VkDeviceAddress address() const;
  /// The operations that run before the next call use the memory at `address`. False for a slice.
  bool alias(VkDeviceAddress address);
  /// The tensor as a layer's source.
  Part part() const;

 private:
  /// Shared by a tensor and its slices.
  struct Store {
    Store(const ContextPtr& context, std::size_t bytes) : memory(context, bytes) {}
    DeviceMemory memory;
    VkDeviceAddress alias = 0;
  };
  Shape shape_;
  bool half_ = false;
  std::size_t offset_ = 0;  ///< bytes
  std::shared_ptr<Store> store_;
};

/// Weights of a convolution as our shaders read them, in the precision of the tensors, and the bias in
/// floats.
class VulkanParameter final : public ParameterOf<float> {
 public:
  VulkanParameter(ContextPtr context, const ConvolutionSpec& spec);
  void load(std::span<const float> weights, std::span<const float> bias) override;
  void zero_gradient() override;
  void read_gradient(std::span<float> weights, std::span<float> bias) override;
  const ConvolutionSpec& spec() const { return spec_; }
  VkDeviceAddress weights() const { return weights_.address(); }
  VkDeviceAddress bias() const { return bias_.address(); }
  /// The same as floats on the host, padded.
  std::span<const float> host_weights() const { return host_weights_; }
  std::span<const float> host_bias() const { return host_bias_; }

 private:
  ContextPtr context_;
  ConvolutionSpec spec_;
  DeviceMemory weights_, bias_;
  std::vector<float> host_weights_, host_bias_;
};

}  // namespace compute::vulkan
