#pragma once
// Parses "--sweep upscaler=taau,neural --sweep scale=1.5,2,3" into all combinations of values. The last sweep
// changes fastest.

#include <string>
#include <vector>

#include "app/report/report.h"

namespace app {

/// Each combination has one value of each swept setting, in the order of the sweeps. Without a sweep there is
/// one empty combination. Does not check names and values against the settings. Throws core::UsageError for
/// text that is no sweep.
std::vector<std::vector<NamedValue>> sweep_combinations(const std::vector<std::string>& sweeps);

}  // namespace app
