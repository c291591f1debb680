#pragma once
// The upscaler's network: its plan, and neural/network/weights.h applied to it.

#include <cstdint>
#include <filesystem>
#include <string>

#include "neural/network/weights.h"
#include "neural/upscale/step_view.h"

namespace neural {

/// Goes from [features] to [head]: step_view.h says what the channels of both are.
const NetworkPlan& upscaler_plan();

// These are the functions of neural/network/weights.h with this plan.
inline Weights load_weights(const std::filesystem::path& path) {
  return load_weights(path, upscaler_plan());
}
inline Weights weights_from(const TensorFile& file, const std::string& name) {
  return weights_from(file, name, upscaler_plan());
}
inline TensorFile to_tensor_file(const Weights& weights) {
  return to_tensor_file(weights, upscaler_plan());
}
inline void save_weights(const std::filesystem::path& path, const Weights& weights) {
  save_weights(path, weights, upscaler_plan());
}
inline Weights initial_weights(std::uint64_t seed) {
  return initial_weights(seed, upscaler_plan());
}

}  // namespace neural
