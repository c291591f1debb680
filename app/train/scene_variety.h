#pragma once
// What training changes in a scene before it goes to the GPU, so that it shows more than it does by itself.

#include "core/random.h"
#include "renderer/scene/scene.h"

namespace app {

/// Gives a share of the opaque materials the textures of others, so that a scene shows more than its own
/// combinations. Before the scene goes to the GPU.
void swap_textures(scene::Scene& scene, double share, core::Random& random);

/// Gives a scene in which nothing moves three models that do: pieces of its own geometry, a third of a
/// metre to a metre and a half in size, far below it until SequenceMaker throws them. Before the scene goes
/// to the GPU.
void add_thrown_pieces(scene::Scene& scene, core::Random& random);

}  // namespace app
