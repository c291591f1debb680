#pragma once
// The JSON of a profile, shared by profile.json and the HTML page.

#include <nlohmann/json.hpp>

#include "app/report/report.h"

namespace app {

nlohmann::ordered_json profile_json(const Profile& profile);

/// To a tenth of a microsecond: shorter files, no loss.
double rounded_ms(double ms);

/// null for infinity (equal pictures), which JSON does not have.
nlohmann::ordered_json finite_or_null(double value);

}  // namespace app
