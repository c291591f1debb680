// The network as compute shaders on the device that renders, beside the processor's: whole frames of a small
// scene with sizes, scales and orders that change. Synchronization is validated too.

#include "app/frame/generators/same_device_generator.h"

#include <cmath>
#include <filesystem>
#include <set>

#include "app/frame/frame.h"
#include "app/measure/shown_pictures.h"
#include "app/open/generator.h"
#include "app/open/scene_and_device.h"
#include "core/picture/metrics.h"
#include "renderer/scene/scene.h"
#include "tests/support/device_frame.h"
#include "tests/support/scratch.h"

namespace {

using core::Size;

/// Draws the same frames with both backends, in f32 and with weights that give every layer an effect.
class SameDevice : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    weights_ = (testing_support::scratch("same_device") / "noisy.safetensors").string();
    neural::save_weights(weights_, synthetic::noisy_weights());
  }
  void SetUp() override {
    device_ = std::make_unique<gpu::Device>(gpu::DeviceOptions{.validation = true, .synchronization = true});
    show(scene_, Size{96, 54});
  }
  void show(const scene::Scene& scene, Size output) {
    frame_ = std::make_unique<app::Frame>(*device_, scene, render_, output);
    by_host_ = std::make_unique<app::Frame>(*device_, scene, render_, output);
    app::give_generators(*frame_, *device_, settings("vulkan"));
    app::give_generators(*by_host_, *device_, settings("cpu"));
  }
  void TearDown() override {
    EXPECT_EQ(device_->validation_messages(), 0u) << "the validation layer has complained";
  }
  static app::Settings settings(const char* backend) {
    app::Settings s;
    s.render.upscaler = renderer::Upscaler::neural;
    s.render.shadow.resolution = 256;
    s.run.weights = weights_;
    app::set(s, "backend", backend);
    app::set(s, "precision", "f32");
    return s;
  }
  void resize(Size size) {
    frame_->resize(size);
    by_host_->resize(size);
  }
  app::FrameRequest next() {
    app::FrameRequest request{.seconds = seconds_ += 1 / 60.0, .exposure = 1.0f};
    request.comparison.buffer = shown_;
    return request;
  }
  void draw_both(const app::FrameRequest& request) {
    frame_->draw(render_, request);
    by_host_->draw(render_, request);
  }
  void expect_the_cpus_pictures_of(const std::string& file);
  /// Of the two pictures, of 8 bits a channel.
  double psnr() { return psnr_of(frame_->read_picture(), by_host_->read_picture()); }
  static double psnr_of(const std::vector<std::byte>& a, const std::vector<std::byte>& b) {
    EXPECT_EQ(a.size(), b.size());
    EXPECT_GT(std::set<std::byte>(b.begin(), b.end()).size(), 16u) << "an empty picture";
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
      sum += std::pow((std::to_integer<int>(a[i]) - std::to_integer<int>(b[i])) / 255.0, 2);
    return -10 * std::log10(std::max(sum, 1e-20) / static_cast<double>(a.size()));
  }

  inline static std::string weights_;
  std::unique_ptr<gpu::Device> device_;
  scene::Scene scene_ = scene::make_test_scene();
  renderer::RenderSettings render_ = settings("cpu").render;
  std::unique_ptr<app::Frame> frame_, by_host_;
  app::BufferView shown_ = app::BufferView::picture;
  double seconds_ = 0;
};

/// 60 dB: of a hundred values seven may differ by the last bit of the display's eight.
constexpr double least_psnr = 60;

TEST_F(SameDevice, ThePicturesAreTheCpus) {
  for (const Size size : {Size{96, 54}, Size{61, 43}}) {
    resize(size);
    for (int n = 0; n < 12; ++n) {
      render_.scale = n % 8 < 4 ? 2.0f : 1.5f;
      render_.overlap = n % 6 < 3;
      draw_both(next());
      ASSERT_GE(psnr(), least_psnr) << size.width << " " << n;
    }
  }
  EXPECT_TRUE(frame_->generates_on_device());
  EXPECT_EQ(frame_->left().shared().where(), renderer::Where::same_device);
  EXPECT_EQ(frame_->generated_by().find("vulkan ("), 0u) << frame_->generated_by();
  EXPECT_GT(frame_->generator_memory().value_or(0), 0u);
}

TEST_F(SameDevice, ThePicturesBetweenAreTheCpus) {
  render_.frames_between = 2;
  app::ShownPictures shown(*device_), shown_by_host(*device_);
  for (int n = 0; n < 8; ++n) {
    render_.scale = n < 5 ? 2.0f : 1.5f;
    const app::FrameRequest request = next();
    frame_->draw(render_, request, shown.hooks());
    by_host_->draw(render_, request, shown_by_host.hooks());
    const auto pictures = shown.take(*frame_), expected = shown_by_host.take(*by_host_);
    ASSERT_EQ(pictures.size(), n == 0 ? 1u : 3u) << n;
    ASSERT_EQ(expected.size(), pictures.size()) << n;
    for (std::size_t k = 0; k < pictures.size(); ++k)
      EXPECT_GE(psnr_of(pictures[k], expected[k]), least_psnr) << n << " " << k;
  }
}

