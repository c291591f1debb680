#pragma once
// Fields of the calculated room, for tests.

#include <memory>
#include <utility>
#include <vector>

#include "compute/pixel/half.h"
#include "neural/field/field_trainer.h"
#include "tests/support/box_room.h"

namespace testing_support {

using namespace neural;

inline constexpr Size view_size{104, 61};

inline std::vector<LearnedView> room_views(int count, std::uint64_t seed) {
  core::Random random(seed);
  std::vector<LearnedView> views;
  views.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) views.push_back(BoxRoom::view(BoxRoom::camera(view_size, random)));
  return views;
}

/// The surfels of some views, without learning, and noise for the network.
inline std::shared_ptr<const Field> room_field(compute::Backend& backend, int views) {
  FieldTrainerSettings settings;
  settings.first_views = views;
  settings.rays = 256;
  settings.pool_views = 1;
  FieldTrainer trainer(backend, BoxRoom::origin(), settings);
  for (LearnedView& view : room_views(views + 1, 5)) trainer.add(std::move(view));
  trainer.step(0);
  return trainer.snapshot(0);
}

/// A field with features that matter and a network that is far from zero.
inline std::shared_ptr<const Field> loud_field(compute::Backend& backend) {
  auto field = std::make_shared<Field>(*room_field(backend, 12));
  core::Random random(8);
  for (f16& f : field->features) f = compute::pixel::to_half(static_cast<float>(random.uniform(-0.5, 0.5)));
  for (std::size_t w = pixel::field_last_weights; w < field->weights.size(); ++w)
    if (w % pixel::field_outputs < 4) field->weights[w] = static_cast<float>(random.uniform(-0.1, 0.1));
  return field;
}

}  // namespace testing_support
