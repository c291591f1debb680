// The self-check on frames as the renderer hands them over: silent where nothing is wrong, and each mistake
// found when it is made on purpose.

#include "neural/check/self_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>

#include "app/frame/frame.h"
#include "app/measure/camera_run.h"
#include "app/open/scene_and_device.h"
#include "neural/upscale/pixel/color.h"
#include "tests/support/gpu_fixture.h"
#include "tests/support/grey_generator.h"

namespace {

using neural::Mistake;

/// A frame that was handed over, kept.
struct Recorded {
  core::FrameInfo info;
  std::vector<core::f16> color, motion;
  std::vector<float> depth;
  std::vector<std::uint8_t> reactive;

  explicit Recorded(const core::FrameIo& io) : info(io.info) {
    const std::size_t n = area(info.render);
    color.assign(io.color, io.color + 4 * n);
    motion.assign(io.motion, io.motion + 2 * n);
    depth.assign(io.depth, io.depth + n);
    reactive.assign(io.reactive, io.reactive + n);
  }
  core::FrameIo io() const {
    return {info, color.data(), depth.data(), motion.data(), reactive.data(), nullptr, {}, nullptr};
  }
  void scale_motion(float x, float y) {
    for (std::size_t i = 0; i < motion.size(); ++i)
      motion[i] = compute::pixel::to_half(compute::pixel::from_half(motion[i]) * (i % 2 ? y : x));
  }
  void scale_color(float by) {
    for (auto& c : color) c = compute::pixel::to_half(compute::pixel::from_half(c) * by);
  }
};
using Sequence = std::vector<Recorded>;

/// How a sequence is drawn: what the scene's own path does not have.
struct Shot {
  double start = 0, step = 1 / 60.0;
  int frames = 16;
  float mip_bias = 0;
  bool still = false, reset = true;
  int between = 0;  ///< pictures between frames
  std::function<float(int)> scale = [](int) { return 2.0f; };
  std::function<double(int)> seconds = {};  ///< instead of start + n * step
  std::function<std::optional<float>(int)> exposure = {};
};

class SelfCheckTest : public testing_support::DeviceTest<SelfCheckTest> {
 protected:
  static Sequence record(const scene::Scene& scene, const Shot& shot, core::Size output = {640, 360}) {
    renderer::RenderSettings settings;
    settings.upscaler = renderer::Upscaler::nearest;
    settings.bloom.enabled = false;
    settings.shadow.resolution = 512;
    settings.mip_bias = shot.mip_bias;
    if (shot.between > 0) settings.upscaler = renderer::Upscaler::neural;
    settings.frames_between = shot.between;
    app::Frame frame(*device_, scene, settings, output);
    if (shot.between > 0) frame.set_generator(std::make_unique<testing_support::Greys>());
    Sequence sequence;
    for (int n = 0; n < shot.frames; ++n) {
      app::FrameRequest request;
      request.seconds = shot.seconds ? shot.seconds(n) : shot.start + n * shot.step;
      if (shot.still) request.camera = scene::camera_at(scene.camera, shot.start);
      if (shot.exposure) request.exposure = shot.exposure(n);
      settings.scale = shot.scale(n);
      frame.draw(settings, request);
      sequence.emplace_back(frame.read_contract());
      EXPECT_EQ(frame.pictures_between(), n > 0 ? shot.between : 0);
    }
    return sequence;
  }
  /// What the check says of a sequence that `mistake` has changed.
  static std::vector<neural::Finding> check(Sequence sequence,
                                            const std::function<void(Recorded&, int)>& mistake = {}) {
    neural::SelfCheck check;
    int n = 0;
    for (Recorded& frame : sequence) {
      if (mistake) mistake(frame, n);
      ++n;
      check.look(frame.io());
    }
    return check.findings();
  }
  static std::string texts(const std::vector<neural::Finding>& findings) {
    std::string all;
    for (const auto& finding : findings) all += finding.text + "\n";
    return all;
  }
  /// Exactly this mistake, and a sentence that holds `words`.
  static void expect_found(const std::vector<neural::Finding>& findings, Mistake mistake, const char* words) {
    ASSERT_EQ(findings.size(), 1u) << texts(findings);
    EXPECT_EQ(findings[0].mistake, mistake) << texts(findings);
    EXPECT_NE(findings[0].text.find(words), std::string::npos) << findings[0].text;
  }

