// A checkpoint: weights, optimiser, random state and step of a training in one safetensors file.

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "neural/train/trainer.h"

namespace neural {
namespace {
using Json = nlohmann::ordered_json;

/// The settings that a checkpoint and the training that loads it must share.
Json identity(const TrainerSettings& s) {
  return {{"seed", s.seed},       {"batch", s.batch}, {"unroll", s.unroll},
          {"windows", s.windows}, {"crop", s.crop},   {"rate", s.adam.rate}};
}

}  // namespace

void Trainer::save_checkpoint(const std::filesystem::path& path, const std::string& note) const {
  expect_between_rounds("a checkpoint was asked for");
  TensorFile file = to_tensor_file(weights_, plan_);
  file.tensors["adam.first"] = {{adam_.first.size()}, adam_.first};
  file.tensors["adam.second"] = {{adam_.second.size()}, adam_.second};
  file.tensors["average"] = {{average_.values.size()}, average_.values};
  // The state is stored as text, because JSON numbers would round it.
  file.metadata["checkpoint"] = Json{
      {"steps", adam_.steps},
      {"gradient_length", fmt::format("{:a}", adam_.gradient_length)},
      {"random", std::to_string(random_.state())},
      {"settings", identity(settings_)},
      {"note", note}}.dump();
  write_safetensors(path, file);
}

std::string Trainer::load_checkpoint(const std::filesystem::path& path) {
  expect_between_rounds("a checkpoint was loaded");
  TensorFile file = read_safetensors(path);
  AdamState adam;
  const auto take = [&](const char* name) {
    const auto found = file.tensors.find(name);
    if (found == file.tensors.end())
      core::fail("{}: tensor '{}' is missing: not a checkpoint", path.string(), name);
    std::vector<float> values = std::move(found->second.values);
    file.tensors.erase(found);
    if (!values.empty() && values.size() != plan_.parameter_count())
      core::fail("{}: tensor '{}' has {} values where the network has {}", path.string(), name, values.size(),
                 plan_.parameter_count());
    return values;
  };
  adam.first = take("adam.first");
  adam.second = take("adam.second");
  std::vector<float> average = take("average");
  std::string note;
  std::uint64_t state = 0;
  Json theirs;
  try {
    const auto json = Json::parse(file.metadata.at("checkpoint"));
    adam.steps = json.at("steps").get<long>();
    adam.gradient_length = std::strtod(json.at("gradient_length").get<std::string>().c_str(), nullptr);
    state = std::stoull(json.at("random").get<std::string>());
    note = json.at("note").get<std::string>();
    theirs = json.at("settings");
  } catch (const std::exception&) {
    core::fail("{}: the checkpoint's metadata cannot be read", path.string());
  }
  const Json mine = identity(settings_);
  for (const auto& [name, ours] : mine.items())
    if (theirs.value(name, Json()) != ours)
      core::fail("{}: was written by a training with {} {}; this one has {}", path.string(), name,
                 theirs.value(name, Json()).dump(), ours.dump());
  if (average.empty()) core::fail("{}: tensor 'average' is empty", path.string());
  file.metadata.erase("checkpoint");
  weights_ = weights_from(file, path.string(), plan_);
  average_ = weights_;
  average_.values = std::move(average);
  ++weights_version_;
  adam_ = std::move(adam);
  random_ = core::Random(state);
  return note;
}

}  // namespace neural
