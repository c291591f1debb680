#pragma once
// Where a scene lies and how large it is: coordinates that floats can hold, the length of a metre, and the
// camera's planes.

#include <vector>

#include "renderer/scene/scene.h"
#include "renderer/scene/scene_file.h"

namespace scene {

/// The place of the file's world that has to become the origin, because floats are too coarse where its
/// models are; 0 where they are not. `origins` are those of the models' data.
glm::dvec3 find_origin(const std::vector<ModelEntry>& models, const std::vector<glm::dvec3>& origins);

/// The entry's model with `origin` of the world, and `own_origin` of its data, at the origin.
Model placed_model(const ModelEntry& entry, const glm::dvec3& own_origin, const glm::dvec3& origin);

/// Chooses the length of a metre, unless `file` says it, and from it the camera's near and far planes, unless
/// `file` has them. A scene file is in metres, unless what its camera looks at would then be closer than 30
/// cm or farther than 300 m. A single model may be in any unit: it is taken to be 10 m large, so that a table
/// in millimetres looks like one in metres. Adds a path around the scene where `file` has none.
void choose_size(Scene& scene, const SceneFile& file, bool single_model);

}  // namespace scene
