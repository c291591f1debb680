// One thing in five sizes gives one picture: a table of 2 m, in millimetres, as large as a landscape, and
// tiny.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <glm/gtc/packing.hpp>
#include <vector>

#include "app/frame/frame.h"
#include "tests/support/gpu_fixture.h"
#include "tests/support/scene_folder.h"

namespace {

/// The green of a linear picture.
struct Picture {
  int width = 0, height = 0;
  std::vector<float> green;
  float at(int x, int y) const { return green[static_cast<std::size_t>(y * width + x)]; }
};

class SizeTest : public testing_support::DeviceTest<SizeTest> {
 protected:
  void SetUp() override {
    settings_.upscaler = renderer::Upscaler::native;
    settings_.exposure.automatic = false;
  }
  testing_support::fs::path write(const std::string& name, const std::string& text) {
    core::write_file(folder_ / name, text);
    return folder_ / name;
  }

  /// A top of 2 x 0.05 x 2 with a cube of 0.6 on it, times `size`, moved by `offset`.
  static std::string table(double size, glm::dvec3 offset = glm::dvec3(0)) {
    std::string text;
    const auto box = [&](glm::dvec3 low, glm::dvec3 high) {
      for (int i = 0; i < 8; ++i) {
        const glm::dvec3 p = offset + size * glm::dvec3(i & 4 ? high.x : low.x, i & 2 ? high.y : low.y,
                                                        i & 1 ? high.z : low.z);
        text += fmt::format("v {:.17g} {:.17g} {:.17g}\n", p.x, p.y, p.z);
      }
      text += "f -8 -7 -5 -6\nf -4 -2 -1 -3\nf -8 -4 -3 -7\nf -6 -5 -1 -2\nf -8 -6 -2 -4\nf -7 -3 -1 -5\n";
    };
    box({-1, -0.05, -1}, {1, 0, 1});
    box({-0.3, 0, -0.3}, {0.3, 0.6, 0.3});
    return text;
  }

  Picture draw(const testing_support::fs::path& path) {
    const scene::Scene scene = scene::load_scene(path, {.use_cache = false, .progress = {}});
    metre_ = scene.metre;
    app::Frame frame(*device_, scene, settings_, {192, 144});
    frame.draw(settings_, {.seconds = 0});
    const core::FrameIo io = frame.read_contract();
    Picture picture{io.info.render.width, io.info.render.height, {}};
    for (int i = 0; i < picture.width * picture.height; ++i)
      picture.green.push_back(glm::unpackHalf1x16(io.color[4 * i + 1]));
    return picture;
  }

  const testing_support::fs::path folder_ = testing_support::scratch();
  renderer::RenderSettings settings_;
  float metre_ = 0;
};

/// Where rounding moves an edge by a fraction of a pixel, single pixels differ.
void expect_alike(const Picture& a, const Picture& b, const std::string& what) {
  ASSERT_EQ(a.green.size(), b.green.size());
  std::size_t different = 0;
  double sum = 0;
  for (std::size_t i = 0; i < a.green.size(); ++i) {
    const double difference = std::abs(a.green[i] - b.green[i]);
    sum += difference;
    different += difference > 0.02;
  }
  EXPECT_LT(sum / static_cast<double>(a.green.size()), 0.0005) << what;
  EXPECT_LT(static_cast<double>(different), 0.002 * static_cast<double>(a.green.size())) << what;
}

TEST_F(SizeTest, AModelLooksTheSameInFiveSizes) {
  const Picture metres = draw(write("1.obj", table(1)));
  for (const double size : {1000.0, 0.01, 1e-4, 5000.0}) {
    const Picture other = draw(write("other.obj", table(size)));
    expect_alike(metres, other, fmt::format("times {}", size));
  }
  expect_alike(metres, draw(write("far.obj", table(1, {431250.125, 120, -5411800.25}))), "on a map's grid");

  // The shadow is there, and nowhere else: without it only the pixels in it change.
  settings_.shadow.enabled = false;
  const Picture bright = draw(folder_ / "1.obj");
  std::size_t shaded = 0, striped = 0;
  for (int y = 0; y < metres.height; ++y)
    for (int x = 0; x < metres.width; ++x) {
      const float ratio = metres.at(x, y) / bright.at(x, y);
      shaded += ratio < 0.5f;
      striped += ratio >= 0.5f && ratio < 0.98f;
    }
  const auto pixels = static_cast<double>(metres.green.size());
  EXPECT_GT(static_cast<double>(shaded), 0.003 * pixels);
  EXPECT_LT(static_cast<double>(striped), 0.004 * pixels) << "soft edges of the shadow only";
}

TEST_F(SizeTest, ASceneFileInMillimetresSaysSoOrIsGuessed) {
  write("m.obj", table(1));
  write("mm.obj", table(1000));
  const auto scene = [&](const std::string& model, double size, const std::string& more) {
    return draw(
        write("s.toml", more + fmt::format("[[model]]\npath = '{}'\n[camera]\n[[camera.keyframe]]\ntime = 0\n"
                                           "position = [0, {}, {}]\nlook_at = [0, 0, 0]\n",
                                           model, 1.5 * size, 2.5 * size)));
  };
  const Picture metres = scene("m.obj", 1, "");
  EXPECT_EQ(metre_, 1) << "a scene file is in metres";
  expect_alike(metres, scene("mm.obj", 1000, "units_per_metre = 1000\n"), "said");
  EXPECT_EQ(metre_, 1000);
  scene("mm.obj", 1000, "");
  EXPECT_NEAR(metre_, 291.5f, 0.1f) << "a tenth of the camera's distance from what it looks at";
}

/// A scene that is small for the filter of its shadows: the filter spans many texels.
TEST_F(SizeTest, ALitPlaneHasNoStripesHoweverWideTheFilterIs) {
  write("m.obj", table(1));
  const auto scene = [&](float softness, bool shadows) {
    settings_.shadow.softness = softness;
    settings_.shadow.enabled = shadows;
    return draw(write("s.toml",
                      "[[model]]\npath = 'm.obj'\n[camera]\n[[camera.keyframe]]\ntime = 0\n"
                      "position = [0, 1.5, 2.5]\nlook_at = [0, 0, 0]\n"));
  };
  const Picture bright = scene(0.03f, false);
  for (const float softness : {0.0f, 0.01f, 0.03f, 0.1f}) {
    const Picture shaded = scene(softness, true);
    float darkest = 1;
    // The top's right side, away from the cube and its shadow.
    for (int y = 70; y < 95; ++y)
      for (int x = 115; x < 130; ++x) darkest = std::min(darkest, shaded.at(x, y) / bright.at(x, y));
    EXPECT_GT(darkest, 0.99f) << softness;
  }
}

}  // namespace
