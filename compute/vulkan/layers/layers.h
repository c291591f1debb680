#pragma once
// The layers' dispatches, and the operations of the interface on top of them.

#include "compute/vulkan/tensors.h"

namespace compute::vulkan {

/// A convolution with its pipeline. `name` is its stage's.
class Convolution {
 public:
  /// `exact`: the result is stored in floats. Throws core::Error.
  Convolution(Context& context, const ConvolutionSpec& spec, bool exact, std::string name);
  /// Enqueues. The result has arguments.width x arguments.height pixels.
  void run(const ConvolutionArguments& arguments) const;

 private:
  Context* context_;
  ConvolutionSpec spec_;
  bool exact_;
  std::string name_;
  VkPipeline pipeline_;
};

/// Enqueues conversions of `count` scalars, a multiple of 4.
void to_halfs(Context& context, VkDeviceAddress floats, VkDeviceAddress halfs, std::size_t count);
void to_floats(Context& context, VkDeviceAddress halfs, VkDeviceAddress floats, std::size_t count);

/// Operations of the interface. backward() throws: the backend is for inference.
std::unique_ptr<Operation> make_convolution(const ContextPtr& context, const ConvolutionSpec& spec,
                                            std::shared_ptr<VulkanTensor> source,
                                            std::shared_ptr<VulkanParameter> parameter,
                                            std::shared_ptr<VulkanTensor> destination);
std::unique_ptr<Operation> make_upsample(const ContextPtr& context, std::shared_ptr<VulkanTensor> source,
                                         std::shared_ptr<VulkanTensor> destination);

}  // namespace compute::vulkan
