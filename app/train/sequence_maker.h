#pragma once
// Makes training sequences with our own rasterizer: what the network will get, and the supersampled truth.

#include "app/frame/frame.h"
#include "app/settings/settings.h"
#include "core/random.h"
#include "neural/train/sequence.h"

namespace app {

/// What a sequence shows. `mixed` has a little of all; each other one has what a captured mixture shows too
/// seldom.
enum class SequenceKind {
  mixed,
  still,    ///< camera, light and things rest
  turn,     ///< the camera turns fast, at one speed
  light,    ///< the camera rests, and the sun's shadows move or jump
  objects,  ///< things come and go while the camera rests or drifts
};
inline constexpr const char* sequence_kinds[] = {"mixed", "still", "turn", "light", "objects"};

/// One shape of sequence.
struct SequenceShape {
  SequenceKind kind = SequenceKind::mixed;
  int size =
      240;  ///< output pixels a side: a crop of a larger picture, seen through a narrower field of view
  double scale = 2;
  int frames = 24;
  int samples = 16;  ///< of the truth
};

/// 240 divides evenly at each of these; two is what most people will use.
double random_scale(core::Random& random);

/// Throws core::UsageError where `train`, as it is by default, could not use sequences of this shape.
void expect_trainable(const SequenceShape& shape, bool held_out);

/// How much a frame shows: the mean second difference of its compressed colour. A sky or a bare wall has next
/// to none.
double shown_detail(const core::FrameIo& io);

class SequenceMaker {
 public:
  /// Changes the scene's sun, sky, lights, materials, camera and moving models from sequence to sequence.
  SequenceMaker(const gpu::Device& device, scene::Scene& scene, const Settings& settings, int size);

  /// A random place and direction along the camera path, a random way to move, light, exposure and time step:
  /// of three such, the one whose first frame shows the most detail, because skies and bare walls teach
  /// little.
  neural::TrainingSequence make(const SequenceShape& shape, core::Random& random);

 private:
  struct Move;
  struct Lighting;
  struct Take;
  Move random_move(const SequenceShape& shape, core::Random& random) const;
  void change_scene(const SequenceShape& shape, const Move& move, core::Random& random);
  Lighting random_lighting(const SequenceShape& shape, const Move& move, core::Random& random) const;
  Take stage(const SequenceShape& shape, core::Random& random);
  Take best_take(const SequenceShape& shape, core::Random& random);
  FrameRequest set_frame(const Take& take, int n);
  void light_scene(const Lighting& lighting, int frame);

  scene::Scene& scene_;
  const scene::Sun sun_;
  const scene::Sky sky_;
  const std::vector<scene::PointLight> lights_;
  const scene::Camera camera_;
  const std::vector<scene::Material> materials_;
  const std::vector<scene::Model> models_;
  Settings settings_;
  Frame low_, truth_;
};

}  // namespace app
