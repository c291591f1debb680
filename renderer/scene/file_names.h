#pragma once
// File names as they are written in OBJ, MTL and scene files: either slash, any case, spaces, quotes.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace scene {

std::string_view trimmed(std::string_view text);
std::string lower_case(std::string_view text);

/// The existing file that `name` means, seen from `folder`: as written, with backslashes as slashes, then
/// with each part matched without regard to case, then (exporters write their author's absolute paths) the
/// bare file name. Nothing when there is no such file.
std::optional<std::filesystem::path> find_file(const std::filesystem::path& folder, std::string_view name);

/// Where the file would be if it existed, for messages.
std::filesystem::path expected_path(const std::filesystem::path& folder, std::string_view name);

}  // namespace scene
