// The window while CUDA runs the network (the simulated CUDA of tests/gpu/simulator), and after CUDA has
// failed.

#include "tests/support/window_session.h"

namespace {

using namespace testing_desktop;

/// A part of the screen without panels.
const Box picture_box{250, 20, 120, 180};

std::unique_ptr<Session> open_window(const std::string& fault) {
  const std::string folder = NEURASTER_SIMULATED;
  return std::make_unique<Session>(
      384, 216, std::vector<std::string>{"--upscaler", "neural", "--scale", "3", "--backend", "auto"}, 96,
      std::vector<std::string>{"LD_PRELOAD=" + folder + "/libsimulated_vulkan.so",
                               "NEURASTER_BACKENDS=" + folder, fault});
}

bool generated_by(Session& s, const std::string& name) {
  return s.wait_for(
      [&](const auto& r) {
        return r.contains("generator") && r["generator"].template get<std::string>().find(name) == 0;
      },
      60);
}

TEST(WindowOnGpu, ADeviceThatIsLostLeavesItOpen) {
  NEED_DESKTOP();
  const auto s = open_window("NEURASTER_SIMULATED_LOST=40");  // in its fifth frame
  ASSERT_NE(s->window, 0u) << s->log();
  ASSERT_TRUE(generated_by(*s, "cpu")) << s->report() << s->log();
  EXPECT_NE(s->log().find("an illegal memory access was encountered"), std::string::npos) << s->log();
  EXPECT_NE(s->log().find("the CPU takes over"), std::string::npos) << s->log();
  s->wait_frames(5);
  EXPECT_TRUE(s->program->running());
  EXPECT_GT(contrast(s->settled(), picture_box), 5) << "the picture is flat";
}

/// Enough memory for the window as it opens, but not for one with four times the pixels.
TEST(WindowOnGpu, AFailedAllocationLeavesItOpen) {
  NEED_DESKTOP();
  const auto s = open_window("NEURASTER_SIMULATED_MIB=8");
  ASSERT_NE(s->window, 0u) << s->log();
  ASSERT_TRUE(generated_by(*s, "cuda")) << s->report() << s->log();
  s->desktop.resize(s->window, 768, 432);
  ASSERT_TRUE(generated_by(*s, "cpu")) << s->report() << s->log();
  EXPECT_NE(s->log().find("on the GPU: out of memory"), std::string::npos) << s->log();
  s->wait_frames(5);
  EXPECT_TRUE(s->program->running());
  EXPECT_GT(contrast(s->settled(), picture_box), 5) << "the picture is flat";
}

}  // namespace
