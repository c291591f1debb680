// The shader with cooperative matrices, with plain loops in place of a matrix's own arithmetic: staging,
// places, sums and stores run on any device. The matrices themselves have run nowhere yet.

#include "compute/plan/pack.h"
#include "compute/reference/reference.h"
#include "compute/vulkan/tensors.h"
#include "fixture.h"
#include "spirv/convolution_emulated.h"

namespace {

using compute::ConvolutionSpec;
using compute::Shape;
using compute::vulkan::ConvolutionArguments;
using compute::vulkan::Part;
using compute::vulkan::Product;
using namespace testing_support;

using VulkanMatrices = VulkanTest;

/// Halfs, summed in floats and stored in floats: 1e-5 of the largest value.
TEST_F(VulkanMatrices, TheShaderAroundThemMatchesTheReference) {
  compute::BackendOptions options;
  options.precision = compute::Precision::half;
  options.vulkan = app::handles_of(*device_);
  const auto context = std::make_shared<compute::vulkan::Context>(options);
  context->product = Product::half_stored;  // the same weights
  const auto subgroup = static_cast<std::int32_t>(context->device.facts().subgroup_size);
  if (!context->device.facts().float16 || subgroup < 8)
    GTEST_SKIP() << "the device has no f16 arithmetic, or subgroups of less than 8";
  struct Case {
    ConvolutionSpec spec;
    int height, width;
  };
  const Case cases[] = {{{16, 16, 3, 1, true}, 9, 21},
                        {{16, 32, 3, 2, true}, 37, 18},
                        {{48, 23, 3, 1, false}, 17, 33},
                        {{64, 48, 3, 2, true}, 19, 35},
                        {{32, 16, 1, 1, true}, 1, 1}};
  for (const Case& c : cases) {
    const ConvolutionSpec& spec = c.spec;
    SCOPED_TRACE(fmt::format("{} -> {} k{} s{} {}x{}", spec.in, spec.out, spec.kernel, spec.stride, c.width,
                             c.height));
    const Shape from{spec.in, c.height, c.width};
    const Shape to{spec.out, (c.height - 1) / spec.stride + 1, (c.width - 1) / spec.stride + 1};
    const auto values = noise(from.elements(), 3), weights = noise(spec.weight_count(), 1, 0.1);
    const auto bias = noise(static_cast<std::size_t>(spec.out), 2);
    compute::vulkan::VulkanParameter parameter(context, spec);
    parameter.load(weights, bias);
    const compute::vulkan::DeviceMemory source(context, values.size() * 2),
        result(context, to.elements() * 4);
    const auto halfs = compute::to_halfs(values);
    context->copy_in(source.place(), halfs.data(), halfs.size() * 2);
    // In two parts, as a concatenation gives them, where there are two.
    const int first = spec.in > 16 ? 1 : from.blocks(), rest = from.blocks() - first;
    const std::size_t offset = Shape{16 * first, c.height, c.width}.elements() * 2;
    const ConvolutionArguments arguments{{Part{source.address(), first, c.width, c.height, 0},
                                          Part{source.address() + offset, rest, c.width, c.height, 0}},
                                         result.address(),
                                         parameter.weights(),
                                         parameter.bias(),
                                         to.width,
                                         to.height};
    compute::vulkan::Dispatch dispatch;
    dispatch.pipeline =
        context->pipelines.get(convolution_emulated, {spec.kernel, spec.stride, spec.relu, 1, subgroup});
    const auto groups = [](int size, int of_group) {
      return static_cast<std::uint32_t>((size + of_group - 1) / of_group);
    };
    dispatch.groups = {groups(to.width, NEURASTER_TILE), groups(to.height, NEURASTER_MATRIX_TILE_HEIGHT),
                       static_cast<std::uint32_t>(to.blocks())};
    dispatch.push = std::as_bytes(std::span(&arguments, 1));
    context->stream.dispatch(dispatch);
    std::vector<float> got(to.elements());
    context->copy_out(got.data(), result.place(), got.size() * sizeof(float));
    EXPECT_LT(worst(got, compute::convolve_by_reference(spec, from, values, weights, bias)), 1e-5);
  }
}

/// Where a device has our matrices, they are chosen only if they get a layer right; elsewhere the reason is
/// told.
TEST_F(VulkanMatrices, AreNamedWhereTheyAreNotTaken) {
  compute::BackendOptions options;
  options.precision = compute::Precision::half;
  options.vulkan = app::handles_of(*device_);
  const std::string description = BackendPtr(neuraster_backend()->create(options))->description();
  EXPECT_NE(description.find("f16 cooperative matrices"), std::string::npos) << description;
}

}  // namespace
