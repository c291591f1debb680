#pragma once
// Frames of a field by any backend, read by the host, and beside the reference's.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "compute/pixel/half.h"
#include "compute/reference/reference.h"
#include "neural/field/field_on_backend.h"
#include "tests/support/room_field.h"

namespace testing_support {

/// A frame in the host's memory.
struct FieldPicture {
  std::vector<f16> color, motion;
  std::vector<float> depth;
  std::vector<std::uint8_t> reactive;
};

inline FieldPicture draw(compute::Backend& backend, FieldRenderer& renderer, const FieldCamera& camera,
                         const std::vector<MoverMotion>& motions = {}) {
  constexpr float identity[16] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
  const std::size_t pixels = area(camera.size);
  const auto color = backend.allocate(8 * pixels), depth = backend.allocate(4 * pixels),
             motion = backend.allocate(4 * pixels), reactive = backend.allocate(pixels);
  renderer.render(camera, identity, 1,
                  {static_cast<f16*>(color->data()), static_cast<float*>(depth->data()),
                   static_cast<f16*>(motion->data()), static_cast<std::uint8_t*>(reactive->data())},
                  motions);
  FieldPicture picture{std::vector<f16>(4 * pixels), std::vector<f16>(2 * pixels), std::vector<float>(pixels),
                       std::vector<std::uint8_t>(pixels)};
  backend.copy_out(picture.color.data(), color->data(), 8 * pixels);
  backend.copy_out(picture.depth.data(), depth->data(), 4 * pixels);
  backend.copy_out(picture.motion.data(), motion->data(), 4 * pixels);
  backend.copy_out(picture.reactive.data(), reactive->data(), pixels);
  return picture;
}

/// The room with a loud network, and a plate in it that moves: it is seen from both sides.
inline std::shared_ptr<const Field> field_with_a_mover(compute::Backend& backend) {
  auto field = std::make_shared<Field>(*loud_field(backend));
  std::vector<Surfel> surfels;
  for (std::size_t i = 0; i < field->surfels->count(); ++i) surfels.push_back(field->surfels->surfel(i));
  field->origin.movers = {mover_of("plate", 0, {-0.8f, -0.8f, -0.1f}, {0.8f, 0.8f, 0.1f}, 0.0625f)};
  field->origin.movers_learned = true;
  field->origin.movers[0].roams = true;  // and stands before a sun that shines through the ceiling's back
  field->origin.sun = {{0.48f, 0.8f, 0.36f}, {2.5f, 2, 1.5f}};
  for (int y = 52; y < 77; ++y)
    for (int x = 52; x < 77; ++x)
      for (const int bin : {4, 5})
        surfels.push_back({SurfelPlace{pixel::field_first_mover, {x, y, 64}, bin}.key(),
                           {0, 0, bin == 4 ? 1.0f : -1.0f},
                           0,
                           {0.6f, 0.1f, 0.1f},
                           8});
  std::sort(surfels.begin(), surfels.end(), [](auto& a, auto& b) { return a.place < b.place; });
  field->surfels = make_map(surfels, field->origin.voxel, field->origin.movers);
  return field;
}

/// Expects the frames that the reference draws, at odd sizes too, where the network adds much, things shine
/// through, and something moves.
inline void expect_the_references_field(compute::Backend& backend) {
  const auto reference = compute::make_reference<float>();
  const auto field = field_with_a_mover(*reference);
  core::Random random(12);
  FieldRenderer a(*reference), b(backend);
  a.take(field);
  b.take(field);
  int moving = 0, shining = 0;
  for (const Size size : {Size{33, 9}, Size{64, 48}, Size{1, 3}}) {
    const FieldCamera camera = BoxRoom::camera(size, random);
    MoverMotion motion;  // before the camera, and a little aside a frame ago
    for (std::size_t i = 0; i < 3; ++i) motion.now.place[i] = camera.eye[i] - 2 * camera.axes[6 + i];
    motion.before.place = {motion.now.place[0] + 0.1, motion.now.place[1], motion.now.place[2]};
    const FieldPicture x = draw(*reference, a, camera, {motion}), y = draw(backend, b, camera, {motion});
    int apart = 0;
    const auto near = [](f16 one, f16 other, float most) {
      return std::abs(compute::pixel::from_half(one) - compute::pixel::from_half(other)) < most;
    };
    for (std::size_t i = 0; i < area(size); ++i) {
      bool same = std::abs(x.depth[i] - y.depth[i]) <= 1e-4f * x.depth[i] &&
                  std::abs(x.reactive[i] - y.reactive[i]) < 3 &&
                  near(x.motion[2 * i], y.motion[2 * i], 0.01f) &&
                  near(x.motion[2 * i + 1], y.motion[2 * i + 1], 0.01f);
      for (std::size_t c = 0; c < 4; ++c)
        same &= std::abs(to_y(compute::pixel::from_half(x.color[4 * i + c])) -
                         to_y(compute::pixel::from_half(y.color[4 * i + c]))) < 2e-3f;
      apart += !same;
      moving += std::abs(compute::pixel::from_half(x.motion[2 * i])) > 0.3f;
      shining += x.reactive[i] > 20;
    }
    // Rounding decides where opacity is at a limit, or a ray at an edge.
    EXPECT_LE(apart, static_cast<int>(area(size) / 60)) << size.width << " x " << size.height;
  }
  EXPECT_GT(moving, 100);
  EXPECT_GT(shining, 100);
}

}  // namespace testing_support
