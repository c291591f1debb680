// The race of the backends: each has its turn, and the settings are as they were at the end.

#include "app/window/backend_race.h"

#include <gtest/gtest.h>

namespace {

using app::Backend;
using app::BackendRace;

TEST(BackendRace, EachThatRunsHasItsTurnAndIsMeasured) {
  BackendRace race;
  app::Settings settings;
  settings.run.precision = app::Precision::f32;
  settings.render.upscaler = renderer::Upscaler::taau;
  EXPECT_FALSE(race.running());
  race.begin({{Backend::cpu, "a processor", true},
              {Backend::cuda, "no driver"},
              {Backend::vulkan, "a device", true}},
             settings);
  ASSERT_TRUE(race.running());
  EXPECT_EQ(settings.run.backend, Backend::cpu);
  EXPECT_EQ(settings.run.precision, app::Precision::automatic);
  EXPECT_EQ(settings.render.upscaler, renderer::Upscaler::neural);
  int turns = 0;
  Backend before = settings.run.backend;
  for (int n = 0; n < 100; ++n) {
    const bool cpu = settings.run.backend == Backend::cpu;
    race.next(cpu ? 10.0 + n % 2 : 40.0, cpu ? "the processor" : "the device", "", settings);
    turns += settings.run.backend != before;
    before = settings.run.backend;
    EXPECT_NE(settings.run.backend, Backend::cuda);
  }
  EXPECT_GE(turns, 6);
  const auto& rows = race.facts();
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_NEAR(rows[0].ms.value_or(0), 10.5, 0.6);
  EXPECT_EQ(rows[2].ms, 40.0);
  EXPECT_FALSE(rows[1].ms);
  EXPECT_EQ(rows[1].text, "no driver");
  EXPECT_EQ(rows[2].text, "the device");

  // A backend that is listed and then cannot run is left out with its reason.
  settings.run.backend = settings.run.backend == Backend::cpu ? Backend::vulkan : Backend::cpu;
  race.next({}, "", "no room", settings);
  int left_out = 0;
  for (const auto& row : race.facts()) left_out += row.text == "no room" && !row.runs;
  EXPECT_EQ(left_out, 1);
  race.end(settings);
  EXPECT_FALSE(race.running());
  EXPECT_EQ(settings.run.backend, Backend::automatic);
  EXPECT_EQ(settings.run.precision, app::Precision::f32);
  EXPECT_EQ(settings.render.upscaler, renderer::Upscaler::taau);
}

}  // namespace
