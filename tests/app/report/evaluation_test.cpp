// Tests the files that evaluate writes and the parsing of sweeps, without rendering.

#include "app/report/evaluation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/report/sweep.h"
#include "core/error.h"
#include "core/file.h"
#include "core/picture/image_io.h"
#include "tests/support/scratch.h"

namespace fs = std::filesystem;
using testing_support::scratch;

namespace {

using nlohmann::json;

TEST(Sweep, GivesEveryCombinationOnce) {
  const auto none = app::sweep_combinations({});
  ASSERT_EQ(none.size(), 1u);
  EXPECT_TRUE(none[0].empty());
  const auto all = app::sweep_combinations({"upscaler=taau,neural", "scale=1.5,2,3"});
  ASSERT_EQ(all.size(), 6u);
  EXPECT_EQ(all[1], (std::vector<app::NamedValue>{{"upscaler", "taau"}, {"scale", "2"}}));
  EXPECT_EQ(all[5], (std::vector<app::NamedValue>{{"upscaler", "neural"}, {"scale", "3"}}));
  for (const char* wrong : {"scale", "=2", "scale=", "scale=1,,2", "scale=1,", "scale=2,2"})
    EXPECT_THROW(app::sweep_combinations({wrong}), core::UsageError) << wrong;
  EXPECT_THROW(app::sweep_combinations({"scale=1", "scale=2"}), core::UsageError);
}

TEST(Evaluation, JsonHasTheKeysOfTheDesign) {
  const fs::path file = scratch() / "evaluate.json";
  app::Evaluation evaluation{.scene = "s",
                             .device = "d",
                             .backend = "cpu",
                             .frames = 40,
                             .start = 1.5,
                             .frame_seconds = 0.02,
                             .render = {480, 270},
                             .output = {960, 540},
                             .crop = app::Rect{10, 20, 300, 200},
                             .reference_samples = 64,
                             .upscalers = {}};
  evaluation.upscalers.emplace_back("taau", app::UpscalerScore{{32, 30.5, 36.25, 0.91, 0.07}, 9.5});
  evaluation.upscalers.emplace_back("equal", app::UpscalerScore{{32, INFINITY, INFINITY, 1, 0}, 0});
  app::write_evaluation_json(file, evaluation);
  const json back = json::parse(core::read_text(file));
  for (const char* key : {"scene", "device", "backend", "frames", "start", "frame_seconds", "render",
                          "output", "reference_samples", "upscalers"})
    EXPECT_TRUE(back.contains(key)) << key;
  const json expected = {
      {"psnr_db", 30.5}, {"ssim", 0.91}, {"flip", 0.07}, {"tpsnr_db", 36.25}, {"ms_median", 9.5}};
  EXPECT_EQ(back["upscalers"]["taau"], expected);
  EXPECT_EQ(back["crop"], json({10, 20, 300, 200}));
  EXPECT_EQ(back["still"], false);
  EXPECT_TRUE(back["upscalers"]["equal"]["psnr_db"].is_null());
  EXPECT_NE(app::evaluation_table(evaluation).find("taau"), std::string::npos);
}

TEST(Evaluation, FindsAndEnlargesTheWorstRegion) {
  core::FlipMap map{40, 30, std::vector<float>(40 * 30), 0};
  for (int y = 12; y < 18; ++y)
    for (int x = 25; x < 33; ++x) map.error[static_cast<std::size_t>(y * 40 + x)] = 1;
  const app::Rect region = app::worst_region(map, 8, 6);
  EXPECT_EQ(region.x, 25);
  EXPECT_EQ(region.y, 12);
  core::Image red(40, 30), blue(40, 30);
  for (std::size_t i = 0; i < red.pixels(); ++i) red.rgb[3 * i] = blue.rgb[3 * i + 2] = 1;
  std::fill_n(red.at(27, 14), 3, 0.5f);
  const core::Image sheet = app::side_by_side({{"reference", red}, {"TAAU", blue}}, region);
  EXPECT_EQ(sheet.width, 84);
  EXPECT_EQ(sheet.at(0, 26)[0], 1);
  EXPECT_EQ(sheet.at(44, 26)[2], 1);
  // Pixel (27, 14) lies at (2, 2) of the region, which is enlarged five times.
  EXPECT_EQ(sheet.at(12, 26 + 30 + 4 + 12)[1], 0.5f);
  EXPECT_EQ(sheet.at(9, 26 + 30 + 4 + 12)[1], 0);
  EXPECT_THROW(app::side_by_side({{"a", red}, {"b", core::Image(3, 3)}}, {0, 0, 1, 1}), core::Error);
}

TEST(Text, MarksPixelsAndIsCutOffAtTheBorder) {
  core::Image image(60, 12);
  EXPECT_GT(app::draw_text(image, 2, 2, 1, "FLIP", 1), 15);
  const auto lit = std::count(image.rgb.begin(), image.rgb.end(), 1.0f) / 3;
  EXPECT_GT(lit, 30);
  EXPECT_LT(lit, 120);
  app::draw_text(image, 50, -3, 3, "out of the picture", 1);
  app::draw_text(image, -20, 8, 2, "here too", 1);
}

}  // namespace
