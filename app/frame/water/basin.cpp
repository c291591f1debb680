#include "app/frame/water/basin.h"

#include <algorithm>
#include <cmath>

namespace app {
namespace {

using compute::water::Basin;

constexpr float least_cell = 0.05f;
constexpr float hindered = 0.4f;  // by a hull that swims in its water

/// Calls use(a, b, c) with each triangle of a model, in the scene.
template <typename Use>
void each_triangle(const scene::Scene& scene, std::size_t model, const glm::mat4& transform, Use&& use) {
  for (const scene::Chunk& chunk : scene.chunks) {
    if (chunk.model != model || scene.materials[chunk.material].alpha_mode == scene::AlphaMode::blend)
      continue;
    const std::uint32_t* index = scene.indices.data() + chunk.first_index;
    const auto corner = [&](std::uint32_t i) {
      const auto vertex = index[i] + static_cast<std::uint32_t>(chunk.vertex_offset);
      return glm::vec3(transform * glm::vec4(scene.vertices[vertex].position, 1));
    };
    for (std::uint32_t i = 0; i < chunk.index_count; i += 3) use(corner(i), corner(i + 1), corner(i + 2));
  }
}

/// Closes the cells that a line between two places in cells touches.
void close_line(std::vector<bool>& closed, int cells, glm::vec2 a, glm::vec2 b) {
  const int steps = 1 + static_cast<int>(4 * std::min(glm::length(b - a), 4.0f * static_cast<float>(cells)));
  for (int i = 0; i <= steps; ++i) {
    const glm::vec2 p = glm::mix(a, b, static_cast<float>(i) / static_cast<float>(steps));
    const int x = static_cast<int>(std::floor(p.x)), y = static_cast<int>(std::floor(p.y));
    if (x >= 0 && y >= 0 && x < cells && y < cells) closed[static_cast<std::size_t>(y * cells + x)] = true;
  }
}

/// Where a triangle cuts the level, as a line.
void close_cut(std::vector<bool>& closed, int cells, const glm::vec3 (&corners)[3], float level) {
  glm::vec2 ends[3];
  int count = 0;
  for (int i = 0; i < 3; ++i) {
    const glm::vec3 a = corners[i], b = corners[(i + 1) % 3];
    if ((a.y < level) == (b.y < level)) continue;
    const glm::vec3 p = glm::mix(a, b, (level - a.y) / (b.y - a.y));
    ends[count++] = {p.x, p.z};
  }
  if (count == 2) close_line(closed, cells, ends[0], ends[1]);
}

/// The open cells that belong together and are the most: the water. The others lie within walls.
std::vector<bool> largest_water(const std::vector<bool>& closed, int cells) {
  std::vector<int> part(closed.size(), -1);
  std::vector<std::size_t> sizes, todo;
  for (std::size_t start = 0; start < closed.size(); ++start) {
    if (closed[start] || part[start] >= 0) continue;
    const int number = static_cast<int>(sizes.size());
    sizes.push_back(0);
    part[start] = number;
    todo.push_back(start);
    while (!todo.empty()) {
      const std::size_t i = todo.back();
      todo.pop_back();
      ++sizes.back();
      const int x = static_cast<int>(i) % cells, y = static_cast<int>(i) / cells;
      const auto visit = [&](int nx, int ny) {
        if (nx < 0 || ny < 0 || nx >= cells || ny >= cells) return;
        const auto n = static_cast<std::size_t>(ny * cells + nx);
        if (closed[n] || part[n] >= 0) return;
        part[n] = number;
        todo.push_back(n);
      };
      visit(x - 1, y);
      visit(x + 1, y);
      visit(x, y - 1);
      visit(x, y + 1);
    }
  }
  const auto most = static_cast<int>(std::max_element(sizes.begin(), sizes.end()) - sizes.begin());
  std::vector<bool> water;
  for (const int number : part) water.push_back(number == most);
  return water;
}

/// A boat that stays in its place hinders what flows under it.
void hinder(Basin& basin, const scene::Scene& scene, const std::vector<Hull>& hulls) {
  for (const Hull& hull : hulls) {
    const compute::water::Push push = push_of(hull, scene, 0);
    const compute::water::Push later =
        push_of(hull, scene, 0.37 * scene.models[hull.model].keyframes.back().time);
    if (std::hypot(later.x - push.x, later.z - push.z) > 2 * basin.cell) continue;  // it sails
    for (int y = 0; y < basin.cells.height; ++y)
      for (int x = 0; x < basin.cells.width; ++x) {
        const float dx = (static_cast<float>(x) + 0.5f) * basin.cell - push.x,
                    dz = (static_cast<float>(y) + 0.5f) * basin.cell - push.z;
        const float along = (dx * push.direction_x + dz * push.direction_z) / push.half_length;
        const float across = (dz * push.direction_x - dx * push.direction_z) / push.half_width;
        float& open = basin.open[static_cast<std::size_t>(y * basin.cells.width + x)];
        if (along * along + across * across < 0.8f) open = std::min(open, hindered);
      }
  }
}

}  // namespace

glm::vec2 basin_corner(const scene::Scene& scene) {
  const scene::WaterPlace& water = scene.water;
  return glm::vec2(water.center.x, water.center.z) - 0.5f * water.size * scene.metre;
}

Basin basin_of(const scene::Scene& scene, const std::vector<Hull>& hulls, int cells) {
  const scene::WaterPlace& place = scene.water;
  const int side = std::min(cells, static_cast<int>(place.size / least_cell));
  Basin basin{.cells = {side, side}, .cell = place.size / static_cast<float>(side), .open = {}};
  const glm::vec2 corner = basin_corner(scene);
  basin.corner_x = corner.x / scene.metre;
  basin.corner_z = corner.y / scene.metre;
  std::vector<bool> closed(static_cast<std::size_t>(side) * static_cast<std::size_t>(side), false);
  const float unit = basin.cell * scene.metre;
  const auto in_cells = [&](glm::vec3 p) {
    return glm::vec3((p.x - corner.x) / unit, p.y, (p.z - corner.y) / unit);
  };
  for (std::size_t m = 0; m < scene.models.size(); ++m) {
    if (scene.models[m].moves()) continue;
    each_triangle(scene, m, scene::model_to_world(scene.models[m], 0),
                  [&](glm::vec3 a, glm::vec3 b, glm::vec3 c) {
                    const float level = place.center.y;
                    if (std::min({a.y, b.y, c.y}) >= level || std::max({a.y, b.y, c.y}) < level) return;
                    close_cut(closed, side, {in_cells(a), in_cells(b), in_cells(c)}, level);
                  });
  }
  for (const bool water : largest_water(closed, side)) basin.open.push_back(water ? 1.0f : 0.0f);
  hinder(basin, scene, hulls);
  return basin;
}

std::vector<Hull> hulls_of(const scene::Scene& scene) {
  std::vector<Hull> hulls;
  const float metre = scene.metre, level = scene.water.center.y;
  const glm::vec2 low_corner = basin_corner(scene), high_corner = low_corner + scene.water.size * metre;
  for (std::size_t m = 0; m < scene.models.size(); ++m) {
    const scene::Model& model = scene.models[m];
    if (!model.moves()) continue;
    const glm::mat4 transform = scene::model_to_world(model, 0), back = glm::inverse(transform);
    glm::vec3 low(1e30f), high(-1e30f);  // of what lies in the water, in the model's space
    float keel = 1e30f, top = -1e30f;
    each_triangle(scene, m, transform, [&](glm::vec3 a, glm::vec3 b, glm::vec3 c) {
      for (const glm::vec3 p : {a, b, c}) {
        keel = std::min(keel, p.y);
        top = std::max(top, p.y);
        if (p.y > level + 0.1f * metre) continue;
        const glm::vec3 own = back * glm::vec4(p, 1);
        low = glm::min(low, own);
        high = glm::max(high, own);
      }
    });
    if (!(keel < level && top > level)) continue;
    Hull hull{.model = m};
    hull.middle = 0.5f * (low + high);
    const glm::vec3 world = transform * glm::vec4(hull.middle, 1);
    if (world.x < low_corner.x || world.z < low_corner.y || world.x > high_corner.x ||
        world.z > high_corner.y)
      continue;
    const glm::vec3 half = 0.5f * (high - low);
    const glm::vec3 along_x(half.x, 0, 0), along_z(0, 0, half.z);
    hull.along = half.x > half.z ? along_x : along_z;
    hull.across = half.x > half.z ? along_z : along_x;
    hull.draught = (level - keel) / metre;
    constexpr int moments = 32;
    for (int i = 0; i < moments; ++i) {
      const double seconds = model.keyframes.back().time * i / moments;
      hull.rest += (scene::model_to_world(model, seconds) * glm::vec4(hull.middle, 1)).y / (moments * metre);
    }
    hulls.push_back(hull);
  }
  return hulls;
}

compute::water::Push push_of(const Hull& hull, const scene::Scene& scene, double seconds) {
  const glm::mat4 transform = scene::model_to_world(scene.models[hull.model], seconds);
  const auto at = [&](glm::vec3 place) { return glm::vec3(transform * glm::vec4(place, 1)) / scene.metre; };
  const glm::vec3 middle = at(hull.middle), end = at(hull.middle + hull.along) - middle,
                  side = at(hull.middle + hull.across) - middle;
  const glm::vec2 corner = basin_corner(scene) / scene.metre;
  const float length = std::hypot(end.x, end.z);
  compute::water::Push push;
  push.x = middle.x - corner.x;
  push.z = middle.z - corner.y;
  if (length > 0) push.direction_x = end.x / length, push.direction_z = end.z / length;
  push.half_length = length;
  push.half_width = std::hypot(side.x, side.z);
  // A hull is round below: a third of its draught presses. Where it lies deeper than at rest, it presses
  // more.
  push.head = std::min(0.35f * hull.draught, 0.15f) + hull.rest - middle.y;
  push.pitch = -end.y;
  push.roll = -side.y;
  // `across` of a push is its direction turned from x towards z.
  if (side.x * -push.direction_z + side.z * push.direction_x < 0) push.roll = side.y;
  return push;
}

std::optional<glm::vec2> water_under(const scene::Scene& scene, const renderer::View& view, core::Size output,
                                     glm::vec2 pixel) {
  const double x = 2 * static_cast<double>(pixel.x) / output.width - 1,
               y = 1 - 2 * static_cast<double>(pixel.y) / output.height;
  const glm::dvec3 ray =
      view.axes * glm::dvec3(x * view.tan_half_fov_y * view.aspect, y * view.tan_half_fov_y, -1);
  const double distance = (static_cast<double>(scene.water.center.y) - view.eye.y) / ray.y;
  if (!(distance > 0)) return std::nullopt;
  const glm::dvec3 place = view.eye + distance * ray;
  const glm::vec2 found(place.x, place.z),
      offset = (found - basin_corner(scene)) / (scene.water.size * scene.metre);
  if (!(offset.x > 0 && offset.y > 0 && offset.x < 1 && offset.y < 1)) return std::nullopt;
  return found;
}

}  // namespace app
