#pragma once
// What a town is while it is made: its models, its lights, and the seed that all of it grows from.

#include <deque>
#include <filesystem>
#include <string>
#include <vector>

#include "tools/make_town/geometry/mesh.h"
#include "tools/make_town/geometry/random.h"

namespace town {

struct PointLight {
  glm::vec3 position, color;
  float intensity, radius;
};

struct Town {
  std::deque<Model> models;  ///< the first is the one that stands still; a deque, so that pens stay valid
  std::vector<PointLight> lights;
  std::vector<glm::vec3> chimneys;  ///< where smoke leaves them, in the order in which houses were built
  const Model* lantern = nullptr;   ///< see again()

  Town() { moving("town"); }
  Model& fixed() { return models.front(); }
  Model& moving(const std::string& name) {
    Model& model = models.emplace_back();
    model.name = model.shape = models.size() == 1 ? name : name + "_" + std::to_string(models.size());
    return model;
  }
  /// A model that `draw` draws the first time, with a pen; `first` remembers that one, and later ones place
  /// its geometry again.
  template <typename Draw>
  Model& again(const Model*& first, const std::string& name, Draw&& draw) {
    if (first) return copy(*first);
    Model& model = moving(name);
    draw(Pen(model));
    first = &model;
    return model;
  }
  /// The geometry of another model once more, to be moved by its own keyframes.
  Model& copy(const Model& original) {
    Model& model = models.emplace_back();
    model.name = original.shape + "_copy";
    model.shape = original.shape;
    return model;
  }
};

/// Plans the town and draws everything that stands or moves in it.
Town build_town(std::uint64_t seed);
/// Keyframes of a pendulum: swings about its origin by `degrees` around z (and less around x).
std::vector<Keyframe> swing(glm::vec3 position, float yaw_degrees, float degrees, float period, float phase);

}  // namespace town
