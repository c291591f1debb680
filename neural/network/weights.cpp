#include "neural/network/weights.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/random.h"

namespace neural {
namespace {

/// Calls visit(tensor name, shape, index of its first flat value) for each tensor of the plan.
template <typename Visit>
void for_tensors(const NetworkPlan& plan, const Visit& visit) {
  for (const Layer& layer : plan.layers()) {
    if (layer.kind != Layer::Kind::convolution) continue;
    const auto in = static_cast<std::size_t>(layer.spec.in), out = static_cast<std::size_t>(layer.spec.out);
    const auto k = static_cast<std::size_t>(layer.spec.kernel);
    visit(layer.name + ".weight", std::vector<std::size_t>{out, in, k, k}, layer.first_weight);
    visit(layer.name + ".bias", std::vector<std::size_t>{out}, layer.first_bias);
  }
}

/// How many of a layer's first weights start at zero.
std::size_t zeros_of(const Layer& layer) {
  return layer.spec.weight_count() / static_cast<std::size_t>(layer.spec.out) *
         static_cast<std::size_t>(layer.zero_outputs);
}

/// The deviation is `gain` times that of He et al., "Delving Deep into Rectifiers", 2015.
void fill(Weights& weights, const Layer& layer, std::size_t first, std::size_t end, double gain,
          core::Random& random) {
  const double deviation = gain * std::sqrt(2.0 / (layer.spec.in * layer.spec.kernel * layer.spec.kernel));
  for (std::size_t i = first; i < end; ++i)
    weights.values[layer.first_weight + i] = static_cast<float>(deviation * random.normal());
}

}  // namespace

std::string to_json(const NetworkPlan& plan) {
  nlohmann::json layers = nlohmann::json::array();
  for (const Layer& layer : plan.layers()) {
    nlohmann::json one = {{"from", layer.source}, {"to", layer.destination}};
    if (layer.kind == Layer::Kind::convolution)
      one.update({{"name", layer.name},
                  {"kernel", layer.spec.kernel},
                  {"stride", layer.spec.stride},
                  {"relu", layer.spec.relu}});
    else
      one["upsample"] = 2;
    layers.push_back(one);
  }
  nlohmann::json values = nlohmann::json::array();
  for (const Value& value : plan.values())
    values.push_back({{"channels", value.channels},
                      {"level", value.level},
                      {"parent", value.parent},
                      {"first_channel", value.first_channel}});
  return nlohmann::json{{"format", 1}, {"values", values}, {"layers", layers}}.dump();
}

Weights weights_from(const TensorFile& file, const std::string& name, const NetworkPlan& plan) {
  Weights weights{std::vector<float>(plan.parameter_count()), file.metadata};
  std::size_t known = 0;
  for_tensors(plan, [&](const std::string& tensor, const std::vector<std::size_t>& shape, std::size_t first) {
    const TensorFile::Entry& entry = expect_tensor(file, name, tensor, shape, "the network");
    std::copy(entry.values.begin(), entry.values.end(),
              weights.values.begin() + static_cast<std::ptrdiff_t>(first));
    ++known;
  });
  if (known != file.tensors.size())
    for (const auto& entry : file.tensors) {
      bool found = false;
      for_tensors(plan, [&](const std::string& known_name, const auto&, std::size_t) {
        found |= known_name == entry.first;
      });
      if (!found) core::fail("{}: tensor '{}' belongs to no layer of the network", name, entry.first);
    }
  return weights;
}

Weights load_weights(const std::filesystem::path& path, const NetworkPlan& plan) {
  return weights_from(read_safetensors(path), path.string(), plan);
}

TensorFile to_tensor_file(const Weights& weights, const NetworkPlan& plan) {
  TensorFile file;
  file.metadata = weights.metadata;
  file.metadata["network"] = to_json(plan);
  for_tensors(plan, [&](const std::string& tensor, const std::vector<std::size_t>& shape, std::size_t first) {
    std::size_t count = 1;
    for (const std::size_t side : shape) count *= side;
    const auto begin = weights.values.begin() + static_cast<std::ptrdiff_t>(first);
    file.tensors[tensor] = {shape, {begin, begin + static_cast<std::ptrdiff_t>(count)}};
  });
  return file;
}

void save_weights(const std::filesystem::path& path, const Weights& weights, const NetworkPlan& plan) {
  write_safetensors(path, to_tensor_file(weights, plan));
}

Weights initial_weights(std::uint64_t seed, const NetworkPlan& plan) {
  Weights weights{std::vector<float>(plan.parameter_count()), {}};
  core::Random random(seed);
  for (const Layer& layer : plan.layers())
    if (layer.kind == Layer::Kind::convolution)
      fill(weights, layer, zeros_of(layer), layer.spec.weight_count(), 1, random);
  return weights;
}

Weights noise_weights(std::uint64_t seed, const NetworkPlan& plan, double gain) {
  Weights weights = initial_weights(seed, plan);
  core::Random random(seed + 1);
  for (const Layer& layer : plan.layers())
    if (layer.kind == Layer::Kind::convolution) fill(weights, layer, 0, zeros_of(layer), gain, random);
  return weights;
}

}  // namespace neural
