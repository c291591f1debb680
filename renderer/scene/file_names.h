#pragma once
// Finds the files that OBJ, MTL and scene files name. Such names have slashes or backslashes, the wrong case,
// spaces and quotes.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace scene {

/// The existing file that `name` means, relative to `folder`. It tries the name as written, with backslashes
/// as slashes; then each part of the path in any case, Unicode normal form and encoding (UTF-8 or Latin-1);
/// then the bare file name in `folder`, because exporters write absolute paths of their author's machine;
/// then the same with "%20" and the like decoded. Nothing where no such file exists. A folder is found only
/// by its exact name, so that a message can say that it is one.
std::optional<std::filesystem::path> find_file(const std::filesystem::path& folder, std::string_view name);

/// The path at which the file would be if it existed, for messages.
std::filesystem::path expected_path(const std::filesystem::path& folder, std::string_view name);

}  // namespace scene
