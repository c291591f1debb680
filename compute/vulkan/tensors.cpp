#include "compute/vulkan/tensors.h"

#include <algorithm>

#include "compute/plan/pack.h"

namespace compute::vulkan {
namespace {

[[noreturn]] void fail_training() {
  core::fail("the vulkan backend runs a network but cannot train one: use --backend cuda or cpu");
}

}  // namespace

VulkanTensor::VulkanTensor(const ContextPtr& context, Shape shape, bool exact)
    : shape_(shape), half_(context->half() && !exact) {
  store_ = std::make_shared<Store>(context, shape.elements() * (half_ ? sizeof(f16) : sizeof(float)));
}

std::shared_ptr<Tensor> VulkanTensor::slice(int first, int channels) {
  auto part = std::make_shared<VulkanTensor>(*this);
  part->offset_ += Shape{first, shape_.height, shape_.width}.elements() * (half_ ? 2 : 4);
  part->shape_.channels = channels;
  return part;
}

VkDeviceAddress VulkanTensor::address() const {
  return (store_->alias ? store_->alias : store_->memory.address()) + offset_;
}

bool VulkanTensor::alias(VkDeviceAddress address) {
  if (offset_ > 0) return false;
  store_->alias = address;
  return true;
}

Part VulkanTensor::part() const {
  return {address(), shape_.blocks(), shape_.width, shape_.height, 0};
}

VulkanParameter::VulkanParameter(ContextPtr context, const ConvolutionSpec& spec)
    : context_(std::move(context)),
      spec_(spec),
      weights_(context_, pixel_weight_count(spec) * context_->scalar_bytes()),
      bias_(context_, static_cast<std::size_t>(padded16(spec.out)) * sizeof(float)) {}

void VulkanParameter::load(std::span<const float> weights, std::span<const float> bias) {
  host_weights_ = pack_by_block(spec_, weights);
  host_bias_.assign(bias.begin(), bias.end());
  host_bias_.resize(static_cast<std::size_t>(padded16(spec_.out)));
  if (context_->half()) {
    const std::vector<f16> halfs = to_halfs(host_weights_);
    context_->copy_in(weights_.place(), halfs.data(), halfs.size() * sizeof(f16));
  } else {
    context_->copy_in(weights_.place(), host_weights_.data(), host_weights_.size() * sizeof(float));
  }
  context_->copy_in(bias_.place(), host_bias_.data(), host_bias_.size() * sizeof(float));
}

void VulkanParameter::zero_gradient() {
  fail_training();
}

void VulkanParameter::read_gradient(std::span<float>, std::span<float>) {
  fail_training();
}

}  // namespace compute::vulkan
