// The field: its geometry, its passes against finite differences and against each other, learning, and its
// file.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>

#include "compute/backend.h"
#include "compute/pixel/half.h"
#include "compute/reference/reference.h"
#include "core/error.h"
#include "core/file.h"
#include "neural/field/field_trainer.h"
#include "neural/field/pixel/field.h"
#include "tests/support/box_room.h"
#include "tests/support/scratch.h"

namespace {

using namespace neural;
using namespace neural::pixel;
using testing_support::BoxRoom;

constexpr Size view_size{104, 61};

std::vector<LearnedView> room_views(int count, std::uint64_t seed) {
  core::Random random(seed);
  std::vector<LearnedView> views;
  for (int i = 0; i < count; ++i) views.push_back(BoxRoom::view(BoxRoom::camera(view_size, random)));
  return views;
}

/// The surfels of some views, without learning, and noise for the network.
std::shared_ptr<const Field> room_field(compute::Backend& backend, int views) {
  FieldTrainerSettings settings;
  settings.first_views = views;
  settings.rays = 256;
  settings.pool_views = 1;
  FieldTrainer trainer(backend, BoxRoom::origin(), settings);
  for (LearnedView& view : room_views(views + 1, 5)) trainer.add(std::move(view));
  trainer.step(0);
  return trainer.snapshot(0);
}

struct Picture {
  std::vector<f16> color, motion;
  std::vector<float> depth;
  std::vector<std::uint8_t> reactive;
  explicit Picture(Size size)
      : color(4 * area(size)), motion(2 * area(size)), depth(area(size)), reactive(area(size)) {}
  FieldFrame frame() { return {color.data(), depth.data(), motion.data(), reactive.data()}; }
};

constexpr float identity[16] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};

Picture draw(FieldRenderer& renderer, const FieldCamera& camera) {
  Picture picture(camera.size);
  renderer.render(camera, identity, 1, picture.frame());
  return picture;
}

double psnr_in_y(const Picture& picture, const LearnedView& truth) {
  double sum = 0;
  const std::size_t pixels = truth.depth.size();
  for (std::size_t i = 0; i < pixels; ++i)
    for (std::size_t c = 0; c < 3; ++c) {
      const float e = to_y(compute::pixel::from_half(picture.color[4 * i + c])) - truth.y_at(i, c);
      sum += static_cast<double>(e * e);
    }
  return -10 * std::log10(sum / static_cast<double>(3 * pixels));
}

TEST(Surfels, KeysTellPlacesAndKeepTheirOrder) {
  const SurfelPlace place{5, {1023, 17, 640}, 4};
  const SurfelPlace again = SurfelPlace::of(place.key());
  EXPECT_EQ(again.cascade, 5);
  EXPECT_EQ(again.voxel, place.voxel);
  EXPECT_EQ(again.bin, 4);
  EXPECT_LT((SurfelPlace{0, {8, 0, 0}, 0}.key()), (SurfelPlace{0, {0, 8, 0}, 0}.key()));
  EXPECT_LT((SurfelPlace{field_cascades - 1, {1023, 1023, 1023}, 5}.key()), SurfelPlace::end);
}

TEST(Surfels, TheMapsDistancesAreThoseToTheNearestFullBrick) {
  core::Random random(3);
  std::vector<std::uint64_t> keys;
  for (int i = 0; i < 20; ++i)
    keys.push_back(SurfelPlace{0, {random.below(1024), random.below(1024), random.below(1024)}, 0}.key());
  std::sort(keys.begin(), keys.end());
  std::vector<Surfel> surfels;
  for (const auto key : keys) surfels.push_back({key, {0, 1, 0}, 0, {0, 0, 0}, 4});
  const auto map = make_map(surfels, 1);
  for (int n = 0; n < 2000; ++n) {
    const int b[3] = {random.below(128), random.below(128), random.below(128)};
    int nearest = field_farthest;
    for (const auto key : keys) {
      const SurfelPlace place = SurfelPlace::of(key);
      int apart = 0;
      for (std::size_t a = 0; a < 3; ++a) apart = std::max(apart, std::abs(place.voxel[a] / 8 - b[a]));
      nearest = std::min(nearest, apart);
    }
    EXPECT_EQ(map->distance[static_cast<std::size_t>((b[2] * 128 + b[1]) * 128 + b[0])], nearest);
  }
}

