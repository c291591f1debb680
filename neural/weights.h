#pragma once
// The trained numbers of the network: read, checked against its drawing, written, made from nothing.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "neural/network.h"
#include "neural/safetensors.h"

namespace neural {

struct Weights {
  std::vector<float> values;  ///< plan.parameter_count(), in the order of the drawing
  std::map<std::string, std::string> metadata;
};

/// Every layer's NAME.weight [out, in, k, k] and NAME.bias [out], and nothing else. Throws core::Error.
Weights load_weights(const std::filesystem::path& path, const NetworkPlan& plan = NetworkPlan::shipped());
Weights weights_from(const TensorFile& file, const std::string& name,
                     const NetworkPlan& plan = NetworkPlan::shipped());
TensorFile to_tensor_file(const Weights& weights, const NetworkPlan& plan = NetworkPlan::shipped());
void save_weights(const std::filesystem::path& path, const Weights& weights,
                  const NetworkPlan& plan = NetworkPlan::shipped());

/// He's initialisation; the head's controls are zero, so that the untrained network is TAAU.
Weights initial_weights(std::uint64_t seed, const NetworkPlan& plan = NetworkPlan::shipped());

}  // namespace neural
