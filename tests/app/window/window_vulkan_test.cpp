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

/// A reset of the driver takes everything that was on the device: the program opens it again.
TEST(WindowOnVulkan, ALostDeviceLeavesItOpen) {
  NEED_DESKTOP();
  Session s(384, 216, {"--upscaler", "neural", "--scale", "3", "--start", "1.5"}, 96,
            {"LD_PRELOAD=" NEURASTER_VULKAN_FAULTS, "NEURASTER_LOSE_DEVICE=60"});
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