TEST(Surfels, RaysFindTheWallsOfARoom) {
  const auto backend = compute::make_reference<float>();
  FieldRenderer renderer(*backend);
  renderer.take(room_field(*backend, 40));
  renderer.set_untrained(true);
  core::Random random(99);
  double wrong = 0, all = 0;
  for (int n = 0; n < 4; ++n) {
    const LearnedView truth = BoxRoom::view(BoxRoom::camera(view_size, random));
    const Picture picture = draw(renderer, truth.camera);
    for (std::size_t i = 0; i < truth.depth.size(); ++i) {
      const float depth = picture.depth[i] > 0 ? static_cast<float>(truth.camera.near) / picture.depth[i] : 0;
      const bool same =
          truth.depth[i] > 0 ? std::abs(depth - truth.depth[i]) < 0.02f * truth.depth[i] : depth == 0;
      wrong += !same;
      all += 1;
    }
    EXPECT_GT(psnr_in_y(picture, truth), 20);
  }
  EXPECT_LT(wrong / all, 0.06);  // edges, and what 40 small views did not see twice
}

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
    view.sky = field.sky.data();
    view.features = features.data();
    view.weights = weights.data();
    view.rays = rays.data();
    view.hits = hits.data();
    view.places = places.data();
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
  std::vector<float> rays;
  std::vector<T> weights, places, feature_gradient, weight_gradient, loss;
  std::vector<S> features;
  std::vector<std::uint32_t> hits;
  FieldView<T, S> view;
};

std::vector<float> rays_of(const LearnedView& view, const FieldOrigin& origin, int count,
                           core::Random& random) {
  std::vector<float> rays;
  for (int n = 0; n < count; ++n) {
    const int x = random.below(view.camera.size.width), y = random.below(view.camera.size.height);
    const auto i = static_cast<std::size_t>(y * view.camera.size.width + x);
    const auto d = view.camera.direction(x, y);
    const float length = std::sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
    for (std::size_t a = 0; a < 3; ++a)
      rays.push_back(static_cast<float>(view.camera.eye[a] - origin.center[a]));
    rays.push_back(view.depth[i] * length);
    for (std::size_t a = 0; a < 3; ++a) rays.push_back(d[a] / length);
    rays.push_back(view.camera.pixel_size());
    for (std::size_t c = 0; c < 3; ++c) rays.push_back(view.y_at(i, c));
    rays.push_back(0);
  }
  return rays;
}

/// A field with features that matter and a network that is far from zero.
std::shared_ptr<const Field> loud_field(compute::Backend& backend) {
  auto field = std::make_shared<Field>(*room_field(backend, 12));
  core::Random random(8);
  for (f16& f : field->features) f = compute::pixel::to_half(static_cast<float>(random.uniform(-0.5, 0.5)));
  return field;
}

