#pragma once
// A frame of the contract as files that others read: an EXR a buffer, one JSON with all numbers.

#include <filesystem>
#include <string>

#include "core/frame.h"
#include "renderer/view.h"

namespace app {

/// Writes folder/NUMBER_{color,depth,motion,reactive}.exr at render resolution (channels RGBA, Z, XY, Y),
/// NUMBER_PICTURE.exr (RGBA, `pixels` [H][W][4]) at output resolution, and NUMBER.json: everything another
/// upscaler needs besides, `seconds` being the scene's time, and where
/// the camera is known what puts a pixel into the world. Throws core::Error with the path.
void write_contract(const std::filesystem::path& folder, const std::string& number, const core::FrameIo& io,
                    double seconds, const char* picture, const core::f16* pixels,
                    const renderer::View* view = nullptr);

}  // namespace app
