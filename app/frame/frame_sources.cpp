// Who fills the frame, who generates its output and who computes its water, changed between frames.

#include "app/frame/frame.h"

namespace app {

/// Prepares for a change of a lane's generator, which may replace its buffers.
void Frame::change_generator() {
  stand_still();
  readback_.reset();
  forget_slots();
  camera_.reset();
  generator_log_.changed();
}

void Frame::set_field(std::unique_ptr<FieldSource> field) {
  stand_still();
  field_ = std::move(field);
  camera_.reset();
}

void Frame::set_generators(Generators generators) {
  change_generator();
  left_.set_generators(std::move(generators), camera_.next_frame());
}

void Frame::set_generator(std::unique_ptr<Generator> generator) {
  Generators one;
  one.push_back(std::move(generator));
  set_generators(std::move(one));
}

void Frame::prefer_generator(std::unique_ptr<Generator> generator) {
  change_generator();
  left_.prefer_generator(std::move(generator), camera_.next_frame());
}

void Frame::drop_generator(Lane& lane) {
  change_generator();
  lane.drop_generator(camera_.next_frame());
}

void Frame::set_right_generators(Comparison::GiveGenerators give) {
  stand_still();
  shown_ = &left_.outputs().picture;
  comparison_.set_right_generators(std::move(give));
}

void Frame::set_water_backend(OpenWaterBackend open) {
  stand_still();
  water_.set_backend(std::move(open));
}

std::optional<std::uint64_t> Frame::generator_memory() {
  for (Lane* lane : lanes())
    if (lane->generator())
      if (const auto bytes = lane->generator()->memory()) return bytes;
  return std::nullopt;
}

std::uint64_t Frame::generator_budget() {
  std::uint64_t sum = 0;
  for (Lane* lane : lanes())
    if (lane->generator()) sum += lane->generator()->budget();
  return sum;
}

}  // namespace app
