// The field's passes of learning: gradients by finite differences, and the processor's against the reference.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "compute/reference/reference.h"
#include "neural/field/pixel/field.h"
#include "tests/support/field_pictures.h"

namespace {

using namespace neural;
using namespace neural::pixel;
using namespace testing_support;

/// What one pass of learning takes and gives, in T.
template <typename T, typename S>
struct Lesson {
  explicit Lesson(const Field& field, const std::vector<float>& its_rays) : rays(its_rays) {
    const SurfelMap& map = *field.surfels;
    const auto count = rays.size() / field_ray_size, slots = count * field_ray_hits;
    weights.assign(field.weights.begin(), field.weights.end());
    for (const f16 h : field.features)
      if constexpr (std::is_same_v<S, f16>)
        features.push_back(h);
      else
        features.push_back(static_cast<S>(compute::pixel::from_half(h)));
    hits.resize(count);
    loss.resize(count);
    places.resize(slots * 4);
    verdicts.resize(slots);
    spaces.resize(slots);
    feature_gradient.resize(slots * field_features);
    weight_gradient.resize((count + field_chunk_rays - 1) / field_chunk_rays * field_weights);
    view.grid = {static_cast<int>(count), 1};
    view.voxel = static_cast<T>(map.voxel);
    view.distance = map.distance.data();
    view.brick_bits = map.brick_bits.data();
    view.brick_first = map.brick_first.data();
    view.voxel_bits = map.voxel_bits.data();
    view.voxel_first = map.voxel_first.data();
    view.surfel_first = map.surfel_first.data();
    view.surfels = map.surfels.data();
    view.mover_bits = map.mover_bits.data();
    view.mover_first = map.mover_first.data();
    frames = frames_at_rest(field.origin.movers).numbers;
    view.mover_frames = frames.data();
    view.movers_learned = 1;
    view.sky = field.sky.data();
    view.features = features.data();
    view.weights = weights.data();
    view.rays = rays.data();
    view.hits = hits.data();
    view.places = places.data();
    view.verdicts = verdicts.data();
    view.spaces = spaces.data();
    view.feature_gradient = feature_gradient.data();
    view.weight_gradient = weight_gradient.data();
    view.loss = loss.data();
  }
  double run(FieldPassesOn<T, S>& passes) {
    std::fill(weight_gradient.begin(), weight_gradient.end(), T(0));
    passes.run(FieldPass::learn, view);
    double sum = 0;
    for (const T l : loss) sum += static_cast<double>(l);
    return sum;
  }
  std::vector<float> rays, frames;
  std::vector<T> weights, places, feature_gradient, weight_gradient, loss;
  std::vector<S> features;
  std::vector<std::uint32_t> hits, verdicts, spaces;
  FieldView<T, S> view;
};

std::vector<float> rays_of(const LearnedView& view, const FieldOrigin& origin, int count,
                           core::Random& random) {
  std::vector<float> rays(static_cast<std::size_t>(count) * field_ray_size);
  for (std::size_t n = 0; n < rays.size(); n += field_ray_size) {
    const int x = random.below(view.camera.size.width), y = random.below(view.camera.size.height);
    write_ray(view, origin.center, x, y, &rays[n]);
  }
  return rays;
}

/// Rays (fewer than a chunk with others) in the space of the plate of field_with_a_mover(), at its front,
/// some beside it.
std::vector<float> rays_at_the_plate(int count, core::Random& random) {
  std::vector<float> rays;
  for (int n = 0; n < count; ++n) {
    const auto some = [&](double most) { return static_cast<float>(random.uniform(-most, most)); };
    const float dx = some(0.2), dy = some(0.2), length = std::sqrt(1 + dx * dx + dy * dy);
    rays.insert(rays.end(), {some(0.9), some(0.9), 1.5f, 1.47f * length, dx / length, dy / length,
                             -1 / length, 0.005f, some(0.5), some(0.5), some(0.5), 1});
  }
  return rays;
}

TEST(FieldGradient, IsThatOfTheLoss) {
  const auto backend = compute::make_reference<float>();
  const auto exact = compute::make_reference<double>();
  const auto field = field_with_a_mover(*backend);
  FieldPassesOn<double, double> passes(*exact);
  core::Random random(21);
  std::vector<float> rays;
  for (const LearnedView& view : room_views(18, 31)) {
    const auto some = rays_of(view, field->origin, 10, random);
    rays.insert(rays.end(), some.begin(), some.end());
  }
  for (std::size_t i = 3; i < rays.size(); i += 2 * field_ray_size)
    rays[i] = 0;  // these go on behind the block
  const auto at_plate = rays_at_the_plate(70, random);
  rays.insert(rays.end(), at_plate.begin(), at_plate.end());
  Lesson<double, double> lesson(*field, rays);
  lesson.run(passes);
  ASSERT_GT(std::count_if(lesson.spaces.begin(), lesson.spaces.end(), [](auto n) { return n == 1; }), 40);
  ASSERT_GT(std::count_if(lesson.hits.begin(), lesson.hits.end(), [](auto n) { return n > 1; }), 2);
  ASSERT_GT(std::count(lesson.hits.begin(), lesson.hits.end(), 1u), 40);
  const std::vector<double> by_weights = lesson.weight_gradient, by_features = lesson.feature_gradient,
                            places = lesson.places;
  const std::vector<std::uint32_t> counts = lesson.hits;
  const auto slope = [&](double& value) {
    const double before = value, h = 1e-7;  // small: there are kinks
    value = before + h;
    const double above = lesson.run(passes);
    value = before - h;
    const double below = lesson.run(passes);
    value = before;
    return (above - below) / (2 * h);
  };
  const auto expect_same = [](double a, double b) { EXPECT_NEAR(a, b, 1e-5 + 1e-4 * std::abs(b)); };
  for (int n = 0; n < 25; ++n) {
    int i = random.below(field_last_weights);
    if (n % 3 == 0) i = field_last_weights + random.below(field_hidden) * field_outputs + random.below(4);
    SCOPED_TRACE("weight " + std::to_string(i));
    expect_same(slope(lesson.weights[static_cast<std::size_t>(i)]), by_weights[static_cast<std::size_t>(i)]);
  }
  // A feature's gradient is what the hits around it give, by their shares.
  FieldPasses<double, double> text{lesson.view};
  const std::vector<std::uint32_t> spaces = lesson.spaces;
  const auto place_in = [&](std::size_t slot) {
    return FieldPasses<double, double>::Place{places[4 * slot], places[4 * slot + 1], places[4 * slot + 2],
                                              places[4 * slot + 3], static_cast<int>(spaces[slot])};
  };
  const auto gradient_of = [&](int entry, int feature) {
    double sum = 0;
    for (std::size_t r = 0; r < counts.size(); ++r)
      for (std::size_t k = 0; k < counts[r]; ++k) {
        const std::size_t slot = r * field_ray_hits + k;
        const FieldPasses<double, double>::Place p = place_in(slot);
        const int level = entry / field_entries;
        const double weight = text.level_weight(level, p);
        for (int c = 0; weight > 0 && c < 8; ++c) {
          const auto corner = text.corner_of(level, p, c);
          if (corner.entry == entry)
            sum += by_features[slot * field_features + static_cast<std::size_t>(level * 4 + feature)] *
                   corner.share * weight;
        }
      }
    return sum;
  };
  int with_gradient = 0;
  for (int n = 0; n < 40; ++n) {
    const auto r = static_cast<std::size_t>(random.below(static_cast<int>(counts.size())));
    if (counts[r] == 0) continue;
    const std::size_t slot = r * field_ray_hits;
    const FieldPasses<double, double>::Place p = place_in(slot);
    const int entry = text.corner_of(n % field_levels, p, random.below(8)).entry, feature = random.below(4);
    const double expected = gradient_of(entry, feature);
    with_gradient += expected != 0;
    SCOPED_TRACE("entry " + std::to_string(entry));
    expect_same(slope(lesson.features[static_cast<std::size_t>(entry * 4 + feature)]), expected);
  }
  EXPECT_GT(with_gradient, 10);
}

TEST(FieldVerdicts, SayWhereTheTeacherSawASurface) {
  const auto backend = compute::make_reference<float>();
  const auto field = room_field(*backend, 12);
  FieldPassesOn<float, f16> passes(*backend);
  core::Random random(3);
  std::vector<float> rays = rays_of(room_views(1, 31)[0], field->origin, 200, random);
  const auto count_of = [&](std::uint32_t what) {
    Lesson<float, f16> lesson(*field, rays);
    lesson.run(passes);
    int count = 0;
    for (std::size_t r = 0; r < lesson.hits.size(); ++r)
      for (std::size_t k = 0; k < lesson.hits[r]; ++k) {
        const std::uint32_t word = lesson.verdicts[r * field_ray_hits + k];
        EXPECT_LT(word & 0x3ffffff, field->surfels->count());
        count += word >> 30 == what;
      }
    return count;
  };
  EXPECT_GT(count_of(1), 150);
  EXPECT_LT(count_of(2), 20);
  // The same rays, had nothing stood in their way.
  for (std::size_t i = 3; i < rays.size(); i += field_ray_size) rays[i] = 0;
  EXPECT_EQ(count_of(1), 0);
  EXPECT_GT(count_of(2), 150);
}

/// A ray ends where little enough of it is left, and a rounding decides whether another surface is met
/// before.
std::vector<float> rays_that_end_alike(const Field& field, const std::vector<float>& rays,
                                       FieldPassesOn<float, f16>& one, FieldPassesOn<float, f16>& other) {
  Lesson<float, f16> a(field, rays), b(field, rays);
  a.run(one);
  b.run(other);
  std::vector<float> alike;
  for (std::size_t r = 0; r < a.hits.size(); ++r) {
    const auto ray = rays.begin() + static_cast<std::ptrdiff_t>(r * field_ray_size);
    if (a.hits[r] == b.hits[r]) alike.insert(alike.end(), ray, ray + field_ray_size);
  }
  return alike;
}

TEST(CpuField, LearnsAsTheReferenceDoes) {
  const auto reference = compute::make_reference<float>();
  const auto cpu = compute::open_backend("cpu", {.threads = 2});
  const auto field = field_with_a_mover(*reference);
  core::Random random(4);
  for (const int count : {300, 517}) {
    FieldPassesOn<float, f16> by_reference(*reference), by_cpu(*cpu);
    auto all = rays_of(room_views(1, 77)[0], field->origin, count, random);
    const auto at_plate = rays_at_the_plate(70, random);
    all.insert(all.end(), at_plate.begin(), at_plate.end());
    const auto agreed = rays_that_end_alike(*field, all, by_reference, by_cpu);
    ASSERT_GE(agreed.size(), all.size() - all.size() / 100);
    Lesson<float, f16> a(*field, agreed), b(*field, agreed);
    EXPECT_NEAR(a.run(by_reference), b.run(by_cpu), 1e-3);
    EXPECT_EQ(a.hits, b.hits);
    EXPECT_EQ(a.verdicts, b.verdicts);
    EXPECT_EQ(a.spaces, b.spaces);
    EXPECT_GT(std::count(a.spaces.begin(), a.spaces.end(), 1u), 30);
    double most_weight = 0, largest = 0;
    for (std::size_t i = 0; i < a.weight_gradient.size(); ++i) {
      most_weight =
          std::max(most_weight, std::abs(static_cast<double>(a.weight_gradient[i] - b.weight_gradient[i])));
      largest = std::max(largest, std::abs(static_cast<double>(a.weight_gradient[i])));
    }
    EXPECT_LT(most_weight, 1e-3 * largest);
    for (std::size_t r = 0; r < a.hits.size(); ++r)
      for (std::size_t i = r * field_ray_hits * field_features;
           i < (r * field_ray_hits + a.hits[r]) * field_features; ++i)
        ASSERT_NEAR(a.feature_gradient[i], b.feature_gradient[i], 2e-4) << "ray " << r;

    // The same steps of Adam from the same gradients.
    const auto move = [&](Lesson<float, f16>& lesson, FieldPassesOn<float, f16>& passes) {
      std::vector<float> entries(std::size_t{field_levels} * field_entries * field_entry_size);
      for (std::size_t e = 0; e < entries.size() / field_entry_size; ++e)
        for (std::size_t f = 0; f < 4; ++f)
          entries[e * field_entry_size + f] = compute::pixel::from_half(lesson.features[4 * e + f]);
      std::vector<float> level(std::size_t{field_entries} * 4), state(3 * field_weights);
      std::vector<f16> average(lesson.features.size());
      FieldView<float, f16> view = lesson.view;
      view.places = a.places.data();
      view.feature_gradient = a.feature_gradient.data();
      view.weight_gradient = a.weight_gradient.data();
      view.entries = entries.data();
      view.level_gradient = level.data();
      view.weight_state = state.data();
      view.moved_weights = lesson.weights.data();
      view.moved_features = lesson.features.data();
      view.average_features = average.data();
      view.entry_rate = 4e-3f;
      view.weight_rate = 2e-3f;
      view.gradient_scale = 1.0f / static_cast<float>(count);
      view.correction[0] = 0.1f;
      view.correction[1] = 0.01f;
      passes.run(FieldPass::move_features, view);
      passes.run(FieldPass::move_weights, view);
    };
    move(a, by_reference);
    move(b, by_cpu);
    EXPECT_EQ(a.hits, b.hits);
    long moved = 0;
    for (std::size_t i = 0; i < a.features.size(); ++i) {
      const float x = compute::pixel::from_half(a.features[i]), y = compute::pixel::from_half(b.features[i]);
      ASSERT_NEAR(x, y, 2e-3) << "feature " << i;
      moved += a.features[i] != field->features[i];
    }
    EXPECT_GT(moved, 1000);
    for (std::size_t i = 0; i < field_weights; ++i) ASSERT_NEAR(a.weights[i], b.weights[i], 2e-3);
  }
}

}  // namespace
