#include "compute/vulkan/layers/layers.h"

#include <algorithm>

#include "compute/plan/pack.h"
#include "compute/vulkan/layers/cooperative_spirv.inc"
#include "spirv/convolution_f32.h"
#include "spirv/convolution_half_stored.h"
#include "spirv/convolution_halfs.h"
#include "spirv/copy_tensor.h"

namespace compute::vulkan {
namespace {

Spirv convolution_shader(Product product) {
  switch (product) {
    case Product::floats:
      return convolution_f32;
    case Product::half_stored:
      return convolution_half_stored;
    case Product::halfs:
      return convolution_halfs;
    case Product::matrices:
      return convolution_matrices;
  }
  return {};
}

std::uint32_t groups(int size, int of_group) {
  return static_cast<std::uint32_t>((size + of_group - 1) / of_group);
}

std::uint64_t area(int width, int height) {
  return static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height);
}

enum CopyKind { upsampling = 0, floats_to_halfs = 1, halfs_to_floats = 2 };

void run_copy(Context& context, CopyKind kind, int vectors, const CopyArguments& arguments,
              const char* name) {
  constexpr std::uint32_t invocations = 128, most_groups = 65535;
  Dispatch dispatch;
  dispatch.pipeline = context.pipelines.get(copy_tensor, {kind, vectors});
  dispatch.groups[0] =
      std::min((static_cast<std::uint32_t>(arguments.count) + invocations - 1) / invocations, most_groups);
  dispatch.push = std::as_bytes(std::span(&arguments, 1));
  dispatch.name = name;
  if (arguments.count > 0) context.stream.dispatch(dispatch);
}

class VulkanConvolution final : public Operation {
 public:
  VulkanConvolution(const ContextPtr& context, const ConvolutionSpec& spec,
                    std::shared_ptr<VulkanTensor> source, std::shared_ptr<VulkanParameter> parameter,
                    std::shared_ptr<VulkanTensor> destination)
      : context_(context),
        convolution_(*context, spec, !destination->half(), "convolution"),
        source_(std::move(source)),
        destination_(std::move(destination)),
        parameter_(std::move(parameter)) {
    if (source_->half() != context->half()) core::fail("a layer cannot read the network's exact result");
  }
  void forward() override {
    ConvolutionArguments arguments{};
    arguments.parts[0] = source_->part();
    arguments.result = destination_->address();
    arguments.weights = parameter_->weights();
    arguments.bias = parameter_->bias();
    arguments.width = destination_->shape().width;
    arguments.height = destination_->shape().height;
    convolution_.run(arguments);
  }
  void backward(bool) override { parameter_->zero_gradient(); }
  std::string implementation() const override { return name_of(context_->product); }

 private:
  ContextPtr context_;
  Convolution convolution_;
  std::shared_ptr<VulkanTensor> source_, destination_;
  std::shared_ptr<VulkanParameter> parameter_;
};

class VulkanUpsample final : public Operation {
 public:
  VulkanUpsample(ContextPtr context, std::shared_ptr<VulkanTensor> source,
                 std::shared_ptr<VulkanTensor> destination)
      : context_(std::move(context)), source_(std::move(source)), destination_(std::move(destination)) {}
  void forward() override {
    const Shape to = destination_->shape();
    const int vectors = destination_->half() ? 2 : 4;
    const auto pixels = static_cast<std::int32_t>(area(to.width, to.height)) * to.blocks();
    run_copy(*context_, upsampling, vectors,
             {source_->address(), destination_->address(), pixels * vectors, to.width, to.height},
             "upsample");
  }
  void backward(bool) override { core::fail("the vulkan backend cannot train"); }

 private:
  ContextPtr context_;
  std::shared_ptr<VulkanTensor> source_, destination_;
};

}  // namespace

Convolution::Convolution(Context& context, const ConvolutionSpec& spec, bool exact, std::string name)
    : context_(&context),
      spec_(spec),
      exact_(exact && context.half()),
      name_(std::move(name)),
      pipeline_(context.pipelines.get(convolution_shader(context.product),
                                      {spec.kernel, spec.stride, spec.relu, exact_,
                                       static_cast<std::int32_t>(context.device.facts().subgroup_size)})) {}

void Convolution::run(const ConvolutionArguments& a) const {
  Dispatch dispatch;
  dispatch.pipeline = pipeline_;
  const int tile_height =
      context_->product == Product::matrices ? NEURASTER_MATRIX_TILE_HEIGHT : NEURASTER_TILE;
  dispatch.groups = {groups(a.width, NEURASTER_TILE), groups(a.height, tile_height),
                     static_cast<std::uint32_t>(padded16(spec_.out)) / 16};
  dispatch.push = std::as_bytes(std::span(&a, 1));
  dispatch.name = name_;
  const std::size_t scalar = context_->scalar_bytes();
  dispatch.operations = area(a.width, a.height) * spec_.weight_count();
  dispatch.bytes =
      area(a.width, a.height) * static_cast<std::uint64_t>(padded16(spec_.out)) * (exact_ ? 4 : scalar) +
      spec_.weight_count() * scalar;
  for (const Part& part : a.parts)
    dispatch.bytes += area(part.width, part.height) * static_cast<std::uint64_t>(part.blocks) * 16 * scalar;
  context_->stream.dispatch(dispatch);
}

void to_halfs(Context& context, VkDeviceAddress floats, VkDeviceAddress halfs, std::size_t count) {
  run_copy(context, floats_to_halfs, 1, {floats, halfs, static_cast<std::int32_t>(count / 4), 0, 0},
           "convert");
}

void to_floats(Context& context, VkDeviceAddress halfs, VkDeviceAddress floats, std::size_t count) {
  run_copy(context, halfs_to_floats, 1, {halfs, floats, static_cast<std::int32_t>(count / 4), 0, 0},
           "convert");
}

std::unique_ptr<Operation> make_convolution(const ContextPtr& context, const ConvolutionSpec& spec,
                                            std::shared_ptr<VulkanTensor> source,
                                            std::shared_ptr<VulkanParameter> parameter,
                                            std::shared_ptr<VulkanTensor> destination) {
  return std::make_unique<VulkanConvolution>(context, spec, std::move(source), std::move(parameter),
                                             std::move(destination));
}

std::unique_ptr<Operation> make_upsample(const ContextPtr& context, std::shared_ptr<VulkanTensor> source,
                                         std::shared_ptr<VulkanTensor> destination) {
  return std::make_unique<VulkanUpsample>(context, std::move(source), std::move(destination));
}

}  // namespace compute::vulkan
