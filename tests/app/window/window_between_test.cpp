// Pictures between frames in the window: on and off by the stations' buttons, counted as they are presented,
// and none at a cut or while something else is shown.

#include "tests/support/window_session.h"

namespace {

using namespace testing_desktop;

TEST(WindowBetween, ArePresentedAndCounted) {
  NEED_DESKTOP();
  Session s(480, 270,
            {"--role", "measure", "--upscaler", "neural", "--scale", "3", "--precision", "f32",
             "--between-from-fps", "0"});
  ASSERT_NE(s.window, 0u) << s.log();
  const auto between = [](const nlohmann::json& r) { return r["shown"]["between"].get<int>(); };
  ASSERT_TRUE(s.wait_for([&](const auto& r) { return r["frame"] > 5 && between(r) == 0; }, 60)) << s.log();
  EXPECT_EQ(s.report()["shown"]["made_between"], 0);

  s.click("station 5");
  ASSERT_TRUE(s.wait_for([&](const auto& r) { return between(r) == 1; }, 30)) << s.report();
  EXPECT_EQ(s.report()["station"], 5);
  // Nothing of the picture between is rasterized, and a ninth of the frame: 1 - 1 / (2 * 9).
  EXPECT_NEAR(s.report()["generated"].get<double>(), 1 - 1 / 18.0, 0.01);
  const auto before = s.report();
  s.wait_frames(24);
  const auto after = s.report();
  const auto grown = [&](const char* key) {
    return after["shown"][key].get<int>() - before["shown"][key].get<int>();
  };
  const int frames = after["frame"].get<int>() - before["frame"].get<int>();
  EXPECT_NEAR(grown("own"), frames, 3) << "each frame is presented once";
  EXPECT_NEAR(grown("made_between"), frames, 3) << "and a picture before it";
  EXPECT_GT(after["shown"]["latency_ms"].get<double>(), 0);
  save(s.desktop.grab(), 480, 270, "between.png");

  // A buffer is no picture; the picture comes back with those between.
  s.desktop.key("F6");
  EXPECT_TRUE(s.wait_for([&](const auto& r) { return between(r) == 0; }));
  s.desktop.key("shift+F6");
  EXPECT_TRUE(s.wait_for([&](const auto& r) { return between(r) == 1; }));

  s.click("station 4");
  ASSERT_TRUE(s.wait_for([&](const auto& r) { return between(r) == 0 && r["station"] == 4; }));
  const int made = s.report()["shown"]["made_between"];
  s.wait_frames(10);
  EXPECT_NEAR(s.report()["shown"]["made_between"].get<int>(), made, 1);
  s.click("station 5");
  ASSERT_TRUE(s.wait_for([&](const auto& r) { return between(r) == 1; }));
  s.desktop.resize(s.window, 560, 320);
  EXPECT_TRUE(s.wait_for([&](const auto& r) { return r["output"][0] == 560 && between(r) == 1; }, 30))
      << s.report();
  quit(s);
}

}  // namespace
