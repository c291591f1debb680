#pragma once
// The trained numbers of the network: read, checked against its drawing, written, made from nothing.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "neural/network/run.h"
#include "neural/network/safetensors.h"

namespace neural {

struct Weights {
  std::vector<float> values;  ///< plan.parameter_count(), in the order of the drawing
  std::map<std::string, std::string> metadata;
};

/// Layers, for the weights' metadata and tools/network.py.
std::string to_json(const NetworkPlan& plan);

/// Every layer's NAME.weight [out, in, k, k] and NAME.bias [out], and nothing else. Throws core::Error.
Weights load_weights(const std::filesystem::path& path, const NetworkPlan& plan);
Weights weights_from(const TensorFile& file, const std::string& name, const NetworkPlan& plan);
TensorFile to_tensor_file(const Weights& weights, const NetworkPlan& plan);
void save_weights(const std::filesystem::path& path, const Weights& weights, const NetworkPlan& plan);

/// He's initialisation, without what the plan wants to start at zero.
Weights initial_weights(std::uint64_t seed, const NetworkPlan& plan);

}  // namespace neural
