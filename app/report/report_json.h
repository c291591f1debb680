#pragma once
// The JSON of the reports, as text: the files that use it need not include nlohmann/json.

#include <string>

#include "app/report/report.h"

namespace app {

/// The whole of profile.json on one line, without a line break. Throws core::Error where there are no runs.
std::string profile_text(const Profile& profile);

/// A JSON string, in quotes and escaped; a JSON number. `text` must be UTF-8.
std::string json_text(const std::string& text);
std::string json_text(double number);

}  // namespace app
