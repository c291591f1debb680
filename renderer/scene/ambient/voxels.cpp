#include "renderer/scene/ambient/voxels.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "renderer/scene/scene.h"

namespace scene {
namespace {

using glm::vec3;

/// A triangle is deposited as points, this many to a cell's side.
constexpr float points_a_cell = 5;

struct MaterialShare {
  float cover = 1;  ///< of its surface that is there
  float albedo = 0;
  vec3 tint{1};  ///< over its luminance
  bool leaves = false;
};

float luminance(const vec3& linear) {
  return glm::dot(linear, vec3(0.2126f, 0.7152f, 0.0722f));
}

/// Of a texture's one texel that stands for all, in 0 to 1.
std::array<float, 4> mean_texel(const Texture& texture) {
  std::array<float, 4> mean{};
  for (std::size_t c = 0; c < 4; ++c)
    mean[c] = std::to_integer<std::uint8_t>(texture.texels[texture.texels.size() - 4 + c]) / 255.0f;
  return mean;
}

/// Masked surfaces are leaves: they have holes, as many as their texture's alpha says, and light shines
/// through what is there.
constexpr float leaf_cover = 0.4f;

MaterialShare share_of(const Scene& scene, const Material& material) {
  MaterialShare share;
  vec3 color = material.base_color;
  if (material.base_color_texture != no_texture) {
    const std::array<float, 4> mean =
        mean_texel(scene.textures[static_cast<std::size_t>(material.base_color_texture)]);
    for (int c = 0; c < 3; ++c) color[c] *= std::pow(mean[static_cast<std::size_t>(c)], 2.2f);
    share.leaves = material.alpha_mode == AlphaMode::mask;
    if (share.leaves) share.cover = leaf_cover * mean[3];
  }
  share.albedo = std::clamp(luminance(color), 0.05f, 0.85f);
  share.tint = (color + 0.01f) / (luminance(color) + 0.01f);
  return share;
}

/// Calls `each` with the corners of every triangle that hides light, in world space, and its material.
template <typename Each>
void for_still_triangles(const Scene& scene, Each&& each) {
  for (const Chunk& chunk : scene.chunks) {
    if (scene.models[chunk.model].moves()) continue;
    if (scene.materials[chunk.material].alpha_mode == AlphaMode::blend) continue;
    const glm::mat4 to_world = model_to_world(scene.models[chunk.model], 0);
    for (std::uint32_t i = chunk.first_index; i + 2 < chunk.first_index + chunk.index_count; i += 3) {
      std::array<vec3, 3> corners;
      for (std::uint32_t k = 0; k < 3; ++k) {
        const std::uint32_t vertex = scene.indices[i + k] + static_cast<std::uint32_t>(chunk.vertex_offset);
        corners[k] = to_world * glm::vec4(scene.vertices[vertex].position, 1);
      }
      each(corners, chunk.material);
    }
  }
}

/// A convex polygon, at most a triangle that was cut by six planes.
struct Polygon {
  std::array<vec3, 9> corners;
  std::size_t count = 0;
  void add(const vec3& corner) {
    if (count < corners.size()) corners[count++] = corner;
  }
};

/// Sutherland and Hodgman 1974: what of it lies where side * p[axis] <= side * limit.
Polygon clipped(const Polygon& polygon, int axis, float side, float limit) {
  Polygon kept;
  for (std::size_t i = 0; i < polygon.count; ++i) {
    const vec3 &a = polygon.corners[i], &b = polygon.corners[(i + 1) % polygon.count];
    const float inside_a = side * (limit - a[axis]), inside_b = side * (limit - b[axis]);
    if (inside_a >= 0) kept.add(a);
    if ((inside_a >= 0) != (inside_b >= 0)) kept.add(a + (b - a) * (inside_a / (inside_a - inside_b)));
  }
  return kept;
}

/// What of the triangle lies in the box.
Polygon clipped(const std::array<vec3, 3>& triangle, const vec3& low, const vec3& high) {
  Polygon polygon;
  for (const vec3& corner : triangle) polygon.add(corner);
  for (int axis = 0; axis < 3 && polygon.count > 0; ++axis) {
    polygon = clipped(polygon, axis, 1, high[axis]);
    polygon = clipped(polygon, axis, -1, low[axis]);
  }
  return polygon;
}

class Depositor {
 public:
  explicit Depositor(Voxels& voxels)
      : voxels_(voxels),
        weight_(voxels.count()),
        leaves_(voxels.count()),
        coarse_weight_(voxels.tint[0].size()) {}

