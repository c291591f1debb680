// What moves in a field: a box that is turned and pushed over a floor, whose depth and motion are known by
// number.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "compute/pixel/half.h"
#include "core/file.h"
#include "neural/field/field_trainer.h"
#include "tests/support/field_pictures.h"
#include "tests/support/scratch.h"

namespace {

using namespace neural;

using Vector = std::array<double, 3>;
constexpr Vector box_half{0.6, 0.35, 0.45}, box_middle{0.2, 0.35, -0.1};  // of the model
constexpr Size size{160, 90};

/// A turn around y and a place.
MoverPose pose_at(double angle, double x, double z) {
  MoverPose pose;
  pose.rows = {std::cos(angle), 0, std::sin(angle), 0, 1, 0, -std::sin(angle), 0, std::cos(angle)};
  pose.place = {x, 0.2, z};
  return pose;
}
Vector into(const MoverPose& pose, const Vector& p) {
  Vector q{};
  for (std::size_t c = 0; c < 3; ++c)
    for (std::size_t r = 0; r < 3; ++r) q[c] += pose.rows[3 * r + c] * (p[r] - pose.place[r]);
  return q;
}
Vector out_of(const MoverPose& pose, const Vector& p) {
  Vector q = pose.place;
  for (std::size_t r = 0; r < 3; ++r)
    for (std::size_t c = 0; c < 3; ++c) q[r] += pose.rows[3 * r + c] * p[c];
  return q;
}

/// Looks from a place at another.
FieldCamera looking(const Vector& eye, const Vector& at) {
  FieldCamera camera;
  camera.size = size;
  camera.eye = eye;
  const Vector way{at[0] - eye[0], at[1] - eye[1], at[2] - eye[2]};
  const double level = std::hypot(way[0], way[2]), length = std::hypot(level, way[1]);
  const Vector right{-way[2] / level, 0, way[0] / level},
      back{-way[0] / length, -way[1] / length, -way[2] / length};
  const Vector up{back[1] * right[2] - back[2] * right[1], back[2] * right[0] - back[0] * right[2],
                  back[0] * right[1] - back[1] * right[0]};
  for (std::size_t a = 0; a < 3; ++a) {
    camera.axes[a] = right[a];
    camera.axes[3 + a] = up[a];
    camera.axes[6 + a] = back[a];
  }
  camera.tangent_x = 0.6;
  camera.tangent_y = 0.3375;
  return camera;
}

/// Where a direction meets the box, in lengths of the direction; infinite where it does not.
double box_hit(const MoverPose& pose, const Vector& eye, const std::array<float, 3>& d) {
  const Vector o = into(pose, eye),
               there = into(pose, {eye[0] + static_cast<double>(d[0]), eye[1] + static_cast<double>(d[1]),
                                   eye[2] + static_cast<double>(d[2])});
  double from = 0, to = std::numeric_limits<double>::max();
  for (std::size_t a = 0; a < 3; ++a) {
    const double way = there[a] - o[a], middle = box_middle[a] - o[a];
    if (std::abs(way) < 1e-12) continue;
    const double one = (middle - box_half[a]) / way, other = (middle + box_half[a]) / way;
    from = std::max(from, std::min(one, other));
    to = std::min(to, std::max(one, other));
  }
  return from < to && from > 0 ? from : std::numeric_limits<double>::infinity();
}

/// The sun, and how much brighter a surface is that faces it.
const Vector to_sun{0.48, 0.8, 0.36};
constexpr float sun_share[3] = {2.5f, 2, 1.5f};

/// The floor at y = 0, and the box where there is one: red. With `sunny` the box stands before the sun.
LearnedView view_of(const FieldCamera& camera, const MoverPose* box, bool sunny = false) {
  LearnedView view;
  view.camera = camera;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const auto d = camera.direction(x, y);
      double depth = d[1] < 0 ? -camera.eye[1] / static_cast<double>(d[1]) : 0;
      std::array<float, 3> color{0.3f, 0.35f, 0.4f};
      if (box) {
        const double hit = box_hit(*box, camera.eye, d);
        if (std::isfinite(hit) && (depth == 0 || hit < depth)) {
          depth = hit, color = {0.7f, 0.1f, 0.1f};
        } else if (sunny && depth > 0) {
          Vector p{};
          for (std::size_t a = 0; a < 3; ++a) p[a] = camera.eye[a] + depth * static_cast<double>(d[a]);
          const std::array<float, 3> way{static_cast<float>(to_sun[0]), static_cast<float>(to_sun[1]),
                                         static_cast<float>(to_sun[2])};
          for (std::size_t c = 0; std::isfinite(box_hit(*box, p, way)) && c < 3; ++c)
            color[c] /= 1 + sun_share[c] * way[1];
        }
      }
      view.depth.push_back(static_cast<float>(depth));
      for (const float c : color)
        view.color.push_back(static_cast<std::uint16_t>(to_y(c) * LearnedView::color_steps));
    }
  return view;
}

