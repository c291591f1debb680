#include "compute/vulkan/products.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "compute/pixel/half.h"
#include "compute/plan/pack.h"
#include "compute/reference/reference.h"
#include "compute/vulkan/layers/layers.h"
#include "core/random.h"

namespace compute::vulkan {
namespace {

/// Of the largest value: halfs have 11 bits, and a driver may cut where it stores them.
constexpr double half_error = 4e-3, float_error = 1e-4;

std::vector<float> noise(std::size_t count, std::uint64_t seed) {
  core::Random random(seed);
  std::vector<float> values(count);
  for (float& x : values) x = pixel::from_half(pixel::to_half(static_cast<float>(random.normal())));
  return values;
}

const char* key_of(Product product) {
  switch (product) {
    case Product::floats:
      return "floats";
    case Product::half_stored:
      return "half_stored";
    case Product::halfs:
      return "halfs";
    case Product::matrices:
      return "matrices";
  }
  return "";
}

/// The products of a precision, the best first.
std::vector<Product> products_of(Precision precision) {
  if (precision == Precision::f32) return {Product::floats};
  return {Product::matrices, Product::halfs, Product::half_stored};
}

/// The shared memory of a work group at stride 2, in bytes; see the shaders' arrays.
std::uint32_t shared_bytes(Product product) {
  switch (product) {
    case Product::floats:
    case Product::half_stored:
      return (33 * 33 + 9 * 16) * 16;
    case Product::halfs:
      return (33 * 33 + 9 * 16) * 8;
    case Product::matrices:
      return (33 * 17 * 4 + 9 * 64) * 8 + 4 * 256 * 4;
  }
  return 0;
}

/// Says why the device does not have the product; empty where it has.
std::string lacks(const DeviceFacts& facts, Product product, bool forced) {
  if (facts.shared_bytes < shared_bytes(product))
    return fmt::format("it needs {} bytes of shared memory, and the device has {}", shared_bytes(product),
                       facts.shared_bytes);
  if (product == Product::matrices && !facts.matrices) return "the device has none of our shape";
  if (product == Product::matrices && facts.is_cpu && !forced) return "a processor has none of its own";
  if (product != Product::halfs) return {};
  if (!facts.float16) return "the device has no f16 arithmetic";
  if (facts.is_cpu && !forced) return "a processor converts every one";
  return {};
}

}  // namespace

double self_test(const ContextPtr& context, Product product) {
  context->product = product;
  const ConvolutionSpec spec{32, 16, 3, 2, true};
  const Shape from{32, 19, 37}, to{16, 10, 19};
  const auto values = noise(from.elements(), 1), weights = noise(spec.weight_count(), 2), bias = noise(16, 3);
  const auto expected = convolve_by_reference(spec, from, values, weights, bias);

  const auto source = std::make_shared<VulkanTensor>(context, from, false);
  const auto destination = std::make_shared<VulkanTensor>(context, to, true);
  const auto parameter = std::make_shared<VulkanParameter>(context, spec);
  parameter->load(weights, bias);
  const DeviceMemory memory(context, values.size() * sizeof(float));
  context->copy_in(memory.place(), values.data(), values.size() * sizeof(float));
  if (context->half())
    to_halfs(*context, memory.address(), source->address(), values.size());
  else
    source->alias(memory.address());
  const DeviceMemory result(context, to.elements() * sizeof(float));
  destination->alias(result.address());
  make_convolution(context, spec, source, parameter, destination)->forward();
  std::vector<float> got(to.elements());
  context->copy_out(got.data(), result.place(), got.size() * sizeof(float));

  double error = 0, largest = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double difference = std::abs(static_cast<double>(got[i]) - static_cast<double>(expected[i]));
    error = std::isfinite(difference) ? std::max(error, difference) : HUGE_VAL;
    largest = std::max(largest, std::abs(static_cast<double>(expected[i])));
  }
  return error / largest;
}

Choice choose_product(const ContextPtr& context, Precision precision) {
  const char* named = std::getenv("NEURASTER_VULKAN_PRODUCT");
  std::string refused;
  for (const Product product : products_of(precision)) {
    const bool forced = named && std::string(named) == key_of(product);
    std::string why = lacks(context->device.facts(), product, forced);
    if (why.empty() && precision != Precision::f32 && named && !forced) why = "NEURASTER_VULKAN_PRODUCT";
    if (why.empty()) {
      const double error = self_test(context, product);
      if (error <= (product == Product::floats ? float_error : half_error)) return {product, refused};
      why = fmt::format("the device's result is wrong by {:.2g}", error);
    }
    refused += fmt::format("{}no {}: {}", refused.empty() ? "" : ", ", name_of(product), why);
  }
  core::fail("the vulkan backend cannot compute on '{}': {}", context->device.facts().name, refused);
}

}  // namespace compute::vulkan
