// Tests the share of generated pixels that the panels show, without a window.

#include "app/window/panels/comparison_facts.h"

#include <gtest/gtest.h>

namespace {

using app::RightLane;
using renderer::Upscaler;

app::FrameFacts facts_of(const app::Settings& settings, bool flicker_right = false) {
  app::FrameFacts facts;
  facts.render = {480, 270};
  facts.output = {960, 540};
  facts.flicker_right = flicker_right;
  app::add_comparison_facts(settings, {}, facts);
  return facts;
}

TEST(ComparisonFacts, TheGaugeCountsWhatTheNetworkGenerated) {
  app::Settings settings;
  for (const Upscaler upscaler : {Upscaler::native, Upscaler::nearest, Upscaler::bilinear,
                                  Upscaler::catmull_rom, Upscaler::taau, Upscaler::neural}) {
    settings.render.upscaler = upscaler;
    EXPECT_DOUBLE_EQ(facts_of(settings).generated, upscaler == Upscaler::neural ? 0.75 : 0)
        << static_cast<int>(upscaler);
  }
  const std::string how = facts_of(settings).how_counted;
  for (const char* part : {"518400 are displayed", "129600 samples", "= 75.0 %"})
    EXPECT_NE(how.find(part), std::string::npos) << how;
}

TEST(ComparisonFacts, AComparisonCountsEachSideByItsShare) {
  app::Settings settings;
  settings.comparison.compare = true;
  settings.comparison.divider = 0.25f;
  for (const auto& [right, share] : {std::pair{RightLane::taau, 0.25},
                                     {RightLane::reference, 0.25},
                                     {RightLane::native, 0.25},
                                     {RightLane::neural, 1.0}}) {
    settings.comparison.right = right;
    EXPECT_DOUBLE_EQ(facts_of(settings).generated, 0.75 * share) << static_cast<int>(right);
  }
  settings.render.upscaler = Upscaler::taau;
  EXPECT_DOUBLE_EQ(facts_of(settings).generated, 0.75 * 0.75);
  settings.comparison.flicker = true;
  EXPECT_DOUBLE_EQ(facts_of(settings, false).generated, 0);
  EXPECT_DOUBLE_EQ(facts_of(settings, true).generated, 0.75);
}

}  // namespace