std::vector<FieldMover> movers() {
  const auto side = [](double sign) {
    std::array<float, 3> corner{};
    for (std::size_t a = 0; a < 3; ++a) corner[a] = static_cast<float>(box_middle[a] + sign * box_half[a]);
    return corner;
  };
  return {mover_of("elsewhere", 3, {0, 0, 0}, {1, 1, 1}, 0.03f),
          mover_of("box", 7, side(-1), side(1), 0.03f)};
}

class MovingBox : public ::testing::TestWithParam<const char*> {
 protected:
  MovingBox() : backend_(compute::open_backend(GetParam(), {.threads = 2})) {
    FieldOrigin origin;
    origin.voxel = 0.0625f;
    origin.movers = movers();
    FieldTrainerSettings settings;
    settings.first_views = 24;
    settings.pool_views = 1;
    settings.rays = 256;
    FieldTrainer trainer(*backend_, origin, settings);
    for (int n = 0; n < 25; ++n) {
      const MoverPose box = pose_at(0.7 * n, std::sin(n), std::cos(2 * n));
      const FieldCamera camera =
          looking({4 * std::sin(0.5 * n), 1.6 + 0.1 * (n % 7), 4 * std::cos(0.5 * n)}, box.place);
      const LearnedView without = view_of(camera, nullptr);
      trainer.add_movers(view_of(camera, &box), without, {pose_at(0, 0, 100), box});
      trainer.add(without);
    }
    trainer.step(0);
    field_ = trainer.snapshot(0);
  }
  std::unique_ptr<compute::Backend> backend_;
  std::shared_ptr<const Field> field_;
};

TEST_P(MovingBox, IsSeenWhereItIsAndMovesAsItDoes) {
  // Its file holds it too.
  const auto file = testing_support::scratch() / "moving_box.safetensors";
  save_field(file, *field_);
  for (const auto& field : {field_, load_field(file)}) {
    FieldRenderer renderer(*backend_);
    renderer.take(field);
    renderer.set_untrained(true);
    const MoverPose now = pose_at(0.3, -0.4, 0.5), before = pose_at(0.22, -0.55, 0.5);
    const FieldCamera camera = looking({1.5, 1.9, 3.6}, {-0.3, 0.4, 0.3});
    constexpr float identity[16] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
    std::vector<f16> color(4 * area(size)), motion(2 * area(size));
    std::vector<float> depth(area(size));
    std::vector<std::uint8_t> reactive(area(size));
    const FieldFrame frame{color.data(), depth.data(), motion.data(), reactive.data()};
    const MoverPose away = pose_at(0, 0, 100);
    renderer.render(camera, identity, 1, frame, {{away, away}, {now, before}});
    const LearnedView truth = view_of(camera, &now), without = view_of(camera, nullptr);
    double box = 0, wrong_depth = 0, wrong_motion = 0, wrong_color = 0, beside = 0, moves_beside = 0;
    for (int y = 0; y < size.height; ++y)
      for (int x = 0; x < size.width; ++x) {
        const auto i = static_cast<std::size_t>(y * size.width + x);
        const double z = depth[i] > 0 ? camera.near / static_cast<double>(depth[i]) : 0;
        const double mx = static_cast<double>(compute::pixel::from_half(motion[2 * i])),
                     my = static_cast<double>(compute::pixel::from_half(motion[2 * i + 1]));
        if (truth.depth[i] == without.depth[i]) {
          beside += 1;
          moves_beside += std::hypot(mx, my) > 0.05;
          continue;
        }
        box += 1;
        wrong_depth +=
            std::abs(z - static_cast<double>(truth.depth[i])) > 0.02 * static_cast<double>(truth.depth[i]);
        wrong_color += to_y(compute::pixel::from_half(color[4 * i])) <
                       1.5f * to_y(compute::pixel::from_half(color[4 * i + 1]));
        const auto d = camera.direction(x, y);
        Vector p{};
        for (std::size_t a = 0; a < 3; ++a) p[a] = camera.eye[a] + static_cast<double>(d[a] * truth.depth[i]);
        const Vector was = out_of(before, into(now, p));
        Vector seen{};
        for (std::size_t r = 0; r < 3; ++r)
          for (std::size_t a = 0; a < 3; ++a) seen[r] += camera.axes[3 * r + a] * (was[a] - camera.eye[a]);
        const double px = (seen[0] / -seen[2] / camera.tangent_x + 1) / 2 * size.width,
                     py = (1 - seen[1] / -seen[2] / camera.tangent_y) / 2 * size.height;
        wrong_motion += std::hypot(mx - (px - x - 0.5), my - (py - y - 0.5)) > 0.1;
      }
    EXPECT_GT(box, 800);
    EXPECT_LT(wrong_depth / box, 0.06);  // the outline
    EXPECT_LT(wrong_motion / box, 0.06);
    EXPECT_LT(wrong_color / box, 0.06);
    EXPECT_LT(moves_beside / beside, 0.01);
    // It is gone where no motion is given.
    renderer.render(camera, identity, 1, frame);
    double there = 0;
    for (std::size_t i = 0; i < area(size); ++i)
      there += truth.depth[i] != without.depth[i] && std::abs(camera.near / static_cast<double>(depth[i]) -
                                                              static_cast<double>(truth.depth[i])) < 0.01;
    EXPECT_LT(there / box, 0.05);
  }
}

