#pragma once
// "--sweep upscaler=taau,neural --sweep scale=1.5,2,3": every combination, the last one changing fastest.

#include <string>
#include <vector>

#include "app/report/report.h"

namespace app {

/// One value of each swept setting, in the order they were given. Without a sweep there is one combination,
/// an empty one. Names and values are not checked here. Throws core::UsageError for what is no sweep.
std::vector<std::vector<NamedValue>> sweep_combinations(const std::vector<std::string>& sweeps);

}  // namespace app
