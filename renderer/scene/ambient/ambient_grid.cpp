#include "renderer/scene/ambient/ambient_grid.h"

#include <algorithm>
#include <cmath>

#include "renderer/scene/ambient/light_sweep.h"
#include "renderer/scene/ambient/voxels.h"
#include "renderer/scene/scene.h"

namespace scene {
namespace {

using glm::ivec3;
using glm::vec3;

constexpr double most_cells = 1 << 21;
constexpr float least_cell = 0.15f;  ///< metres
constexpr vec3 reach{25, 15, 25};    ///< metres around the camera's path

/// The places that the camera comes to and what it looks at nearby, with `reach` around them.
void find_region(const Scene& scene, vec3& low, vec3& high) {
  low = vec3(1e30f);
  high = vec3(-1e30f);
  const vec3 far = reach * scene.metre;
  const auto include = [&](const vec3& place) {
    low = glm::min(low, place - far);
    high = glm::max(high, place + far);
  };
  const double duration = camera_duration(scene.camera);
  constexpr int places = 64;
  for (int n = 0; n < places; ++n) {
    const CameraPose pose = camera_at(scene.camera, duration * n / places);
    const vec3 ahead = pose.look_at - pose.position;
    include(pose.position);
    include(pose.position + ahead * std::min(1.0f, far.x / std::max(glm::length(ahead), 1e-9f)));
  }
}

/// As small as the number of cells allows, with two open layers around what stands there.
void choose_cells(const vec3& low, const vec3& high, float metre, AmbientGrid& grid) {
  const glm::dvec3 size(high - low);
  double cell = static_cast<double>(least_cell * metre);
  for (;; cell *= 1.02) {
    const glm::dvec3 cells = 2.0 * glm::ceil((size / cell + 4.0) / 2.0);
    if (cells.x * cells.y * cells.z > most_cells || std::max({cells.x, cells.y, cells.z}) > most_ambient_side)
      continue;
    grid.cells = ivec3(cells);
    break;
  }
  grid.cell = static_cast<float>(cell);
  // Off the middle, because what is built in round numbers would lie between two cells, where rounding
  // decides.
  const vec3 aside(0.21f, 0.17f, 0.13f);
  grid.corner = 0.5f * (low + high) - grid.cell * (0.5f * vec3(grid.cells) + aside);
}

/// A cell without light is inside of something. Its neighbours' light is put there, because a place near a
/// wall is looked up between the cells before it and those within.
void fill_dark_cells(const ivec3& cells, LightField& field) {
  constexpr float dark = 0.01f;
  const std::vector<float> level = field.level;
  const auto index = [&](const ivec3& c) { return AmbientGrid::number(cells, c); };
  for (int z = 0; z < cells.z; ++z)
    for (int y = 0; y < cells.y; ++y)
      for (int x = 0; x < cells.x; ++x) {
        const std::size_t cell = index({x, y, z});
        if (level[cell] >= dark) continue;
        AmbientLight sum;
        int lit = 0;
        const ivec3 from = glm::max(ivec3(x, y, z) - 1, ivec3(0)),
                    to = glm::min(ivec3(x, y, z) + 1, cells - 1);
        for (int k = from.z; k <= to.z; ++k)
          for (int j = from.y; j <= to.y; ++j)
            for (int i = from.x; i <= to.x; ++i) {
              const std::size_t near = index({i, j, k});
              if (level[near] < dark) continue;
              sum.level += level[near];
              sum.slope += field.at(near).slope;
              ++lit;
            }
        if (lit == 0) continue;
        field.level[cell] = sum.level / static_cast<float>(lit);
        for (std::size_t a = 0; a < 3; ++a)
          field.slope[a][cell] = sum.slope[static_cast<int>(a)] / static_cast<float>(lit);
      }
}

std::uint8_t byte(float share) {
  return static_cast<std::uint8_t>(std::lround(std::clamp(share, 0.0f, 1.0f) * 255));
}

void keep_surfaces(const Voxels& voxels, AmbientGrid& grid) {
  const Voxels coarse = coarser(voxels);
  grid.surfaces.resize(coarse.count());
  for (std::size_t i = 0; i < coarse.count(); ++i)
    for (std::size_t a = 0; a < 3; ++a) {
      grid.surfaces[i].cover[a] = byte(coarse.cover[a][i] / CellSurface::most_cover);
      grid.surfaces[i].albedo[a] = byte(coarse.albedo[i] * voxels.tint[a][i]);
    }
}

}  // namespace

AmbientLight AmbientGrid::at(const vec3& place) const {
  const ivec3 c = glm::clamp(ivec3((place - corner) / cell), ivec3(0), cells - 1);
  const auto& texel = light[number(cells, c)];
  const auto share = [&](std::size_t i) { return static_cast<float>(texel[i]) / 255; };
  return {share(3), vec3(share(0), share(1), share(2)) - 0.5f};
}

std::array<std::uint8_t, 4> stored(const AmbientLight& light) {
  return {byte(light.slope.x + 0.5f), byte(light.slope.y + 0.5f), byte(light.slope.z + 0.5f),
          byte(light.level)};
}

AmbientGrid make_ambient_grid(const Scene& scene) {
  AmbientGrid grid;
  vec3 low, high;
  find_region(scene, low, high);
  find_still_bounds(scene, low, high);
  if (low.x > high.x) return grid;
  choose_cells(low, high, scene.metre, grid);
  const Voxels voxels = voxelise(scene, grid.corner, grid.cell, grid.cells);
  LightField field = sweep_sky(voxels, nullptr);
  for (int bounce = 0; bounce < 2; ++bounce) field = sweep_sky(voxels, &field);
  fill_dark_cells(grid.cells, field);
  keep_surfaces(voxels, grid);
  grid.light.resize(voxels.count());
  for (std::size_t i = 0; i < grid.light.size(); ++i) grid.light[i] = stored(field.at(i));
  return grid;
}

}  // namespace scene
