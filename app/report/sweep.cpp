#include "app/report/sweep.h"

#include <algorithm>

#include "core/error.h"

namespace app {
namespace {

struct Axis {
  std::string name;
  std::vector<std::string> values;
};

Axis parse(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    core::fail_usage("--sweep must be NAME=VALUE,VALUE,..., not '{}'", text);
  Axis axis{text.substr(0, equals), {}};
  for (std::size_t begin = equals + 1; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    std::string value = text.substr(begin, end - begin);
    if (value.empty()) core::fail_usage("--sweep {} has an empty value", text);
    if (std::find(axis.values.begin(), axis.values.end(), value) != axis.values.end())
      core::fail_usage("--sweep {} names {} twice", text, value);
    axis.values.push_back(std::move(value));
    begin = end + 1;
  }
  return axis;
}

}  // namespace

std::vector<std::vector<NamedValue>> sweep_combinations(const std::vector<std::string>& sweeps) {
  constexpr std::size_t most = 1000;
  std::vector<std::vector<NamedValue>> combinations{{}};
  for (const std::string& text : sweeps) {
    const Axis axis = parse(text);
    if (std::any_of(combinations[0].begin(), combinations[0].end(),
                    [&](const NamedValue& value) { return value.first == axis.name; }))
      core::fail_usage("--sweep {} is given twice", axis.name);
    std::vector<std::vector<NamedValue>> longer;
    for (const auto& combination : combinations)
      for (const std::string& value : axis.values) {
        longer.push_back(combination);
        longer.back().emplace_back(axis.name, value);
      }
    combinations = std::move(longer);
    if (combinations.size() > most)
      core::fail_usage("the sweeps have more than {} combinations together", most);
  }
  return combinations;
}

}  // namespace app
