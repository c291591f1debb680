// Each kind of layer on Vulkan against the reference, in every product and at odd sizes.

#include <fmt/core.h>

#include "compute/reference/reference.h"
#include "compute/vulkan/products.h"
#include "fixture.h"

namespace {

using compute::Backend;
using compute::ConvolutionSpec;
using compute::Shape;
using compute::TensorPtr;
using namespace testing_support;

using VulkanLayers = VulkanTest;

/// Floats: sums of up to 576 products in another order. Halfs: the stored result has 11 bits, which a driver
/// may cut instead of rounding, and sums of 24 products are halfs too.
double tolerance(const std::string& product) {
  return product == "floats" ? 1e-5 : product == "half_stored" ? 1e-3 : 4e-3;
}

struct Case {
  ConvolutionSpec spec;
  int height, width;
};

/// What a layer makes of these values; the reference's own memory is the host's.
std::vector<float> convolve(Backend& backend, const Case& c, bool exact) {
  const Shape from{c.spec.in, c.height, c.width};
  const Shape to{c.spec.out, (c.height - 1) / c.spec.stride + 1, (c.width - 1) / c.spec.stride + 1};
  std::vector<float> values = noise(from.elements(), 3);
  // Padding channels are zero at the interface.
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto pixels = static_cast<std::size_t>(c.height * c.width);
    if (i / (16 * pixels) * 16 + i % 16 >= static_cast<std::size_t>(c.spec.in)) values[i] = 0;
  }
  const TensorPtr source = backend.tensor(from, false), destination = backend.tensor(to, false, exact);
  const auto parameter = backend.parameter(c.spec);
  parameter->load(noise(c.spec.weight_count(), 1, 0.1), noise(static_cast<std::size_t>(c.spec.out), 2));
  const auto in = upload(backend, values), out = backend.allocate(to.elements() * sizeof(float));
  backend.write(*source, static_cast<const float*>(in->data()));
  backend.convolution(c.spec, source, parameter, destination, false)->forward();
  backend.read(*destination, static_cast<float*>(out->data()));
  return download(backend, *out, to.elements());
}

TEST_F(VulkanLayers, ConvolutionsMatchTheReference) {
  const Case cases[] = {{{16, 16, 3, 1, true}, 9, 21},   {{16, 32, 3, 2, true}, 37, 18},
                        {{32, 48, 3, 2, true}, 16, 34},  {{48, 32, 3, 1, true}, 1, 1},
                        {{64, 64, 3, 1, true}, 17, 33},  {{16, 23, 3, 1, false}, 10, 17},
                        {{20, 23, 3, 2, false}, 31, 15}, {{32, 16, 1, 1, true}, 19, 35},
                        {{16, 23, 1, 1, false}, 33, 16}, {{32, 16, 1, 2, true}, 18, 33}};
  const auto reference = compute::make_reference<float>();
  std::vector<std::vector<float>> expected;
  for (const Case& c : cases) expected.push_back(convolve(*reference, c, true));
  for (const std::string product : all_products) {
    const BackendPtr backend = open(product);
    for (std::size_t i = 0; i < std::size(cases); ++i)
      for (const bool exact : {false, true}) {
        const Case& c = cases[i];
        SCOPED_TRACE(fmt::format("{}: {} -> {} k{} s{} {}x{}{}", product, c.spec.in, c.spec.out,
                                 c.spec.kernel, c.spec.stride, c.width, c.height, exact ? " exact" : ""));
        EXPECT_LT(worst(convolve(*backend, c, exact), expected[i]), tolerance(product));
      }
  }
}

