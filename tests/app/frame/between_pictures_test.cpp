// When a frame has pictures before it, in which order they are shown, and what the generator is told of their
// moments.

#include "app/frame/between_pictures.h"

#include <cmath>
#include <vector>

#include "app/frame/frame.h"
#include "app/measure/shown_pictures.h"
#include "tests/support/gpu_fixture.h"
#include "tests/support/grey_generator.h"

namespace {

using renderer::Upscaler;

using testing_support::Greys;

class BetweenPictures : public testing_support::DeviceTest<BetweenPictures> {
 protected:
  void SetUp() override {
    settings_.upscaler = Upscaler::neural;
    settings_.shadow.resolution = 256;
    settings_.bloom.enabled = false;
    settings_.tone_curve = renderer::ToneCurve::none;
    settings_.frames_between = 2;
    auto greys = std::make_unique<Greys>();
    greys_ = greys.get();
    frame_ = std::make_unique<app::Frame>(*device_, *courtyard_, settings_, core::Size{64, 36});
    frame_->set_generator(std::move(greys));
    shown_ = std::make_unique<app::ShownPictures>(*device_);
  }
  /// The greys of the pictures that a frame shows, in their order, linear.
  std::vector<float> draw(app::FrameRequest request = {}) {
    request.seconds = seconds_ += 1 / 30.0;
    if (!request.exposure) request.exposure = 1.0f;
    frame_->draw(settings_, request, shown_->hooks());
    std::vector<float> greys;
    for (const auto& picture : shown_->take(*frame_)) {
      const double encoded = std::to_integer<int>(picture[picture.size() / 2]) / 255.0;
      greys.push_back(static_cast<float>(encoded <= 0.04045 ? encoded / 12.92
                                                            : std::pow((encoded + 0.055) / 1.055, 2.4)));
    }
    EXPECT_EQ(static_cast<int>(greys.size()), frame_->pictures_between() + 1);
    return greys;
  }
  void expect_own_alone(const std::vector<float>& greys, const char* why) {
    ASSERT_EQ(greys.size(), 1u) << why;
    EXPECT_NEAR(greys[0], Greys::grey_of(frame_->info().frame_index, 0), 5e-3) << why;
  }
  void expect_all(const std::vector<float>& greys, int between, const char* why) {
    ASSERT_EQ(static_cast<int>(greys.size()), between + 1) << why;
    const std::uint64_t n = frame_->info().frame_index;
    for (int k = 0; k < between; ++k)
      EXPECT_NEAR(greys[static_cast<std::size_t>(k)], Greys::grey_of(n, k + 1), 5e-3) << why;
    EXPECT_NEAR(greys.back(), Greys::grey_of(n, 0), 5e-3) << why;
  }

  renderer::RenderSettings settings_;
  std::unique_ptr<app::Frame> frame_;
  std::unique_ptr<app::ShownPictures> shown_;
  Greys* greys_ = nullptr;
  double seconds_ = 0;
};

TEST_F(BetweenPictures, ComeBeforeTheirFrameAndNeverAcrossACut) {
  expect_own_alone(draw(), "the first frame");
  expect_all(draw(), 2, "the second");
  expect_all(draw(), 2, "the third");
  expect_own_alone(draw({.cut = true}), "a cut");
  expect_all(draw(), 2, "after the cut");
  expect_own_alone(draw({.between = false}), "not wanted");
  expect_all(draw(), 2, "wanted again");
  app::FrameRequest buffer;
  buffer.comparison.buffer = app::BufferView::depth;
  EXPECT_EQ(draw(buffer).size(), 1u) << "a buffer is shown";
  expect_all(draw(), 2, "the picture again");
  app::FrameRequest compare;
  compare.comparison.compare = true;
  EXPECT_EQ(draw(compare).size(), 1u) << "compared";
  expect_all(draw(), 2, "compared no more");
}

TEST_F(BetweenPictures, ChangeWhileItRuns) {
  draw(), draw();
  for (const int between : {1, 3, 0, 2}) {
    settings_.frames_between = between;
    expect_own_alone(draw(), "their number has changed");
    expect_all(draw(), between, "with another number");
    EXPECT_EQ(frame_->left().shared().between(), between);
  }
  frame_->resize({80, 45});
  expect_own_alone(draw(), "resized");
  expect_all(draw(), 2, "at another size");
  settings_.upscaler = Upscaler::taau;
  EXPECT_EQ(draw().size(), 1u) << "no generator's picture";
  EXPECT_EQ(frame_->left().shared().between(), 0) << "nothing is held for them";
  settings_.upscaler = Upscaler::neural;
  draw();
  expect_all(draw(), 2, "the network again");
  settings_.scale = 1.5f;
  expect_all(draw(), 2, "another scale resets nothing");
}

/// What the generator is told: moments evenly spread, exposures between, and the cameras.
TEST_F(BetweenPictures, KnowTheirMoments) {
  const auto camera = [](double x) {
    return scene::CameraPose{.position = glm::vec3(x, 1.6, 4), .look_at = glm::vec3(x, 1.6, 0)};
  };
  draw({.camera = camera(0), .exposure = 1.0f});
  draw({.camera = camera(0.4), .exposure = 8.0f});
  draw({.camera = camera(0.4), .exposure = 8.0f});
  ASSERT_EQ(greys_->asked.size(), 3u);
  EXPECT_EQ(greys_->asked[0].count, 0);
  const core::Between &moving = greys_->asked[1], &still = greys_->asked[2];
  for (int k = 0; k < 2; ++k) {
    EXPECT_NEAR(moving.moments[k].time, (k + 1) / 3.0, 1e-6);
    EXPECT_NEAR(moving.moments[k].exposure, std::pow(8.0, (k + 1) / 3.0), 1e-3);
    for (int i = 0; i < 16; ++i) EXPECT_EQ(still.moments[k].from_clip[i], i % 5 == 0 ? 1.0f : 0.0f);
  }
  // A point 4 m in front of the middle: the camera goes to the right, so it is further to the right before.
  const auto x_of = [](const float(&m)[16], float depth) {
    return (m[8] * depth + m[12]) / (m[11] * depth + m[15]);
  };
  const float depth = frame_->info().near / 4,
              step = 0.4f / (4 * frame_->info().tan_half_fov_y * frame_->info().aspect);
  EXPECT_NEAR(x_of(moving.moments[0].from_clip, depth), step * 2 / 3, 1e-4);
  EXPECT_NEAR(x_of(moving.moments[1].from_clip, depth), step / 3, 1e-4);
  EXPECT_NEAR(x_of(moving.moments[0].from_past_clip, depth), -step / 3, 1e-4);
  EXPECT_NEAR(x_of(moving.past_clip_to_clip, depth), -step, 1e-4);
}

}  // namespace
