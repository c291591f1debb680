#pragma once
// The simulated water of a frame, as the renderer reads it. Who simulates it does not matter here.

#include <glm/glm.hpp>

#include "renderer/vulkan/memory.h"

namespace renderer {

/// A square of cells, row by row: columns along +x, rows along +z.
struct WaterSurface {
  /// [cells][cells][4] halfs: the level above water at rest in metres, its slopes along x and z, foam from 0
  /// to 1.
  const gpu::Buffer* values = nullptr;
  bool exported = false;  ///< another API wrote it, and hands it over in each frame
  int cells = 0;          ///< on a side
  float cell = 1;         ///< side of a cell, in the scene's units
  glm::vec2 corner{0};    ///< x and z of the first cell's corner, in the scene
};

}  // namespace renderer
