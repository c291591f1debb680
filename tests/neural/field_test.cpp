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
#include "tests/support/field_pictures.h"
#include "tests/support/scratch.h"

namespace {

using namespace neural;
using namespace neural::pixel;
using namespace testing_support;

double psnr_in_y(const FieldPicture& picture, const LearnedView& truth) {
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

TEST(Surfels, TheMapsDistancesAreThoseToTheNearestFullBrickOrOutside) {
  core::Random random(3);
  std::vector<std::uint64_t> keys(20);
  for (auto& key : keys)
    key = SurfelPlace{0, {random.below(1024), random.below(1024), random.below(1024)}, 0}.key();
  std::sort(keys.begin(), keys.end());
  std::vector<Surfel> surfels;
  surfels.reserve(keys.size());
  for (const auto key : keys) surfels.push_back({key, {0, 1, 0}, 0, {0, 0, 0}, 4});
  const auto map = make_map(surfels, 1);
  const FieldView<float> none;
  FieldPasses<float> passes{none};
  for (int n = 0; n < 2000; ++n) {
    const int b[3] = {random.below(128), random.below(128), random.below(128)};
    int nearest = field_farthest;
    for (const int a : b) nearest = std::min({nearest, a + 1, field_bricks - a});
    for (const auto key : keys) {
      const SurfelPlace place = SurfelPlace::of(key);
      int apart = 0;
      for (std::size_t a = 0; a < 3; ++a) apart = std::max(apart, std::abs(place.voxel[a] / 8 - b[a]));
      nearest = std::min(nearest, apart);
    }
    EXPECT_EQ(map->distance[static_cast<std::size_t>(passes.distance_place(0, b[0], b[1], b[2]))], nearest);
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
    const FieldPicture picture = draw(*backend, renderer, truth.camera);
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

TEST(Surfels, GoWhereRaysSawThroughThem) {
  // A wall two metres before the eye, of which rays that come later see the left half of each voxel only.
  LearnedView view;
  view.camera.size = {64, 64};
  view.camera.eye = {0.03, 0.03, 2};
  view.camera.tangent_x = view.camera.tangent_y = 0.1;
  view.color.assign(3 * 64 * 64, 9000);
  view.depth.assign(64 * 64, 2);
  const float voxel = 0.0625f;
  SurfelFusion fusion({0, 0, 0}, voxel);
  for (int n = 0; n < 4; ++n) fusion.add(view);
  const std::vector<Surfel> wall = fusion.surfels();
  ASSERT_GT(wall.size(), 20u);
  double whole = 0;
  for (const Surfel& s : wall) {
    whole += s.cells == 0xffff;
    for (int rays = 0; rays < 60; ++rays)
      for (const int cell : {2, 3, 6, 7, 10, 11, 14, 15}) fusion.judge(s.place, cell, false);
  }
  EXPECT_GT(whole / static_cast<double>(wall.size()), 0.5);
  for (const Surfel& s : fusion.surfels()) EXPECT_EQ(s.cells & 0xcccc, 0u);
  // Most rays decide, whichever came last.
  for (int rays = 0; rays < 200; ++rays)
    for (int cell = 0; cell < 16; ++cell) fusion.judge(wall[0].place, cell, rays % 4 != 0);
  for (const Surfel& s : wall)
    for (int cell = 0; cell < 16; ++cell)
      for (int rays = 0; rays < 60; ++rays)
        if (s.place != wall[0].place) fusion.judge(s.place, cell, false), fusion.judge(s.place, cell, false);
  const std::vector<Surfel> left = fusion.surfels();
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].place, wall[0].place);
  EXPECT_EQ(left[0].cells, 0xffffu);
}

TEST(FieldSky, ShowsWhatViewsSawAndFillsTheRest) {
  LearnedView view;
  view.camera.size = {240, 135};
  view.camera.tangent_x = 1, view.camera.tangent_y = 0.5625;
  view.depth.assign(area(view.camera.size), 0);
  const auto shade = [](const std::array<float, 3>& d) {
    return 0.3f + 0.2f * std::sin(40 * d[0] / d[2]);  // waves of nine degrees
  };
  for (int y = 0; y < 135; ++y)
    for (int x = 0; x < 240; ++x)
      for (int c = 0; c < 3; ++c)
        view.color.push_back(
            static_cast<std::uint16_t>(shade(view.camera.direction(x, y)) * LearnedView::color_steps));
  SkyFusion sky;
  for (int n = 0; n < 3; ++n) sky.add(view);
  const std::vector<float> table = sky.table();
  FieldView<float> look;
  look.sky = table.data();
  FieldPasses<float> passes{look};
  double sum = 0;
  for (int x = 10; x < 230; ++x) {
    const auto d = view.camera.direction(x, 60);
    const float length = std::sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
    const float e = passes.sky_at(d[0] / length, d[1] / length, d[2] / length)[0] - shade(d);
    sum += static_cast<double>(e * e);
  }
  EXPECT_LT(std::sqrt(sum / 220), 0.02);
  EXPECT_NEAR(passes.sky_at(0, -0.6f, 0.8f)[0], 0.3f, 0.15f);  // behind, where nothing was seen
}

/// A view to the front: surfaces of brightness 0.2 where `surface(x, y)`, else the sky with `sky`.
template <typename Surface>
LearnedView view_of_sky(float sky, const Surface& surface) {
  LearnedView view;
  view.camera.size = {160, 90};
  view.camera.tangent_x = 1, view.camera.tangent_y = 0.5625;
  for (int y = 0; y < 90; ++y)
    for (int x = 0; x < 160; ++x) {
      const bool here = surface(x, y);
      view.depth.push_back(here ? 3.0f : 0.0f);
      view.color.insert(view.color.end(), 3,
                        static_cast<std::uint16_t>((here ? 0.2f : sky) * LearnedView::color_steps));
    }
  return view;
}
/// The sky's brightness in a direction.
float shown(const SkyFusion& sky, float x, float y, float z) {
  const std::vector<float> table = sky.table();
  FieldView<float> look;
  look.sky = table.data();
  return FieldPasses<float>{look}.sky_at(x, y, z)[0];
}

/// A hole in the ground is to look like the ground, and not like the bright sky at its end.
TEST(FieldSky, BelowTheHorizonItIsTheGround) {
  SkyFusion sky;
  sky.add(view_of_sky(0.8f, [](int, int y) { return y >= 45; }));
  for (const float x : {-0.4f, 0.0f, 0.3f}) {
    EXPECT_NEAR(shown(sky, x, 0.3f, -0.9f), 0.8f, 0.02f);
    EXPECT_NEAR(shown(sky, x, -0.3f, -0.9f), 0.2f, 0.02f);
  }
  EXPECT_LT(shown(sky, 0, -1, 0), 0.6f);  // below the eye, where nothing was seen
  // A view beyond the edge of the ground: where the sky was seen once it is the sky.
  sky.add(view_of_sky(0.8f, [](int, int y) { return y >= 66 || (y >= 45 && y < 58); }));
  EXPECT_NEAR(shown(sky, 0, -0.2018f, -0.9794f), 0.8f, 0.02f);  // row 61
  EXPECT_NEAR(shown(sky, 0, -0.35f, -0.92f), 0.2f, 0.02f);
}

/// Where a model stands alone, what is seen below the horizon is the sky all the same.
TEST(FieldSky, BelowTheHorizonItIsTheSkyWhereThatIsSeenMost) {
  SkyFusion sky;
  sky.add(view_of_sky(0.7f, [](int x, int y) { return x % 20 < 5 && y > 40; }));
  for (const float x : {-0.5f, -0.3f, -0.1f, 0.0f, 0.2f, 0.4f})
    EXPECT_NEAR(shown(sky, x, -0.3f, -0.9f), 0.7f, 0.02f) << x;
}

TEST(CpuField, DrawsAsTheReferenceDoes) {
  expect_the_references_field(*compute::open_backend("cpu", {.threads = 2}));
}

TEST(CpuField, BeginsWithTheColoursOfItsSurfels) {
  const auto cpu = compute::open_backend("cpu", {.threads = 2});
  FieldRenderer renderer(*cpu);
  renderer.take(room_field(*cpu, 40));
  core::Random random(5);
  for (int n = 0; n < 3; ++n) {
    const LearnedView truth = BoxRoom::view(BoxRoom::camera(view_size, random));
    const FieldPicture begun = draw(*cpu, renderer, truth.camera);
    renderer.set_untrained(true);
    const FieldPicture surfels = draw(*cpu, renderer, truth.camera);
    renderer.set_untrained(false);
    // Only what shines through them differs.
    EXPECT_GT(psnr_in_y(begun, truth), psnr_in_y(surfels, truth) - 2.5);
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
    untrained = psnr_in_y(draw(*cpu, renderer, held_out.camera), held_out);
    renderer.set_untrained(false);
  }
  renderer.take(trainer.snapshot(1));
  const double learned = psnr_in_y(draw(*cpu, renderer, held_out.camera), held_out);
  EXPECT_GT(learned, untrained + 2) << "surfels alone have " << untrained;
  // It goes on from its file nearly as good.
  const auto file = testing_support::scratch() / "room.safetensors";
  save_field(file, *trainer.snapshot(3));
  FieldTrainer other(*cpu, BoxRoom::origin(), settings);
  other.restart(*load_field(file));
  renderer.take(other.snapshot(3));
  EXPECT_GT(psnr_in_y(draw(*cpu, renderer, held_out.camera), held_out), learned - 0.1);
  while (other.wants_view()) other.add(view());
  for (int step = 0; step < 30; ++step) {
    while (other.wants_view()) other.add(view());
    other.step(0.3);
  }
  renderer.take(other.snapshot(3));
  EXPECT_GT(psnr_in_y(draw(*cpu, renderer, held_out.camera), held_out), learned - 0.5);
}

TEST(FieldFile, BytesAreStoredAsBytes) {
  TensorFile file;
  file.tensors["t"] = {{2, 2}, {0, 255, 3, 128}, neural::Stored::uint8};
  const std::vector<std::byte> bytes = format_safetensors(file);
  const TensorFile again = parse_safetensors(bytes, "f");
  EXPECT_EQ(again.tensors.at("t").stored, neural::Stored::uint8);
  EXPECT_EQ(again.tensors.at("t").values, file.tensors.at("t").values);
  file.tensors["t"].stored = neural::Stored::float16;
  EXPECT_EQ(format_safetensors(file).size() - bytes.size(), 4u);
  file.tensors["t"].stored = neural::Stored::uint8;
  for (const float bad : {256.0f, -1.0f, 0.5f}) {
    file.tensors["t"].values[1] = bad;
    EXPECT_NE(testing_support::message_of([&] {
                write_safetensors(testing_support::scratch() / "bad.safetensors", file);
              }).find("no whole number from 0 to 255"),
              std::string::npos);
  }
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
    if (i % field_surfel_size == 3)  // a plane's offset from the centre
      ASSERT_NEAR(again->surfels->surfels[i], field->surfels->surfels[i], 0.05f);
    else
      ASSERT_NEAR(again->surfels->surfels[i], field->surfels->surfels[i], 6e-3f);
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
              t.tensors["more"] = {{1}, {1}, neural::Stored::float16};
            }).find("'more'"),
            std::string::npos);
  EXPECT_NE(error_of([](TensorFile& t) { t.metadata.clear(); }).find("holds no field"), std::string::npos);
  EXPECT_NE(error_of([](TensorFile& t) { t.metadata["field"] = "{}"; }).find("'field'"), std::string::npos);
  const auto mover = [&](const std::string& list) {
    return error_of([&](TensorFile& t) {
      std::string& text = t.metadata["field"];
      const std::string none = "\"movers\":[]";
      text.replace(text.find(none), none.size(), "\"movers\":" + list);
    });
  };
  const auto sized = [](const char* voxel) {
    return std::string(R"([{"name":"boat","model":3,"center":[0,0,0],"half":[1,1,1],"voxel":)") + voxel +
           "}]";
  };
  EXPECT_EQ(mover(sized("0.1")), "");
  for (const char* bad : {"0", "-1", "0.01", "1e9"})  // the box of the third is larger than its cube
    EXPECT_NE(mover(sized(bad)).find("'boat' that cannot be"), std::string::npos) << bad;
  EXPECT_NE(mover(R"([{"name":"boat"}])").find("'field'"), std::string::npos);
  EXPECT_NE(mover("7").find("'field'"), std::string::npos);
  TensorFile geometry = good;  // what is wrong with it is said before the features are looked for
  geometry.tensors.erase("features");
  const auto surfels = [&](std::size_t i, float value) {
    TensorFile broken = geometry;
    broken.tensors["surfels"].values[i] = value;
    return testing_support::message_of([&] { field_from(broken, "f"); });
  };
  const int axis = (static_cast<int>(good.tensors.at("surfels").values[0]) & 7) / 2;
  for (const auto& [i, value] : {std::pair{0, 7.0f}, {4, 255.0f}, {5 + axis, 128.0f}})
    EXPECT_NE(surfels(static_cast<std::size_t>(i), value).find("tensor 'surfels'"), std::string::npos) << i;
  EXPECT_NE(error_of([](TensorFile& t) {
              t.tensors["surfels"].stored = neural::Stored::float32;
            }).find("not of bytes"),
            std::string::npos);
  EXPECT_NE(error_of([](TensorFile& t) {
              auto& v = t.tensors["surfels"].values;
              std::swap_ranges(v.begin(), v.begin() + 15, v.end() - 15);
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