  /// Rows of points along the longest edge, each with its share of the area.
  void add(const vec3& a, const vec3& b, const vec3& c, const MaterialShare& material) {
    const vec3 cross = glm::cross(b - a, c - a);
    const float twice = glm::length(cross), step = voxels_.cell / points_a_cell;
    if (!(twice > 0)) return;
    const std::array<vec3, 3> corners{a, b, c};
    std::size_t first = 0;
    float base = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const float edge = glm::length(corners[(i + 1) % 3] - corners[i]);
      if (edge > base) base = edge, first = i;
    }
    const vec3 &left = corners[first], &right = corners[(first + 1) % 3], &apex = corners[(first + 2) % 3];
    const float height = twice / base;
    const int rows = std::max(1, static_cast<int>(std::ceil(height / step)));
    const vec3 normal = glm::abs(cross) / twice;
    for (int row = 0; row < rows; ++row) {
      const float up = (static_cast<float>(row) + 0.5f) / static_cast<float>(rows), length = base * (1 - up);
      const int points = std::max(1, static_cast<int>(std::ceil(length / step)));
      const vec3 from = glm::mix(left, apex, up), to = glm::mix(right, apex, up);
      const float area = length * height / static_cast<float>(rows * points);
      for (int i = 0; i < points; ++i)
        deposit(glm::mix(from, to, (static_cast<float>(i) + 0.5f) / static_cast<float>(points)), normal, area,
                material);
    }
  }

  /// A surface that lies partly in one cell and partly in the next, or has a point less in one, would let
  /// light pass; and light that grazes one would leave its cell through the side before it is swallowed.
  /// Leaves do not close a cell: they lie in it by chance.
  void finish() {
    constexpr float gap = 1.6f, grazed = 3.4f;
    for (std::size_t i = 0; i < weight_.size(); ++i) {
      if (weight_[i] <= 0) continue;
      voxels_.albedo[i] /= weight_[i];
      for (std::vector<float>& axis : voxels_.cover) {
        const float whole = std::min(axis[i], 1.0f), wall = axis[i] * (gap + grazed * whole * whole);
        axis[i] = glm::mix(wall, 1 - std::exp(-axis[i]), leaves_[i] / weight_[i]);
      }
    }
    for (std::vector<float>& color : voxels_.tint)
      for (std::size_t i = 0; i < color.size(); ++i)
        color[i] = color[i] > 0 ? color[i] / coarse_weight_[i] : 1;
  }

 private:
  void deposit(const vec3& point, const vec3& normal, float area, const MaterialShare& material) {
    const glm::ivec3 place =
        glm::clamp(glm::ivec3((point - voxels_.corner) / voxels_.cell), glm::ivec3(0), voxels_.cells - 1);
    const std::size_t index = AmbientGrid::number(voxels_.cells, place);
    const float share = area * material.cover / (voxels_.cell * voxels_.cell);
    for (int axis = 0; axis < 3; ++axis)
      voxels_.cover[static_cast<std::size_t>(axis)][index] += share * normal[axis];
    voxels_.albedo[index] += share * material.albedo;
    weight_[index] += share;
    if (material.leaves) leaves_[index] += share;
    const std::size_t coarse = AmbientGrid::number(voxels_.cells / 2, place / 2);
    for (int c = 0; c < 3; ++c) voxels_.tint[static_cast<std::size_t>(c)][coarse] += share * material.tint[c];
    coarse_weight_[coarse] += share;
  }

