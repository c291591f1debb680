#pragma once
// Which product a device computes layers with: by what it says it has, and by a small layer that it has to
// get right.

#include <string>

#include "compute/vulkan/context.h"

namespace compute::vulkan {

struct Choice {
  Product product = Product::floats;
  std::string reason;  ///< for people: what was not taken, and why; may be empty
};

/// Sets the context's product for this precision and tells why. NEURASTER_VULKAN_PRODUCT in the environment
/// (floats, half_stored, halfs, matrices) names one of that precision instead. Throws core::Error where the
/// device gets none right.
Choice choose_product(const ContextPtr& context, Precision precision);

/// Returns the largest error of a small layer in this product, over the largest value. Leaves the context
/// with the product.
double self_test(const ContextPtr& context, Product product);

}  // namespace compute::vulkan
