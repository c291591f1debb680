#include "renderer/scene/ambient/sun_bounce.h"

#include <algorithm>
#include <cmath>

#include "renderer/scene/ambient/light_sweep.h"

namespace scene {

std::vector<std::array<std::uint8_t, 4>> make_sun_bounce(const AmbientGrid& grid, const glm::vec3& to_sun) {
  const std::size_t count = grid.surfaces.size();
  Voxels voxels{.corner = grid.corner,
                .cell = 2 * grid.cell,
                .cells = bounce_cells(grid),
                .cover = {},
                .albedo = std::vector<float>(count),
                .tint = {}};
  for (std::size_t a = 0; a < 3; ++a) {
    voxels.cover[a].resize(count);
    for (std::size_t i = 0; i < count; ++i)
      voxels.cover[a][i] = static_cast<float>(grid.surfaces[i].cover[a]) * (CellSurface::most_cover / 255);
  }
  const Lit lit = sweep_sun(voxels, to_sun);
  std::vector<std::array<std::uint8_t, 4>> stored(count);
  std::vector<float> mean(count), lean(count);
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::size_t i = 0; i < count; ++i)
      voxels.albedo[i] = static_cast<float>(grid.surfaces[i].albedo[c]) / 255;
    const LightField field = sweep_reflected(voxels, lit);
    for (std::size_t i = 0; i < count; ++i) {
      stored[i][c] =
          static_cast<std::uint8_t>(std::lround(std::clamp(field.level[i] / bounce_white, 0.0f, 1.0f) * 255));
      mean[i] += field.level[i];
      lean[i] += field.slope[1][i];
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    const float slope = std::clamp(lean[i] / std::max(mean[i], 1e-6f), -1.0f, 1.0f);
    stored[i][3] = static_cast<std::uint8_t>(std::lround((0.5f + 0.5f * slope) * 255));
  }
  return stored;
}

}  // namespace scene
