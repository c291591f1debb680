// Water in the window: station 2, and the mouse that pokes it.

#include "tests/support/pond.h"
#include "tests/support/window_session.h"

namespace {

using namespace testing_desktop;

TEST(WindowWater, TheLeftButtonPokesIt) {
  NEED_DESKTOP();
  const fs::path scene = testing_support::write_pond(testing_support::scratch("window_water"));
  const char* const variable = std::getenv("NEURASTER_WINDOW_SCENE");
  const std::string before = variable ? variable : "";
  setenv("NEURASTER_WINDOW_SCENE", scene.c_str(), 1);
  Session s(640, 360,
            {"--role", "look", "--upscaler", "native", "--water-wind", "0", "--shadow-resolution", "256"});
  before.empty() ? unsetenv("NEURASTER_WINDOW_SCENE") : setenv("NEURASTER_WINDOW_SCENE", before.c_str(), 1);
  ASSERT_NE(s.window, 0u) << s.log();
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("station 2"); }, 60)) << s.log();
  // At station 1 the mouse leaves the water alone.
  s.desktop.key("1");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["station"] == 1; })) << s.report();
  s.desktop.key("Escape");
  const Box near_water{250, 285, 60, 30};
  const auto look = [&] {
    s.wait_frames(3);
    return s.desktop.grab();
  };
  const auto stir = [&](const char* name) {
    double most = 0, calm = 0;
    const Picture still = s.settled();
    for (int n = 0; n < 2; ++n) calm = std::max(calm, difference(look(), still, near_water));
    for (int n = 0; n < 2; ++n) {
      s.desktop.drag(255 + 15 * n, 300, 290 + 15 * n, 300);
      const Picture stirred = s.desktop.grab();
      most = std::max(most, difference(stirred, still, near_water));
      save(stirred, 640, 360, fmt::format("{}_{}.png", name, n).c_str());
      s.wait_frames(2);
      save(s.desktop.grab(), 640, 360, fmt::format("{}_{}_later.png", name, n).c_str());
    }
    return std::pair{most, calm};
  };
  const auto [untouched, calm_before] = stir("water_left_alone");
  s.desktop.key("2");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["station"] == 2; })) << s.report();
  s.wait_for([](const auto& r) { return r["message"] == ""; }, 30);
  const auto [poked, calm] = stir("water_poked");
  EXPECT_GT(poked, 3 * std::max(calm, 1.0));
  EXPECT_GT(poked, 2 * std::max(untouched, calm_before));
  quit(s);
}

}  // namespace
