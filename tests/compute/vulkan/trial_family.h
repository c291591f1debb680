#pragma once
// A family of its own for tests of the Vulkan backend: what the network's ends read and write are plain
// arrays.

#include "compute/passes.h"
#include "compute/types.h"

namespace testing_support {

/// S is the type that passes store: float, or f16 beside a network in halfs.
template <typename S>
struct TrialView {
  compute::Size size, padded;
  float scale = 1;
  std::uint8_t flags[4] = {};
  const float* input = nullptr;  ///< [height][width]
  S* doubled = nullptr;          ///< [height][width] by the pass "double", and 1 more where flags[2] is set
  float* blurred =
      nullptr;  ///< [height][width] by the pass "blur": the mean of 3x3 of `doubled`, borders repeated
  const float* features = nullptr;  ///< [height][width][32], the network's input
  float* head = nullptr;            ///< [height][width][32], the network's output
};
enum class TrialPass { twice, blur };

/// Only the names: the family runs on Vulkan.
template <typename S>
const compute::PassFamily& trial_family();

}  // namespace testing_support