/// Scenes as people have them, at a scale that changes from frame to frame.
void SameDevice::expect_the_cpus_pictures_of(const std::string& file) {
  const scene::Scene scene = app::open_scene(file, {});
  show(scene, Size{165, 93});
  seconds_ = 20;
  for (int n = 0; n < 9; ++n) {
    app::FrameRequest request = next();
    request.scale = n < 3 ? 2.0f : n < 6 ? 1.5f : 3.0f - 0.3f * static_cast<float>(n - 6);
    request.finest_scale = 1.5f;
    draw_both(request);
    EXPECT_GE(psnr(), least_psnr) << n;
  }
  EXPECT_TRUE(frame_->generates_on_device());
  frame_.reset(), by_host_.reset();  // they refer to the scene
}
TEST_F(SameDevice, ThePicturesOfTheTownAreTheCpus) {
  expect_the_cpus_pictures_of(NEURASTER_TOWN);
}
TEST_F(SameDevice, ThePicturesOfLighthouseAreTheCpus) {
  const std::filesystem::path file = "../shared/scenes/lighthouse/scene.toml";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "there is no '" << file.string() << "'";
  expect_the_cpus_pictures_of(file.string());
}

/// What the upscaler thinks is the same on both, in both orders.
TEST_F(SameDevice, TheViewsAreTheCpus) {
  for (const bool overlap : {false, true}) {
    render_.overlap = overlap;
    for (const app::BufferView view : {app::BufferView::warped_history, app::BufferView::disocclusion,
                                       app::BufferView::blend_weight, app::BufferView::instability}) {
      shown_ = view;
      for (int n = 0; n < 3; ++n) draw_both(next());
      const auto a = frame_->read_picture(), b = by_host_->read_picture();
      int worst = 0;
      for (std::size_t i = 0; i < a.size(); ++i)
        worst = std::max(worst, std::abs(std::to_integer<int>(a[i]) - std::to_integer<int>(b[i])));
      EXPECT_LE(worst, 3) << static_cast<int>(view);  // of 255, behind the colours of a map
    }
  }
  EXPECT_TRUE(frame_->generates_on_device());
}

/// A thousand frames: other sizes, other scales in each frame, both orders, and the other generator in
/// between.
TEST_F(SameDevice, AThousandFrames) {
  const Size sizes[] = {{48, 27}, {31, 23}, {40, 30}};
  // What a kept cascade shows depends on the way there; and the test is to be quick.
  render_.shadow.enabled = render_.ambient_occlusion.enabled = render_.bloom.enabled = false;
  for (int n = 0; n < 1000; ++n) {
    if (n % 50 == 0) frame_->resize(sizes[n / 50 % 3]);
    if (n % 200 == 150) app::give_generators(*frame_, *device_, settings("vulkan"));
    render_.overlap = n / 25 % 2 == 1;
    app::FrameRequest request = next();
    request.scale = 1.0f + 0.25f * static_cast<float>(n * 5 % 9);
    request.finest_scale = 1.0f;
    frame_->draw(render_, request);
  }
  EXPECT_TRUE(frame_->generates_on_device());
  resize({64, 36});
  render_.overlap = false;
  render_.scale = 2;
  // The jitter follows the number of frames and repeats after 32 of them at this scale.
  for (int n = 0; n < 1000 % 32; ++n) by_host_->draw(render_, {.seconds = seconds_, .exposure = 1.0f});
  for (int n = 0; n < 3; ++n) {
    app::FrameRequest request = next();
    request.cut = n == 0;
    draw_both(request);
  }
  EXPECT_GE(psnr(), least_psnr);
}

/// What may come is known from the first frame on, and no later one allocates anything.
TEST_F(SameDevice, NoFrameAllocatesAtAnyScale) {
  std::uint64_t in_vulkan = 0, of_network = 0;
  for (int n = 0; n < 12; ++n) {
    render_.overlap = n >= 6;
    app::FrameRequest request = next();
    request.scale = 1.5f + 0.25f * static_cast<float>(n * 5 % 7);
    request.finest_scale = 1.5f;
    frame_->draw(render_, request);
    if (n == 1) in_vulkan = device_->made().allocations, of_network = frame_->generator_memory().value_or(0);
    if (n < 1) continue;
    EXPECT_EQ(device_->made().allocations, in_vulkan) << n;
    EXPECT_EQ(frame_->generator_memory().value_or(0), of_network) << n;
  }
  EXPECT_TRUE(frame_->generates_on_device());
}

/// The stages and their times come to the log, and the processor's when it takes over.
TEST_F(SameDevice, StagesAreTimed) {
  const auto stages = std::make_shared<app::StageLog>();
  app::give_generators(*frame_, *device_, settings("vulkan"), stages);
  for (int n = 0; n < 6; ++n) frame_->draw(render_, next());
  frame_->finish();
  std::set<std::string> names;
  for (const auto& [name, ms] : *stages) {
    names.insert(name);
    EXPECT_GE(ms, 0) << name;
  }
  for (const char* name : {"neighbourhood", "warp", "squeeze", "bottom", "head", "reconstruct"})
    EXPECT_TRUE(names.contains(name)) << name;
  frame_->drop_generator();
  frame_->draw(render_, next());
  ASSERT_FALSE(stages->empty());
  EXPECT_EQ(stages->front().first, "clean");
  EXPECT_EQ((*stages)[4].first, "network");
}

}  // namespace
