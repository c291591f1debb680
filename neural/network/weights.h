#pragma once
// The trained numbers of a network: reading, checking against its plan, writing, and initial values.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "neural/network/run.h"
#include "neural/network/safetensors.h"

namespace neural {

struct Weights {
  std::vector<float> values;  ///< plan.parameter_count() values, in the order of the plan
  std::map<std::string, std::string> metadata;
};

/// Returns the plan's layers as JSON, for the weights' metadata and tools/network.py.
std::string to_json(const NetworkPlan& plan);

/// A file must hold every layer's NAME.weight [out, in, k, k] and NAME.bias [out], and nothing else;
/// otherwise these throw core::Error. `name` appears in messages.
Weights load_weights(const std::filesystem::path& path, const NetworkPlan& plan);
Weights weights_from(const TensorFile& file, const std::string& name, const NetworkPlan& plan);
TensorFile to_tensor_file(const Weights& weights, const NetworkPlan& plan);
void save_weights(const std::filesystem::path& path, const Weights& weights, const NetworkPlan& plan);

/// Returns He's initialisation; what the plan wants to start at zero is zero.
Weights initial_weights(std::uint64_t seed, const NetworkPlan& plan);
/// Returns He's initialisation of everything, times `gain` where initial_weights() has zeros: noise.
Weights noise_weights(std::uint64_t seed, const NetworkPlan& plan, double gain);

}  // namespace neural
