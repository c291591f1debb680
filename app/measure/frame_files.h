#pragma once
// Writes the buffers of a frame (core/frame.h) as files for other programs: one EXR for each buffer, and one
// JSON file with all numbers.

#include <filesystem>
#include <string>

#include "core/frame.h"
#include "renderer/view.h"

namespace app {

/// Writes folder/NUMBER_{color,depth,motion,reactive}.exr at render resolution (channels RGBA, Z, XY, Y),
/// NUMBER_PICTURE.exr (RGBA, `pixels` [H][W][4]) at output resolution, and NUMBER.json with the other numbers
/// that an upscaler needs, and what the files mean. `seconds` is the time in the scene. With `view` the JSON
/// also has the matrices between pixels and the world. Throws core::Error with the path.
void write_contract(const std::filesystem::path& folder, const std::string& number, const core::FrameIo& io,
                    double seconds, const char* picture, const core::f16* pixels,
                    const renderer::View* view = nullptr);

}  // namespace app