  static void break_each(const Sequence& sequence) {
    using Break = std::function<void(Recorded&, int)>;
    struct Case {
      const char* what;
      Break mistake;
      Mistake expected;
      const char* words;
    };
    const core::FrameInfo& info = sequence[0].info;
    const auto w = static_cast<float>(info.render.width), h = static_cast<float>(info.render.height);
    const Case cases[] = {
        {"jitter negated", [](Recorded& f, int) { f.info.jitter[0] *= -1, f.info.jitter[1] *= -1; },
         Mistake::jitter_direction, "wrong sign:"},
        {"jitter y up", [](Recorded& f, int) { f.info.jitter[1] *= -1; }, Mistake::jitter_direction,
         "wrong sign in y"},
        {"jitter in the unit of the output",
         [](Recorded& f, int) { f.info.jitter[0] *= 2, f.info.jitter[1] *= 2; }, Mistake::jitter_scale, ""},
        {"jitter never told", [](Recorded& f, int) { f.info.jitter[0] = f.info.jitter[1] = 0; },
         Mistake::jitter_missing, "always 0"},
        {"motion negated", [](Recorded& f, int) { f.scale_motion(-1, -1); }, Mistake::motion_direction,
         "the wrong way:"},
        {"motion y up", [](Recorded& f, int) { f.scale_motion(1, -1); }, Mistake::motion_direction,
         "wrong way in y"},
        {"motion of the output", [](Recorded& f, int) { f.scale_motion(2, 2); }, Mistake::motion_scale,
         "motion is"},
        {"motion halved", [](Recorded& f, int) { f.scale_motion(0.5f, 0.5f); }, Mistake::motion_scale,
         "half"},
        {"motion of the picture", [&](Recorded& f, int) { f.scale_motion(1 / w, 1 / h); },
         Mistake::motion_scale, "parts of the picture"},
        {"motion in ndc, y up", [&](Recorded& f, int) { f.scale_motion(2 / w, -2 / h); },
         Mistake::motion_scale, "device coordinates"},
        {"motion not written", [](Recorded& f, int) { f.scale_motion(0, 0); }, Mistake::motion_missing,
         "camera"},
        {"colour exposed, exposure not told",
         [](Recorded& f, int n) { f.scale_color(n % 8 == 7 ? 0.5f : 1.0f); }, Mistake::exposure, "factor"},
        {"exposure told, colour not exposed",
         [](Recorded& f, int n) { f.info.exposure *= n % 8 == 7 ? 1.5f : 1; }, Mistake::exposure, "factor"},
        {"reset always", [](Recorded& f, int) { f.info.reset = true; }, Mistake::reset_always,
         "reset is set"},
        {"reset never", [](Recorded& f, int) { f.info.reset = false; }, Mistake::reset_missing, "frame 0"},
    };
    for (const Case& c : cases) {
      SCOPED_TRACE(c.what);
      expect_found(check(sequence, c.mistake), c.expected, c.words);
    }
  }
};

TEST_F(SelfCheckTest, NamesEachMistakeInTheCourtyard) {
  const Sequence sequence = record(*courtyard_, {.start = 1});
  EXPECT_EQ(texts(check(sequence)), "");
  break_each(sequence);
  expect_found(check(sequence, [](Recorded& f, int) { f.scale_motion(100, 100); }), Mistake::motion_missing,
               "camera");
}

TEST_F(SelfCheckTest, NamesThemWithPicturesBetweenFrames) {
  const Sequence sequence = record(*courtyard_, {.start = 1, .between = 2});
  EXPECT_EQ(texts(check(sequence)), "");
  break_each(sequence);
}

TEST_F(SelfCheckTest, FindsAMissingMipBias) {
  EXPECT_EQ(texts(check(record(*courtyard_, {.start = 2}))), "");
  expect_found(check(record(*courtyard_, {.start = 2, .mip_bias = 2})), Mistake::mip_bias, "mip bias");
}

/// At this size the courtyard's textures end before the pixels do.
TEST_F(SelfCheckTest, IsSilentWhereTexturesHaveNoFinerTexels) {
  Shot shot{.start = 0, .frames = 8};
  for (const float scale : {1.5f, 3.0f}) {
    shot.scale = [scale](int) { return scale; };
    EXPECT_EQ(texts(check(record(*courtyard_, shot, {2560, 1440}))), "") << scale;
  }
}

TEST_F(SelfCheckTest, FindsACutWithoutReset) {
  // A turn on the spot: nothing of the frame before is in the picture.
  Sequence sequence = record(*courtyard_, {.start = 1, .frames = 12}),
           other = record(*courtyard_, {.start = 6, .frames = 12});
  sequence.insert(sequence.end(), other.begin(), other.end());
  EXPECT_EQ(texts(check(sequence)), "");
  expect_found(check(sequence,
                     [](Recorded& f, int n) {
                       f.info.frame_index = static_cast<std::uint64_t>(n);
                       if (n > 0) f.info.reset = false;
                     }),
               Mistake::reset_missing, "cut");
}

TEST_F(SelfCheckTest, IsSilentOnAStillCamera) {
  EXPECT_EQ(texts(check(record(*courtyard_, {.start = 3, .still = true}))), "");
  const Sequence frozen = record(*courtyard_, {.start = 3, .step = 0, .still = true});
  EXPECT_EQ(texts(check(frozen)), "");
  // Jitter can be judged where nothing moves.
  expect_found(check(frozen, [](Recorded& f, int) { f.info.jitter[0] *= -1, f.info.jitter[1] *= -1; }),
               Mistake::jitter_direction, "wrong sign");
}

TEST_F(SelfCheckTest, IsSilentOnChangesOfScaleExposureAndTime) {
  Shot shot{.start = 1, .frames = 24};
  shot.scale = [](int n) { return 1.5f + 0.05f * static_cast<float>(n % 20); };
  EXPECT_EQ(texts(check(record(*courtyard_, shot))), "") << "dynamic resolution";
  shot = {.start = 1};
  shot.exposure = [](int n) { return std::optional(std::exp2(0.5f * static_cast<float>(n % 4))); };
  EXPECT_EQ(texts(check(record(*courtyard_, shot))), "") << "exposure";
  EXPECT_EQ(texts(check(record(*courtyard_, {.start = 1, .step = 0.1}))), "")
      << "a tenth of a second a frame";
}

TEST_F(SelfCheckTest, SurvivesFramesThatAreNotNumbers) {
  Sequence sequence = record(*courtyard_, {.start = 1, .frames = 4});
  const auto break_all = [](Recorded& f, int) {
    std::fill(f.color.begin(), f.color.end(), core::f16{0x7e00});
    std::fill(f.motion.begin(), f.motion.end(), core::f16{0x7c00});
    std::fill(f.depth.begin(), f.depth.end(), std::nanf(""));
    f.info.jitter[0] = f.info.exposure = f.info.clip_to_prev_clip[3] = std::nanf("");
  };
  EXPECT_NO_FATAL_FAILURE(check(sequence, break_all));
}

class SelfCheckTown : public SelfCheckTest {};

TEST_F(SelfCheckTown, NamesEachMistakeAndIsSilentElsewhere) {
  const std::filesystem::path file = NEURASTER_TOWN;
  ASSERT_TRUE(std::filesystem::exists(file)) << "the build makes it";
  const scene::Scene town = app::open_scene(file.string(), {});
  const double middle = 0.53 * scene::camera_duration(town.camera);
  EXPECT_EQ(texts(check(record(town, {.start = 0, .frames = 12}))), "");
  const Sequence sequence = record(town, {.start = middle, .frames = 16});
  EXPECT_EQ(texts(check(sequence)), "");
  break_each(sequence);
  // Where rock and grass fill the picture: elsewhere in the town geometry is finer than the pixels.
  const auto unbiased =
      record(town, {.start = 0.94 * scene::camera_duration(town.camera), .frames = 14, .mip_bias = 2});
  expect_found(check(unbiased), Mistake::mip_bias, "mip bias");
}

}  // namespace
