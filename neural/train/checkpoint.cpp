// A checkpoint: weights, optimiser, random state and step of a training in one safetensors file.

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "core/error.h"
#include "core/json.h"
#include "neural/train/trainer.h"

namespace neural {
namespace {
using Json = nlohmann::ordered_json;

/// The settings that a checkpoint and the training that loads it must share.
Json identity(const TrainerSettings& s) {
  return {{"seed", s.seed},       {"batch", s.batch}, {"unroll", s.unroll},
          {"windows", s.windows}, {"crop", s.crop},   {"rate", s.adam.rate}};
}

/// What a checkpoint's metadata holds besides the settings.
struct State {
  long steps = 0;
  double gradient_length = 0;
  std::uint64_t random = 0;
  std::string note;
};

/// Throws where a value is not one that a training can have.
State read_state(const Json& json, const std::string& file) {
  State state;
  const auto wrong = [&](const char* what) {
    core::fail("{}: the checkpoint's {} is no such value", file, what);
  };
  if (!json.at("steps").is_number_integer() || (state.steps = json.at("steps").get<long>()) < 0)
    wrong("number of steps");
  const std::string length = json.at("gradient_length").get<std::string>();
  char* end = nullptr;
  state.gradient_length = std::strtod(length.c_str(), &end);
  if (length.empty() || *end != '\0' || !std::isfinite(state.gradient_length) || state.gradient_length < 0)
    wrong("length of the gradient");
  const std::string random = json.at("random").get<std::string>();
  const auto [last, error] = std::from_chars(random.data(), random.data() + random.size(), state.random);
  if (error != std::errc() || last != random.data() + random.size()) wrong("random state");
  state.note = json.at("note").get<std::string>();
  return state;
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
  for (const float mean_square : adam.second)
    if (mean_square < 0)
      core::fail("{}: tensor 'adam.second' holds a negative mean of squares", path.string());
  const auto found = file.metadata.find("checkpoint");
  if (found == file.metadata.end()) core::fail("{}: not a checkpoint", path.string());
  State state;
  Json theirs;
  try {
    const auto json = core::parse_json<Json>(found->second, path.string() + ": the checkpoint's metadata");
    state = read_state(json, path.string());
    theirs = json.at("settings");
  } catch (const nlohmann::json::exception& error) {
    core::fail("{}: the checkpoint's metadata cannot be read ({})", path.string(), error.what());
  }
  if (!theirs.is_object()) core::fail("{}: the checkpoint's settings are no settings", path.string());
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
  adam.steps = state.steps;
  adam.gradient_length = state.gradient_length;
  adam_ = std::move(adam);
  random_ = core::Random(state.random);
  return state.note;
}

}  // namespace neural