/// The box roams, and no view without it shows its shadow.
TEST(Field, WhatRoamsHasAShadowFromTheSun) {
  const auto cpu = compute::open_backend("cpu", {.threads = 2}), reference = compute::make_reference<float>();
  FieldOrigin origin;
  origin.voxel = 0.0625f;
  origin.movers = movers();
  origin.movers[1].roams = true;
  origin.sun.towards = {0.48f, 0.8f, 0.36f};
  FieldTrainerSettings settings;
  settings.first_views = 24;
  settings.pool_views = 1;
  settings.rays = 256;
  FieldTrainer trainer(*cpu, origin, settings);
  const auto pose = [](int n) { return pose_at(0.7 * n, std::sin(n), std::cos(2 * n)); };
  for (int n = 0; n < 25; ++n) {
    const MoverPose box = pose(n);
    const FieldCamera camera =
        looking({4 * std::sin(0.5 * n), 1.6 + 0.1 * (n % 7), 4 * std::cos(0.5 * n)}, box.place);
    const LearnedView without = view_of(camera, nullptr);
    trainer.add_movers(view_of(camera, &box, true), without, {pose_at(0, 0, 100), box});
    trainer.add(without);
  }
  trainer.step(0);
  const auto file = testing_support::scratch() / "roaming_box.safetensors";
  save_field(file, *trainer.snapshot(0));
  const auto field = load_field(file);
  for (std::size_t c = 0; c < 3; ++c)
    EXPECT_NEAR(field->origin.sun.share[c], sun_share[c], 0.1f * sun_share[c]);

  const MoverPose now = pose_at(0.3, -0.4, 0.5), away = pose_at(0, 0, 100);
  const FieldCamera camera = looking({-3.4, 1.9, -2.4}, {-0.7, 0.1, 0.2});
  const LearnedView truth = view_of(camera, &now, true), unlit = view_of(camera, &now);
  for (compute::Backend* backend : {reference.get(), cpu.get()}) {
    FieldRenderer renderer(*backend);
    renderer.take(field);
    renderer.set_untrained(true);
    const auto picture = testing_support::draw(*backend, renderer, camera, {{away, away}, {now, now}});
    double shadow = 0, wrong = 0, floor = 0, darkened = 0;
    for (std::size_t i = 0; i < area(size); ++i) {
      const float green = to_y(compute::pixel::from_half(picture.color[4 * i + 1]));
      const bool dark = truth.color[3 * i + 1] != unlit.color[3 * i + 1];
      (dark ? shadow : floor) += 1;
      if (dark) wrong += std::abs(green - truth.y_at(i, 1)) > 0.03f;
      if (!dark && truth.y_at(i, 0) < 1.5f * truth.y_at(i, 1)) darkened += green < truth.y_at(i, 1) - 0.03f;
    }
    EXPECT_GT(shadow, 300);
    EXPECT_LT(wrong / shadow, 0.15);  // its outline, in voxels of the box
    EXPECT_LT(darkened / floor, 0.02);
  }
}

INSTANTIATE_TEST_SUITE_P(Field, MovingBox, ::testing::Values("reference", "cpu"));

}  // namespace
