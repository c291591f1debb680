#pragma once
// A scene's water as a simulation takes it: the cells that its walls close, and the boats that float on it.

#include <optional>
#include <vector>

#include "compute/water/simulation.h"
#include "renderer/scene/scene.h"
#include "renderer/view.h"

namespace app {

/// A moving model that floats: its waterline as an ellipse, in the model's space.
struct Hull {
  std::size_t model = 0;
  glm::vec3 middle{0}, along{0}, across{0};  ///< in the waterline; to its end and to its side
  float draught = 0;                         ///< metres
  float rest = 0;                            ///< the mean height of `middle`, metres
};

/// The corner of the scene's WaterPlace, x and z in the scene.
glm::vec2 basin_corner(const scene::Scene& scene);

/// Returns the moving models that cut the level within the basin.
std::vector<Hull> hulls_of(const scene::Scene& scene);

/// Returns the basin of the scene's WaterPlace, with so many cells on a side or fewer, of at least 5 cm. What
/// stands still and cuts the level is a wall, with all that it encloses; hulls hinder the flow.
compute::water::Basin basin_of(const scene::Scene& scene, const std::vector<Hull>& hulls, int cells);

/// Returns how a hull lies on the water at a time.
compute::water::Push push_of(const Hull& hull, const scene::Scene& scene, double seconds);

/// Returns the place of the water (x and z in the scene) that is seen at an output pixel where nothing stands
/// before it; nothing where the pixel looks past the basin.
std::optional<glm::vec2> water_under(const scene::Scene& scene, const renderer::View& view, core::Size output,
                                     glm::vec2 pixel);

}  // namespace app
