// The window and its Vulkan device: the network in compute shaders on it, and what happens when it is lost.

#include "tests/support/window_session.h"

namespace {

using namespace testing_desktop;

/// A part of the screen without panels.
const Box picture_box{250, 20, 120, 180};

bool generated_by(Session& s, const std::string& name) {
  return s.wait_for(
      [&](const auto& r) {
        return r.contains("generator") && r["generator"].template get<std::string>().find(name) == 0;
      },
      60);
}

/// Picks it in the panel. Where it cannot run, the row goes back and a message says why.
void choose_backend(Session& s, const std::string& name) {
  s.click("run.backend");
  s.click("run.backend=" + name);
  ASSERT_TRUE(s.wait_for([&](const auto& r) {
    return r["settings"]["run.backend"] == name || !r["message"].template get<std::string>().empty();
  })) << s.report()
      << s.log();
}

/// The network changes its backend while the window shows it: the picture stays, and what the upscaler thinks
/// does too.
TEST(WindowOnVulkan, TheBackendIsChangedWhileItRuns) {
  NEED_DESKTOP();
  const Box right{320, 175, 150, 115};  // beside and below the panels
  Session s(480, 300,
            {"--upscaler", "neural", "--scale", "3", "--start", "1.5", "--ui-scale", "0.5", "--backend",
             "cpu", "--precision", "f32"});
  ASSERT_NE(s.window, 0u) << s.log();
  ASSERT_TRUE(generated_by(s, "cpu")) << s.report() << s.log();
  s.click("play");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["playing"] == false; }));
  s.search("run.backend");
  const Picture by_cpu = s.settled();
  ASSERT_GT(contrast(by_cpu, right), 5) << "the picture is flat";
  choose_backend(s, "vulkan");
  if (const std::string message = s.report()["message"];
      message.find("cannot be opened") != std::string::npos)
    GTEST_SKIP() << message;
  ASSERT_TRUE(generated_by(s, "vulkan (")) << s.report() << s.log();
  // What converges at rest depends on where it began: that pictures are equal is SameDevice's to test.
  EXPECT_LT(difference(s.settled(), by_cpu, right), 3) << "of 255";
  s.desktop.click(400, 225);
  while (s.report()["settings"]["debug.view"] != "warped-history") {
    s.desktop.key("F6");
    s.wait_frames(1);
    ASSERT_TRUE(s.program->running()) << s.log();
  }
  const Picture on_vulkan = s.settled();
  save(on_vulkan, 480, 300, "warped_history_vulkan.png");
  choose_backend(s, "cpu");
  ASSERT_TRUE(generated_by(s, "cpu")) << s.report() << s.log();
  EXPECT_LT(difference(s.settled(), on_vulkan, right), 3) << "of 255";
  choose_backend(s, "vulkan");
  ASSERT_TRUE(generated_by(s, "vulkan (")) << s.report() << s.log();
  quit(s);
}

/// A reset of the driver takes everything that was on the device: the program opens it again.
TEST(WindowOnVulkan, ALostDeviceLeavesItOpen) {
  NEED_DESKTOP();
  // Where it plays a GPU, the network runs on that by itself.
  Session s(384, 216, {"--upscaler", "neural", "--scale", "3", "--start", "1.5"}, 96,
            {"LD_PRELOAD=" NEURASTER_VULKAN_FAULTS, "NEURASTER_LOSE_DEVICE=150", "NEURASTER_AS_GPU=1"});
  ASSERT_NE(s.window, 0u) << s.log();
  if (s.log().find("'vulkan' cannot be opened") == std::string::npos) {
    ASSERT_TRUE(generated_by(s, "vulkan (")) << s.report() << s.log();
  }
  const auto text = [&s] { return s.log(); };
  ASSERT_TRUE(
      s.wait_for([&](const auto&) { return text().find("the device was lost") != std::string::npos; }, 60))
      << s.log();
  // The message goes after a while, so it is looked for first.
  EXPECT_TRUE(s.wait_for([](const auto& r) {
    return r["message"].template get<std::string>().find("the CPU takes over") != std::string::npos;
  })) << s.report()["message"];
  s.wait_frames(10);
  ASSERT_TRUE(s.program->running()) << s.log();
  ASSERT_TRUE(generated_by(s, "cpu")) << s.report() << s.log();
  EXPECT_NE(s.log().find("the CPU takes over"), std::string::npos) << s.log();
  EXPECT_EQ(s.log().find("the device was lost"), s.log().rfind("the device was lost")) << "one sentence\n"
                                                                                       << s.log();
  EXPECT_GT(contrast(s.settled(), picture_box), 5) << "the picture is flat";
  quit(s);
}

}  // namespace