  Voxels& voxels_;
  std::vector<float> weight_, leaves_, coarse_weight_;
};

void bounds_of(std::span<const vec3> points, vec3& low, vec3& high) {
  low = high = points[0];
  for (const vec3& point : points) {
    low = glm::min(low, point);
    high = glm::max(high, point);
  }
}

bool apart(const vec3& low_a, const vec3& high_a, const vec3& low_b, const vec3& high_b) {
  return glm::any(glm::greaterThan(low_a, high_b)) || glm::any(glm::lessThan(high_a, low_b));
}

}  // namespace

void find_still_bounds(const Scene& scene, vec3& low, vec3& high) {
  vec3 found_low(1e30f), found_high(-1e30f);
  for_still_triangles(scene, [&](const std::array<vec3, 3>& corners, std::uint32_t) {
    vec3 a, b;
    bounds_of(corners, a, b);
    if (apart(a, b, low, high)) return;
    const Polygon inside = clipped(corners, low, high);
    if (inside.count < 3) return;
    bounds_of(std::span(inside.corners).first(inside.count), a, b);
    found_low = glm::min(found_low, a);
    found_high = glm::max(found_high, b);
  });
  low = found_low;
  high = found_high;
}

Voxels voxelise(const Scene& scene, const vec3& corner, float cell, const glm::ivec3& cells) {
  Voxels voxels{.corner = corner, .cell = cell, .cells = cells, .cover = {}, .albedo = {}, .tint = {}};
  const std::size_t count = static_cast<std::size_t>(cells.x) * static_cast<std::size_t>(cells.y) *
                            static_cast<std::size_t>(cells.z);
  for (std::vector<float>& axis : voxels.cover) axis.resize(count);
  voxels.albedo.resize(count);
  for (std::vector<float>& color : voxels.tint) color.resize(count / 8);
  std::vector<MaterialShare> shares;
  for (const Material& material : scene.materials) shares.push_back(share_of(scene, material));
  const vec3 high = corner + cell * vec3(cells);
  Depositor depositor(voxels);
  for_still_triangles(scene, [&](const std::array<vec3, 3>& corners, std::uint32_t material) {
    vec3 a, b;
    bounds_of(corners, a, b);
    if (apart(a, b, corner, high)) return;
    const Polygon inside = clipped(corners, corner, high);
    for (std::size_t i = 2; i < inside.count; ++i)
      depositor.add(inside.corners[0], inside.corners[i - 1], inside.corners[i], shares[material]);
  });
  depositor.finish();
  return voxels;
}

Voxels coarser(const Voxels& voxels) {
  Voxels coarse{.corner = voxels.corner,
                .cell = 2 * voxels.cell,
                .cells = voxels.cells / 2,
                .cover = {},
                .albedo = {},
                .tint = {}};
  const std::size_t count = voxels.count() / 8;
  for (std::vector<float>& axis : coarse.cover) axis.resize(count);
  coarse.albedo.resize(count);
  std::vector<float> weight(count);
  std::size_t fine = 0;
  for (int z = 0; z < voxels.cells.z; ++z)
    for (int y = 0; y < voxels.cells.y; ++y)
      for (int x = 0; x < voxels.cells.x; ++x, ++fine) {
        const std::size_t to = AmbientGrid::number(coarse.cells, {x / 2, y / 2, z / 2});
        float sum = 0;
        for (std::size_t axis = 0; axis < 3; ++axis) {
          coarse.cover[axis][to] += voxels.cover[axis][fine] / 4;
          sum += voxels.cover[axis][fine];
        }
        coarse.albedo[to] += sum * voxels.albedo[fine];
        weight[to] += sum;
      }
  for (std::size_t i = 0; i < count; ++i)
    if (weight[i] > 0) coarse.albedo[i] /= weight[i];
  return coarse;
}

}  // namespace scene
