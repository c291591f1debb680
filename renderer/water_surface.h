#pragma once
// The simulated water of a frame, as the renderer reads it. Who simulates it does not matter here.

#include <vulkan/vulkan.h>

#include <glm/glm.hpp>

namespace renderer {

/// A square of cells, row by row: columns along +x, rows along +z.
struct WaterSurface {
  /// [cells][cells] texels, VK_FORMAT_R16G16B16A16_SFLOAT: the level above water at rest in metres, its
  /// slopes along x and z, foam from 0 to 1.
  VkBufferView texels = VK_NULL_HANDLE;
  int cells = 0;        ///< on a side
  float cell = 1;       ///< side of a cell, in the scene's units
  glm::vec2 corner{0};  ///< x and z of the first cell's corner, in the scene
};

}  // namespace renderer
