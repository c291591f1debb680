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

void choose_backend(Session& s, const std::string& name) {
  s.click("run.backend");
  s.click("run.backend=" + name);
  ASSERT_TRUE(s.wait_setting("run.backend", name)) << s.report()["message"] << s.log();
}

/// The network changes its backend while the window shows it: the picture stays, and what the upscaler thinks
/// does too.
TEST(WindowOnVulkan, TheBackendIsChangedWhileItRuns) {
  NEED_DESKTOP();
  const Box right{640, 350, 300, 230};  // beside and below the panels
  Session s(
      960, 600,
      {"--upscaler", "neural", "--scale", "3", "--start", "1.5", "--backend", "cpu", "--precision", "f32"});
  ASSERT_NE(s.window, 0u) << s.log();
  ASSERT_TRUE(generated_by(s, "cpu")) << s.report() << s.log();
  s.click("play");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["playing"] == false; }));
  s.search("run.backend");
  const Picture by_cpu = s.settled();
  save(by_cpu, 960, 600, "backend.png");
  ASSERT_GT(contrast(by_cpu, right), 5) << "the picture is flat";
  s.click("run.backend");
  s.click("run.backend=vulkan");
  const auto refused = [](const nlohmann::json& r) {
    const std::string message = r["message"];
    return message.find("has no passes 'upscale'") != std::string::npos ||
           message.find("'vulkan' cannot be opened") != std::string::npos;
  };
  ASSERT_TRUE(s.wait_for(
      [&](const auto& r) {
        return refused(r) || r["generator"].template get<std::string>().find("vulkan (") == 0;
      },
      60))
      << s.report() << s.log();
  if (refused(s.report())) GTEST_SKIP() << s.report()["message"];
  ASSERT_TRUE(generated_by(s, "vulkan (")) << s.report() << s.log();
  EXPECT_LT(difference(s.settled(), by_cpu, right), 0.5) << "of 255; a still picture goes on converging";
  for (int round = 0; round < 2; ++round) {
    choose_backend(s, "cpu");
    ASSERT_TRUE(generated_by(s, "cpu")) << s.report() << s.log();
    choose_backend(s, "vulkan");
    ASSERT_TRUE(generated_by(s, "vulkan (")) << s.report() << s.log();
  }
  s.desktop.click(800, 450);
  const std::string views[] = {"warped-history", "disocclusion", "blend-weight"};
  for (const std::string& view : views) {
    while (s.report()["settings"]["debug.view"] != view) {
      s.desktop.key("F6");
      s.wait_frames(1);
      ASSERT_TRUE(s.program->running()) << s.log();
    }
    const Picture on_vulkan = s.settled();
    choose_backend(s, "cpu");
    ASSERT_TRUE(generated_by(s, "cpu"));
    EXPECT_LT(difference(s.settled(), on_vulkan, right), 3) << view;
    choose_backend(s, "vulkan");
    ASSERT_TRUE(generated_by(s, "vulkan ("));
  }
  s.desktop.key("ctrl+q");
  EXPECT_EQ(s.program->wait(60), 0) << s.log();
  EXPECT_EQ(s.log().find("alidation"), std::string::npos) << s.log();
}

/// A reset of the driver takes everything that was on the device: the program opens it again.
TEST(WindowOnVulkan, ALostDeviceLeavesItOpen) {
  NEED_DESKTOP();
  // Where it plays a GPU, the network runs on that by itself.
  Session s(384, 216, {"--upscaler", "neural", "--scale", "3", "--start", "1.5"}, 96,
            {"LD_PRELOAD=" NEURASTER_VULKAN_FAULTS, "NEURASTER_LOSE_DEVICE=60", "NEURASTER_AS_GPU=1"});
  ASSERT_NE(s.window, 0u) << s.log();
  const auto text = [&s] { return s.log(); };
  ASSERT_TRUE(
      s.wait_for([&](const auto&) { return text().find("the device was lost") != std::string::npos; }, 60))
      << s.log();
  s.wait_frames(10);
  ASSERT_TRUE(s.program->running()) << s.log();
  ASSERT_TRUE(generated_by(s, "cpu")) << s.report() << s.log();
  EXPECT_NE(s.log().find("the CPU takes over"), std::string::npos) << s.log();
  EXPECT_EQ(s.log().find("the device was lost"), s.log().rfind("the device was lost")) << "one sentence\n"
                                                                                       << s.log();
  EXPECT_NE(s.report()["message"].get<std::string>().find("the CPU takes over"), std::string::npos)
      << s.report()["message"];
  EXPECT_GT(contrast(s.settled(), picture_box), 5) << "the picture is flat";
  s.desktop.key("ctrl+q");
  EXPECT_EQ(s.program->wait(30), 0) << s.log();
  EXPECT_EQ(s.log().find("alidation"), std::string::npos) << s.log();
}

}  // namespace
