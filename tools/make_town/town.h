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
  const Model* lantern = nullptr;   ///< the first that was hung: the others place it again

  Town() { moving("town"); }
  Model& fixed() { return models.front(); }
  Model& moving(const std::string& name) {
    Model& model = models.emplace_back();
    model.name = model.shape = models.size() == 1 ? name : name + "_" + std::to_string(models.size());
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
