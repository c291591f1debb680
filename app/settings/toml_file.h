#pragma once
// A TOML file of the user's, and places in it for messages.

#include <toml++/toml.h>

#include <filesystem>
#include <string>

namespace app {

/// Returns "file:line" of something in the file.
std::string place(const std::filesystem::path& path, const toml::source_region& source);

/// Reads a file. Throws core::Error with the line where it is no TOML or nested too deep.
toml::table read_toml(const std::filesystem::path& path);

}  // namespace app