/// An upsampled tensor beside another one, both parts of one source.
std::vector<float> upsample_and_concatenate(Backend& backend, Shape small, int beside) {
  const Shape part{small.channels, 2 * small.height, 2 * small.width};
  const Shape whole{small.channels + beside, part.height, part.width};
  const Shape other{beside, part.height, part.width}, to{16, part.height, part.width};
  const ConvolutionSpec spec{whole.channels, 16, 3, 1, true};
  const TensorPtr source = backend.tensor(whole, false), low = backend.tensor(small, false),
                  destination = backend.tensor(to, false);
  const auto first = upload(backend, noise(small.elements(), 5)),
             second = upload(backend, noise(other.elements(), 6)),
             out = backend.allocate(to.elements() * sizeof(float));
  backend.write(*low, static_cast<const float*>(first->data()));
  backend.write(*source->slice(small.channels, beside), static_cast<const float*>(second->data()));
  const auto parameter = backend.parameter(spec);
  parameter->load(noise(spec.weight_count(), 1, 0.1), noise(16, 2));
  backend.upsample(low, source->slice(0, small.channels))->forward();
  backend.convolution(spec, source, parameter, destination, false)->forward();
  backend.read(*destination, static_cast<float*>(out->data()));
  return download(backend, *out, to.elements());
}

TEST_F(VulkanLayers, UpsamplingAndConcatenationMatchTheReference) {
  const auto reference = compute::make_reference<float>();
  for (const std::string product : all_products) {
    SCOPED_TRACE(product);
    const BackendPtr backend = open(product);
    EXPECT_LT(worst(upsample_and_concatenate(*backend, {32, 7, 11}, 16),
                    upsample_and_concatenate(*reference, {32, 7, 11}, 16)),
              tolerance(product));
  }
}

/// Floats come back as they were; halfs hold these numbers exactly.
TEST_F(VulkanLayers, TensorsAreWrittenAndRead) {
  const Shape shape{23, 5, 9};
  for (const std::string product : all_products)
    for (const bool exact : {false, true}) {
      const BackendPtr backend = open(product);
      const std::vector<float> values = noise(shape.elements(), 8);
      const auto in = upload(*backend, values), out = backend->allocate(values.size() * sizeof(float));
      const TensorPtr tensor = backend->tensor(shape, false, exact);
      backend->write(*tensor, static_cast<const float*>(in->data()));
      backend->read(*tensor, static_cast<float*>(out->data()));
      EXPECT_EQ(download(*backend, *out, values.size()), values) << product;
    }
}

/// Memory of the caller takes the place of a tensor's own.
TEST_F(VulkanLayers, ATensorCanBeTheCallersMemory) {
  const BackendPtr backend = open();
  const ConvolutionSpec spec{16, 16, 1, 1, false};
  const Shape shape{16, 3, 5};
  const std::vector<float> values = noise(shape.elements(), 9);
  const auto in = upload(*backend, values), out = backend->allocate(values.size() * sizeof(float));
  const TensorPtr source = backend->tensor(shape, false), destination = backend->tensor(shape, false, true);
  ASSERT_TRUE(backend->alias(*source, in->data(), compute::Precision::f32));
  ASSERT_TRUE(backend->alias(*destination, out->data(), compute::Precision::f32));
  std::vector<float> identity(256), bias(16);
  for (std::size_t i = 0; i < 16; ++i) identity[17 * i] = 1;
  const auto parameter = backend->parameter(spec);
  parameter->load(identity, bias);
  backend->convolution(spec, source, parameter, destination, false)->forward();
  EXPECT_EQ(download(*backend, *out, values.size()), values);
  const BackendPtr halfs = open("half_stored");
  const TensorPtr stored = halfs->tensor(shape, false);
  EXPECT_FALSE(halfs->alias(*stored, out->data(), compute::Precision::f32)) << "its values are halfs";
}

/// A device that computes something else is found out.
TEST_F(VulkanLayers, TheSelfTestMeasuresTheError) {
  const auto context = std::make_shared<compute::vulkan::Context>(
      compute::BackendOptions{.vulkan = app::handles_of(*device_)});
  using compute::vulkan::Product;
  const double floats = self_test(context, Product::floats),
               stored = self_test(context, Product::half_stored), halfs = self_test(context, Product::halfs);
  EXPECT_LT(floats, 1e-5);
  EXPECT_LT(stored, 1e-4);  // its result is exact, and its inputs are halfs
  EXPECT_LT(halfs, 4e-3);
  EXPECT_GT(halfs, 1e-5) << "sums of halfs cannot be that good: another product was tested";
}

}  // namespace
