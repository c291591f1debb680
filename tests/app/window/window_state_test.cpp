// The window in the states that a desktop can bring it into: minimised, as small as a pixel, full screen,
// with and without vsync, on a monitor of high density. Also pausing and stepping time.

#include "tests/support/window_session.h"

namespace {

using namespace testing_desktop;

int frame_of(const Session& s) {
  return s.report().value("frame", 0);
}
double seconds_of(const Session& s) {
  return s.report().value("seconds", -1.0);
}
bool wait_output(Session& s, int width, int height) {
  return s.wait_for([&](const auto& r) { return r["output"] == nlohmann::json({width, height}); }, 30);
}

TEST(WindowState, MinimisesShrinksFillsTheScreenAndKeepsTime) {
  NEED_DESKTOP();
  // Native has no jitter, so that a resting picture is the same from frame to frame.
  Session s(800, 500, {"--upscaler", "native", "--start", "1", "--shadow-resolution", "512"});
  ASSERT_NE(s.window, 0u) << s.log();
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("play"); }, 60)) << s.log();

  // Space stops time, a period moves it by one frame.
  s.desktop.move(700, 450);
  s.desktop.key("period");  // stops it too
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["playing"] == false; }));
  s.desktop.key("space");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["playing"] == true; }));
  s.desktop.key("space");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["playing"] == false; }));
  const double stopped = seconds_of(s);
  s.wait_frames(3);
  EXPECT_EQ(seconds_of(s), stopped);
  s.desktop.key("period");
  ASSERT_TRUE(s.wait_for([&](const auto& r) { return r["seconds"] != stopped; }));
  s.wait_frames(3);
  EXPECT_NEAR(seconds_of(s), stopped + 1 / 60.0, 1e-9);

  // Minimised, nothing is drawn; brought back, the same picture stands there and goes on.
  const Box right{560, 330, 230, 160};
  const Picture before = s.settled();
  s.desktop.minimise(s.window);
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  const int resting = frame_of(s);
  std::this_thread::sleep_for(std::chrono::milliseconds(1000));
  EXPECT_LE(frame_of(s), resting + 1) << "draws although minimised";
  EXPECT_TRUE(s.program->running()) << s.log();
  s.desktop.restore(s.window);
  ASSERT_TRUE(s.wait_for([&](const auto& r) { return r["frame"] > resting + 5; })) << s.log();
  EXPECT_LT(difference(s.settled(), before, right), 1);
  // Time has stood still meanwhile.
  EXPECT_NEAR(seconds_of(s), stopped + 1 / 60.0, 1e-9);

  // As small as a window can be, and odd; then back.
  for (const auto& [width, height] : {std::pair{1, 1}, {1, 300}, {300, 1}, {3, 2}}) {
    s.desktop.resize(s.window, width, height);
    ASSERT_TRUE(wait_output(s, width, height)) << s.log();
    s.wait_frames(3);
  }
  s.desktop.resize(s.window, 800, 500);
  ASSERT_TRUE(wait_output(s, 800, 500)) << s.log();
  EXPECT_LT(difference(s.settled(), before, right), 3);

  // F11 fills the screen to its last corner and gives the window its size back.
  s.desktop.key("F11");
  ASSERT_TRUE(wait_output(s, 2600, 1500)) << s.report();
  const Picture full = s.settled();
  EXPECT_GT(contrast(full, {2300, 1300, 300, 200}), 2) << "the corner is empty";
  s.desktop.key("F11");
  ASSERT_TRUE(wait_output(s, 800, 500)) << s.report();
  EXPECT_LT(difference(s.settled(), before, right), 3);

  // Vsync on and off again while it runs.
  s.search("vsync");
  for (const char* value : {"true", "false"}) {
    s.click("window.vsync");
    ASSERT_TRUE(s.wait_setting("window.vsync", value)) << s.report()["settings"];
    const int then = frame_of(s);
    EXPECT_TRUE(s.wait_for([&](const auto& r) { return r["frame"] > then + 5; })) << s.log();
  }
  EXPECT_LT(difference(s.settled(), before, right), 3);

  quit(s);
}

TEST(WindowState, AMonitorOfTwiceTheDensityDoublesWindowAndPanels) {
  NEED_DESKTOP();
  Session s(900, 560, {"--upscaler", "nearest", "--scale", "3", "--shadow-resolution", "512"}, 192);
  ASSERT_NE(s.window, 0u) << s.log();
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("search"); }, 60)) << s.log();
  EXPECT_EQ(s.report()["output"], nlohmann::json({1800, 1120}));
  // A field is a line of 14-point text and its padding: 20 pixels at 96 dpi.
  EXPECT_NEAR(s.control("search").height, 40, 2);
  s.click("play");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["playing"] == false; }));
  save(s.settled(), 1800, 1120, "high_density.png");
  s.search("size of text");
  s.slide("window.ui_scale", 0.02, 0.25);
  EXPECT_TRUE(s.wait_for([](const auto& r) {
    return r["controls"].contains("search") && r["controls"]["search"][3].template get<int>() < 25;
  })) << s.report()["controls"];

  quit(s);
}

}  // namespace
