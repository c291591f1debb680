#pragma once
// A picture of each combination, so that whoever reads a report sees what its figures are of.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "core/frame.h"

namespace app {

/// Writes a JPEG of display-encoded bytes, [height][width][3]. Throws core::Error.
void write_jpeg(const std::filesystem::path& path, core::Size size, std::span<const std::byte> rgb8);

/// The JPEG as text that a page shows without loading anything: "data:image/jpeg;base64,...". Empty where
/// `name` is no plain name of a JPEG in the folder, as in a report whose pictures were not copied along.
std::string picture_for_page(const std::filesystem::path& folder, const std::string& name);

}  // namespace app