TEST(FieldGradient, IsThatOfTheLoss) {
  const auto backend = compute::make_reference<float>();
  const auto exact = compute::make_reference<double>();
  const auto field = loud_field(*backend);
  FieldPassesOn<double, double> passes(*exact);
  core::Random random(21);
  Lesson<double, double> lesson(*field, rays_of(room_views(1, 31)[0], field->origin, 40, random));
  lesson.run(passes);
  long hits = 0;
  for (const auto n : lesson.hits) hits += n;
  ASSERT_GT(hits, 40);  // some rays have more than one
  const std::vector<double> by_weights = lesson.weight_gradient, by_features = lesson.feature_gradient,
                            places = lesson.places;
  const std::vector<std::uint32_t> counts = lesson.hits;
  const auto slope = [&](double& value) {
    const double before = value, h = 1e-5;
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
  const auto gradient_of = [&](int entry, int feature) {
    double sum = 0;
    for (std::size_t r = 0; r < counts.size(); ++r)
      for (std::size_t k = 0; k < counts[r]; ++k) {
        const std::size_t slot = r * field_ray_hits + k;
        const FieldPasses<double, double>::Place p{places[4 * slot], places[4 * slot + 1],
                                                   places[4 * slot + 2], places[4 * slot + 3]};
        const int level = entry / field_entries;
        const double weight = text.level_weight(level, p.footprint);
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
    const auto r = static_cast<std::size_t>(random.below(40));
    if (counts[r] == 0) continue;
    const std::size_t slot = r * field_ray_hits;
    const FieldPasses<double, double>::Place p{places[4 * slot], places[4 * slot + 1], places[4 * slot + 2],
                                               places[4 * slot + 3]};
    const int entry = text.corner_of(n % field_levels, p, random.below(8)).entry, feature = random.below(4);
    const double expected = gradient_of(entry, feature);
    with_gradient += expected != 0;
    SCOPED_TRACE("entry " + std::to_string(entry));
    expect_same(slope(lesson.features[static_cast<std::size_t>(entry * 4 + feature)]), expected);
  }
  EXPECT_GT(with_gradient, 10);
}

TEST(CpuField, LearnsAsTheReferenceDoes) {
  const auto reference = compute::make_reference<float>();
  const auto cpu = compute::open_backend("cpu", {.threads = 2});
  const auto field = loud_field(*reference);
  core::Random random(4);
  for (const int count : {300, 517}) {
    Lesson<float, f16> a(*field, rays_of(room_views(1, 77)[0], field->origin, count, random));
    Lesson<float, f16> b(*field, a.rays);
    FieldPassesOn<float, f16> by_reference(*reference), by_cpu(*cpu);
    EXPECT_NEAR(a.run(by_reference), b.run(by_cpu), 1e-3);
    EXPECT_EQ(a.hits, b.hits);
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

TEST(CpuField, DrawsAsTheReferenceDoes) {
  const auto reference = compute::make_reference<float>();
  const auto cpu = compute::open_backend("cpu", {.threads = 2});
  const auto field = loud_field(*reference);
  core::Random random(12);
  FieldRenderer a(*reference), b(*cpu);
  a.take(field);
  b.take(field);
  for (const Size size : {Size{33, 9}, Size{64, 48}}) {
    const FieldCamera camera = BoxRoom::camera(size, random);
    const Picture x = draw(a, camera), y = draw(b, camera);
    int apart = 0;
    for (std::size_t i = 0; i < area(size); ++i) {
      bool same = std::abs(x.depth[i] - y.depth[i]) <= 1e-4f * x.depth[i] &&
                  std::abs(x.reactive[i] - y.reactive[i]) < 3;
      for (std::size_t c = 0; c < 4; ++c)
        same &= std::abs(to_y(compute::pixel::from_half(x.color[4 * i + c])) -
                         to_y(compute::pixel::from_half(y.color[4 * i + c]))) < 2e-3f;
      apart += !same;
    }
    // Rounding decides where opacity is at a limit, or a ray at an edge.
    EXPECT_LE(apart, static_cast<int>(area(size) / 200));
  }
}

TEST(CpuField, LearnsWhatTheSurfelsDoNotShow) {
  const auto cpu = compute::open_backend("cpu", {.threads = 2});
  FieldTrainerSettings settings;
  settings.rays = 2048;
  settings.first_views = 12;
  settings.pool_views = 6;
  FieldTrainer trainer(*cpu, BoxRoom::origin(), settings);
  core::Random random(1);
  const auto view = [&] { return BoxRoom::view(BoxRoom::camera(view_size, random)); };
  const LearnedView held_out = view();
  FieldRenderer renderer(*cpu);
  double untrained = 0;
  for (int step = 0; step < 250; ++step) {
    while (trainer.wants_view()) trainer.add(view());
    const FieldStep done = trainer.step(1);
    ASSERT_TRUE(std::isfinite(done.loss));
    if (step > 0) continue;
    renderer.take(trainer.snapshot(0));
    renderer.set_untrained(true);
    untrained = psnr_in_y(draw(renderer, held_out.camera), held_out);
    renderer.set_untrained(false);
  }
  renderer.take(trainer.snapshot(1));
  const double learned = psnr_in_y(draw(renderer, held_out.camera), held_out);
  EXPECT_GT(learned, untrained + 2) << "surfels alone have " << untrained;
  // It goes on from its file nearly as good.
  const auto file = testing_support::scratch() / "room.safetensors";
  save_field(file, *trainer.snapshot(3));
  FieldTrainer other(*cpu, BoxRoom::origin(), settings);
  other.restart(*load_field(file));
  renderer.take(other.snapshot(3));
  EXPECT_GT(psnr_in_y(draw(renderer, held_out.camera), held_out), learned - 0.1);
  while (other.wants_view()) other.add(view());
  for (int step = 0; step < 30; ++step) {
    while (other.wants_view()) other.add(view());
    other.step(0.3);
  }
  renderer.take(other.snapshot(3));
  EXPECT_GT(psnr_in_y(draw(renderer, held_out.camera), held_out), learned - 0.5);
}

TEST(FieldFile, RoundTripAndBrokenFiles) {
  const auto backend = compute::make_reference<float>();
  const auto field = room_field(*backend, 12);
  const auto file = testing_support::scratch() / "field.safetensors";
  save_field(file, *field);
  const auto again = load_field(file);
  EXPECT_EQ(again->origin.scene, "box room");
  EXPECT_EQ(again->origin.scene_hash, 0x1234u);
  EXPECT_EQ(again->origin.center, field->origin.center);
  EXPECT_EQ(again->features, field->features);
  EXPECT_EQ(again->surfels->keys, field->surfels->keys);
  for (std::size_t i = 0; i < field->surfels->surfels.size(); ++i)
    ASSERT_NEAR(again->surfels->surfels[i], field->surfels->surfels[i], 5e-3f);
  EXPECT_LT(std::filesystem::file_size(file), 100'000'000u);

  const TensorFile good = to_tensor_file(*field);
  const auto error_of = [&](const std::function<void(TensorFile&)>& edit) {
    TensorFile broken = good;
    edit(broken);
    return testing_support::message_of([&] { field_from(broken, "f"); });
  };
  EXPECT_EQ(error_of([](TensorFile&) {}), "");
  for (const char* tensor : {"surfels", "sky", "features", "layers.0", "layers.1", "layers.2"}) {
    const std::string quoted = std::string("'") + tensor + "'";
    EXPECT_NE(error_of([&](TensorFile& t) { t.tensors.erase(tensor); }).find(quoted + " is missing"),
              std::string::npos);
    EXPECT_NE(
        error_of([&](TensorFile& t) { t.tensors[tensor].shape.push_back(1); }).find(quoted + " has shape"),
        std::string::npos);
  }
  EXPECT_NE(error_of([](TensorFile& t) {
              t.tensors["more"] = {{1}, {1}, true};
            }).find("'more'"),
            std::string::npos);
  EXPECT_NE(error_of([](TensorFile& t) { t.metadata.clear(); }).find("holds no field"), std::string::npos);
  EXPECT_NE(error_of([](TensorFile& t) { t.metadata["field"] = "{}"; }).find("'field'"), std::string::npos);
  TensorFile geometry = good;  // what is wrong with it is said before the features are looked for
  geometry.tensors.erase("features");
  const auto surfels = [&](std::size_t i, float value) {
    TensorFile broken = geometry;
    broken.tensors["surfels"].values[i] = value;
    return testing_support::message_of([&] { field_from(broken, "f"); });
  };
  for (const auto& [i, value] :
       {std::pair{0, 1024.0f}, {1, -1.0f}, {2, 0.5f}, {3, 42.0f}, {4, 7.0f}, {7, 3.0f}, {11, -2.0f}})
    EXPECT_NE(surfels(static_cast<std::size_t>(i), value).find("tensor 'surfels'"), std::string::npos) << i;
  EXPECT_NE(error_of([](TensorFile& t) {
              auto& v = t.tensors["surfels"].values;
              std::swap_ranges(v.begin(), v.begin() + 12, v.end() - 12);
            }).find("out of order"),
            std::string::npos);

  // Bytes that are damaged anywhere are noticed, or do no harm.
  const std::vector<std::byte> bytes = format_safetensors(good);
  core::Random random(6);
  for (int n = 0; n < 25; ++n) {
    std::vector<std::byte> damaged = bytes;
    const auto length = static_cast<int>(std::min<std::size_t>(bytes.size(), n % 2 ? 2000 : bytes.size()));
    const int at = random.below(length), bit = random.below(8);
    damaged[static_cast<std::size_t>(at)] ^= static_cast<std::byte>(1 << bit);
    if (n % 5 == 0) damaged.resize(static_cast<std::size_t>(random.below(length)));
    SCOPED_TRACE(std::to_string(n) + " at " + std::to_string(at) + " bit " + std::to_string(bit));
    try {  // a blank that fills the header up may become another
      EXPECT_EQ(field_from(parse_safetensors(damaged, "f"), "f")->features, field->features);
      EXPECT_EQ(damaged.size(), bytes.size());
    } catch (const core::Error& error) {
      EXPECT_NE(std::string(error.what()), "");
    }
  }
}

}  // namespace
