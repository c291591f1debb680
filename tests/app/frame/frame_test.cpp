// The frame on whatever Vulkan device there is, with the validation layer on: the hand-off, motion, jitter,
// upscalers, changes of size.

#include "app/frame/frame.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <glm/gtc/packing.hpp>

#include "tests/support/gpu_fixture.h"
#include "tests/support/host_function.h"
#include "tests/support/scratch.h"

namespace {

using renderer::Upscaler;

TEST(AutoExposure, KeepsToItsLimitsEvenWhereTheyCross) {
  renderer::ExposureSettings settings;
  settings.key = 1;
  const auto adapted_ev = [&](float min_ev, float max_ev, float mean) {
    settings.min_ev = min_ev;
    settings.max_ev = max_ev;
    renderer::AutoExposure exposure;
    exposure.update(settings, mean, 1, true);
    return std::log2(exposure.exposure(settings, 0)) - settings.ev;
  };
  EXPECT_NEAR(adapted_ev(-2, 3, 0.5f), -0.5f, 1e-5f);
  EXPECT_NEAR(adapted_ev(-2, 3, 9), -2, 1e-5f);
  EXPECT_NEAR(adapted_ev(-2, 3, -9), 3, 1e-5f);
  for (const float mean : {-9.0f, 0.0f, 9.0f}) EXPECT_NEAR(adapted_ev(4, -1, mean), 4, 1e-5f) << mean;
}

class FrameTest : public testing_support::DeviceTest<FrameTest> {};

float half(core::f16 bits) {
  return glm::unpackHalf1x16(bits);
}

renderer::RenderSettings quick_settings() {
  renderer::RenderSettings settings;
  settings.exposure.automatic = false;
  settings.shadow.resolution = 256;
  return settings;
}

/// A square of 2x2 m in the xy plane, facing +z.
void add_square(scene::Scene& scene, float half_side, std::uint32_t model, std::uint32_t material) {
  const auto first = static_cast<std::uint32_t>(scene.vertices.size());
  for (const glm::vec2 corner : {glm::vec2(-1, -1), glm::vec2(1, -1), glm::vec2(1, 1), glm::vec2(-1, 1)}) {
    scene::Vertex vertex{};
    vertex.position = glm::vec3(corner * half_side, 0);
    vertex.tangent[0] = vertex.tangent[3] = 127;  // the octahedral normal (0, 0) is +z
    vertex.uv = corner * 0.5f + 0.5f;
    scene.vertices.push_back(vertex);
  }
  const auto first_index = static_cast<std::uint32_t>(scene.indices.size());
  for (const std::uint32_t i : {0u, 1u, 2u, 0u, 2u, 3u}) scene.indices.push_back(first + i);
  scene.chunks.push_back({first_index, 6, 0, material, model, glm::vec3(-half_side, -half_side, -0.001f),
                          glm::vec3(half_side, half_side, 0.001f)});
}

constexpr float wall_z = -10, wall_half = 12;

/// A wall, a small square that flies and turns before it, and a camera that moves.
scene::Scene motion_scene(bool moving) {
  scene::Scene scene;
  scene.name = "motion";
  scene.materials.resize(1);
  scene::Model wall;
  wall.position = {0, 0, wall_z};
  scene::Model flyer;
  flyer.position = {0, 0, -5};
  if (moving) {
    flyer.keyframes = {{0.0, {-1, 0, -5}, glm::angleAxis(0.0f, glm::vec3(0, 1, 0))},
                       {1.0, {1, 0.5f, -6}, glm::angleAxis(0.8f, glm::normalize(glm::vec3(0.2f, 1, 0.3f)))}};
  }
  scene.models = {wall, flyer};
  add_square(scene, wall_half, 0, 0);
  add_square(scene, 1.0f, 1, 0);
  scene.box_min = {-12, -12, -10};
  scene.box_max = {12, 12, -4};
  // Far from the origin, where single-precision world matrices would fail.
  scene.camera.keyframes = {{0.0, {0, 0, 0}, {0, 0, -1}, false}};
  if (moving) scene.camera.keyframes.push_back({1.0, {0.8f, 0.3f, -1}, {0.9f, 0.35f, -2}, false});
  return scene;
}

/// Where the ray of a pixel place ends, found by geometry alone: the square, the wall or the sky (nullopt).
struct Hit {
  int model = -1;
  glm::dvec3 local{0};  ///< on the model
  double view_depth = 0;
};
Hit trace(const scene::Scene& scene, const renderer::View& view, double seconds, glm::dvec2 place,
          core::Size size) {
  const double x = 2 * place.x / size.width - 1, y = 1 - 2 * place.y / size.height;
  const glm::dvec3 ray =
      view.axes * glm::dvec3(x * view.tan_half_fov_y * view.aspect, y * view.tan_half_fov_y, -1);
  Hit best;
  for (int m = 0; m < 2; ++m) {
    const glm::dmat4 inverse = glm::inverse(glm::dmat4(scene::model_to_world(scene.models[m], seconds)));
    const glm::dvec3 origin(inverse * glm::dvec4(view.eye, 1)), direction(inverse * glm::dvec4(ray, 0));
    const double t = -origin.z / direction.z;
    const glm::dvec3 p = origin + t * direction;
    const double limit = m == 0 ? wall_half : 1.0;
    if (t <= 0 || std::abs(p.x) > limit || std::abs(p.y) > limit) continue;
    if (best.model < 0 || t < best.view_depth) best = {m, p, t};
  }
  return best;
}

glm::dvec2 project(const renderer::View& view, const glm::dvec3& world, core::Size size) {
  const glm::dvec3 p = glm::transpose(view.axes) * (world - view.eye);
  const double x = p.x / (-p.z * view.tan_half_fov_y * view.aspect), y = p.y / (-p.z * view.tan_half_fov_y);
  return {(x + 1) / 2 * size.width, (1 - y) / 2 * size.height};
}

TEST_F(FrameTest, MotionAndDepthAgreeWithGeometry) {
  const scene::Scene scene = motion_scene(true);
  renderer::RenderSettings settings = quick_settings();
  settings.upscaler = Upscaler::bilinear;
  const core::Size output{320, 180};
  app::Frame frame(*device_, scene, settings, output);
  const double before = 0.40, now = 0.45;
  frame.draw(settings, {.seconds = before});
  frame.draw(settings, {.seconds = now});
  const core::FrameIo io = frame.read_contract();
  const core::Size size = io.info.render;
  ASSERT_EQ(size, (core::Size{160, 90}));
  ASSERT_TRUE(io.info.jitter[0] != 0 || io.info.jitter[1] != 0);
  const auto view = renderer::make_view(scene.camera, scene::camera_at(scene.camera, now), output);
  const auto old = renderer::make_view(scene.camera, scene::camera_at(scene.camera, before), output);
  std::vector<double> errors[2];
  double worst_depth = 0;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const glm::dvec2 place(x + 0.5 + io.info.jitter[0], y + 0.5 + io.info.jitter[1]);
      const Hit hit = trace(scene, view, now, place, size);
      if (hit.model < 0) continue;
      const std::size_t i =
          static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x);
      const double depth = scene.camera.near / hit.view_depth;
      if (std::abs(io.depth[i] - depth) > 1e-2 * depth) continue;  // the other side of a silhouette
      worst_depth = std::max(worst_depth, std::abs(io.depth[i] - depth) / depth);
      const glm::dvec3 world(glm::dmat4(scene::model_to_world(scene.models[hit.model], before)) *
                             glm::dvec4(hit.local, 1));
      const glm::dvec2 expected = project(old, world, size) - place;
      const glm::dvec2 motion(half(io.motion[2 * i]), half(io.motion[2 * i + 1]));
      errors[hit.model].push_back(glm::length(motion - expected));
    }
  }
  for (auto& list : errors) {
    ASSERT_GT(list.size(), 200u);
    std::sort(list.begin(), list.end());
    EXPECT_LT(list[list.size() / 2], 0.002) << "median";
    EXPECT_LT(list[list.size() * 99 / 100], 0.05) << "99th percentile";
  }
  EXPECT_GT(errors[1].size() + errors[0].size(), 12000u) << "most of the picture was compared";
  EXPECT_LT(worst_depth, 1e-3);
}

/// The sky is infinitely far: it moves by what the camera turns, and not by what it travels.
TEST_F(FrameTest, TheSkyMovesAsTheCameraTurns) {
  scene::Scene scene = motion_scene(false);
  scene.camera.keyframes = {{0.0, {0, 0, 20}, {0, 2, 30}, false}, {1.0, {3, 1, 24}, {1, 9, 30}, false}};
  renderer::RenderSettings settings = quick_settings();
  settings.upscaler = Upscaler::bilinear;
  const core::Size output{320, 180};
  app::Frame frame(*device_, scene, settings, output);
  const double before = 0.40, now = 0.45;
  frame.draw(settings, {.seconds = before});
  frame.draw(settings, {.seconds = now});
  const core::FrameIo io = frame.read_contract();
  const core::Size size = io.info.render;
  const auto view = renderer::make_view(scene.camera, scene::camera_at(scene.camera, now), output);
  const auto old = renderer::make_view(scene.camera, scene::camera_at(scene.camera, before), output);
  double worst = 0, farthest = 0;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const std::size_t i =
          static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x);
      ASSERT_EQ(io.depth[i], 0) << "something stands before the sky";
      const glm::dvec2 place(x + 0.5 + io.info.jitter[0], y + 0.5 + io.info.jitter[1]);
      const double ndc_x = 2 * place.x / size.width - 1, ndc_y = 1 - 2 * place.y / size.height;
      const glm::dvec3 ray =
          view.axes * glm::dvec3(ndc_x * view.tan_half_fov_y * view.aspect, ndc_y * view.tan_half_fov_y, -1);
      const glm::dvec2 expected = project(old, old.eye + ray, size) - place;
      const glm::dvec2 motion(half(io.motion[2 * i]), half(io.motion[2 * i + 1]));
      worst = std::max(worst, glm::length(motion - expected));
      farthest = std::max(farthest, glm::length(expected));
    }
  }
  EXPECT_GT(farthest, 2) << "the camera hardly turns: the comparison says nothing";
  EXPECT_LT(worst, 0.01);
}

TEST_F(FrameTest, NothingMovesWhereNothingMoves) {
  const scene::Scene scene = motion_scene(false);
  const renderer::RenderSettings settings = quick_settings();
  app::Frame frame(*device_, scene, settings, {161, 91});
  for (int n = 0; n < 3; ++n) frame.draw(settings, {.seconds = n / 60.0});
  const core::FrameIo io = frame.read_contract();
  const std::size_t count = 2 * area(io.info.render);
  std::size_t moved = 0;
  for (std::size_t i = 0; i < count; ++i) moved += (io.motion[i] & 0x7fff) != 0;
  EXPECT_EQ(moved, 0u);
}

/// The nearest upscaler on the CPU, which copies samples: the same formula as shaders/upscale_spatial.comp.
void copy_upscale(const core::FrameIo& io) {
  const core::Size r = io.info.render, o = io.info.output;
  for (int y = 0; y < o.height; ++y) {
    for (int x = 0; x < o.width; ++x) {
      const auto place = [](int i, int render, int output, float jitter) {
        const float p =
            (static_cast<float>(i) + 0.5f) * static_cast<float>(render) / static_cast<float>(output) - jitter;
        return std::clamp(static_cast<int>(std::floor(p)), 0, render - 1);
      };
      const int sx = place(x, r.width, o.width, io.info.jitter[0]),
                sy = place(y, r.height, o.height, io.info.jitter[1]);
      std::memcpy(io.output + 4 * (y * o.width + x), io.color + 4 * (sy * r.width + sx), 8);
    }
  }
}

TEST_F(FrameTest, AThousandHandOffsKeepEveryPixel) {
  const scene::Scene& scene = *courtyard_;
  renderer::RenderSettings host = quick_settings(), gpu = host;
  host.upscaler = Upscaler::neural;
  gpu.upscaler = Upscaler::nearest;
  host.bloom.enabled = gpu.bloom.enabled = false;
  const core::Size output{62, 38};
  app::Frame by_host(*device_, scene, host, output), by_gpu(*device_, scene, gpu, output);
  std::vector<core::f16> last;
  std::uint64_t calls = 0, wrong_history = 0, wrong_order = 0;
  const std::size_t values = 4u * 62 * 38;
  by_host.set_generator(testing_support::host_function([&](const core::FrameIo& io) {
    wrong_order += io.info.frame_index != calls++;
    if (!io.info.reset) wrong_history += std::memcmp(io.history, last.data(), values * 2) != 0;
    copy_upscale(io);
    last.assign(io.output, io.output + values);
  }));
  std::size_t wrong_pictures = 0, distinct = 0;
  std::vector<std::byte> previous;
  for (int n = 0; n < 1000; ++n) {
    const app::FrameRequest request{.seconds = n / 30.0};
    by_host.draw(host, request);
    by_gpu.draw(gpu, request);
    const auto a = by_host.read_picture(), b = by_gpu.read_picture();
    wrong_pictures += a != b;
    distinct += a != previous;
    previous = a;
  }
  EXPECT_EQ(calls, 1000u);
  EXPECT_EQ(wrong_order, 0u);
  EXPECT_EQ(wrong_history, 0u) << "history was not the output of the frame before";
  EXPECT_EQ(wrong_pictures, 0u) << "pixels differ from those that stayed on the GPU";
  EXPECT_GT(distinct, 900u) << "the pictures hardly change, so equality proves nothing";
}

TEST_F(FrameTest, AFailingUpscalerLeavesTheFrameUsable) {
  const scene::Scene scene = motion_scene(true);
  renderer::RenderSettings settings = quick_settings();
  settings.upscaler = Upscaler::neural;
  app::Frame frame(*device_, scene, settings, {64, 36});
  int calls = 0;
  frame.set_generator(testing_support::host_function([&](const core::FrameIo& io) {
    if (++calls == 3) core::fail("out of memory");
    copy_upscale(io);
  }));
  int failures = 0;
  for (int n = 0; n < 8; ++n) {
    try {
      frame.draw(settings, {.seconds = n / 60.0});
    } catch (const core::Error&) {
      ++failures;
    }
  }
  frame.finish();
  EXPECT_EQ(failures, 1);
  EXPECT_EQ(calls, 8);
}

TEST_F(FrameTest, TheSameFramesTwice) {
  const scene::Scene& scene = *courtyard_;
  renderer::RenderSettings settings;
  settings.shadow.resolution = 512;
  app::Frame a(*device_, scene, settings, {160, 90}), b(*device_, scene, settings, {160, 90});
  for (int n = 0; n < 12; ++n) {
    const app::FrameRequest request{.seconds = n / 30.0};
    a.draw(settings, request);
    b.draw(settings, request);
    ASSERT_EQ(a.read_picture(), b.read_picture()) << "frame " << n;
  }
}

TEST_F(FrameTest, EveryUpscalerAtOddSizesAndChangingScales) {
  const scene::Scene& scene = *courtyard_;
  renderer::RenderSettings settings = quick_settings();
  app::Frame frame(*device_, scene, settings, {157, 83});
  const float scales[] = {1, 1.5f, 2, 3, 2.37f, 1.13f};
  int n = 0;
  for (const Upscaler upscaler :
       {Upscaler::native, Upscaler::nearest, Upscaler::bilinear, Upscaler::catmull_rom, Upscaler::taau}) {
    settings.upscaler = upscaler;
    for (const float scale : scales) {
      settings.scale = scale;
      frame.draw(settings, {.seconds = ++n / 60.0});
      const core::FrameIo io = frame.read_contract();
      std::size_t bad = 0, dark = 0;
      for (std::size_t i = 0; i < 4u * 157 * 83; ++i) {
        const float value = half(io.output[i]);
        bad += !(value >= 0 && value <= 60000);
        dark += value == 0;
      }
      EXPECT_EQ(bad, 0u) << "upscaler " << static_cast<int>(upscaler) << " scale " << scale;
      EXPECT_LT(dark, 157u * 83) << "upscaler " << static_cast<int>(upscaler) << " scale " << scale;
    }
  }
  for (const core::Size size : {core::Size{1, 1}, core::Size{33, 17}, core::Size{200, 100}}) {
    frame.resize(size);
    frame.draw(settings, {.seconds = ++n / 60.0});
    EXPECT_TRUE(frame.info().reset);
    frame.draw(settings, {.seconds = ++n / 60.0});
    EXPECT_FALSE(frame.info().reset);
    EXPECT_EQ(frame.read_picture().size(), 3 * area(size));
  }
}

TEST_F(FrameTest, WaterAndGlassAreReactive) {
  scene::Scene scene = motion_scene(true);
  scene.materials.push_back({});
  scene.materials[1].alpha_mode = scene::AlphaMode::blend;
  scene.materials[1].opacity = 0.5f;
  scene.chunks[1].material = 1;
  const renderer::RenderSettings settings = quick_settings();
  app::Frame frame(*device_, scene, settings, {320, 180});
  frame.draw(settings, {.seconds = 0.4});
  frame.draw(settings, {.seconds = 0.45});
  const core::FrameIo io = frame.read_contract();
  const auto at = [&](int x, int y) { return io.reactive[y * io.info.render.width + x]; };
  EXPECT_GT(at(80, 45), 100) << "the pane stands in the middle";
  EXPECT_EQ(at(5, 45), 0);
  EXPECT_NEAR(io.depth[45 * 160 + 80], 0.1f / 9.5, 1e-3) << "depth is that of the wall behind";
}

TEST_F(FrameTest, TheReferenceIsSteadyAndSmooth) {
  const scene::Scene scene = motion_scene(false);
  renderer::RenderSettings settings = quick_settings();
  settings.bloom.enabled = false;
  app::Frame frame(*device_, scene, settings, {96, 54});
  frame.draw(settings, {.reference_samples = 16});
  const auto first = frame.read_picture();
  frame.draw(settings, {.reference_samples = 16});
  EXPECT_EQ(first, frame.read_picture());
  // The square's edge crosses pixels: supersampled, some lie between wall and square.
  settings.upscaler = Upscaler::native;
  frame.draw(settings, {});
  EXPECT_NE(first, frame.read_picture());
}

/// An output larger than the device allows ends in one of these.
TEST_F(FrameTest, WhatTheDeviceCannotHoldIsRefusedInASentence) {
  const std::uint64_t before = device_->allocated();
  const std::string wide = testing_support::message_of([&] {
    gpu::Image(
        *device_,
        {.format = VK_FORMAT_R8_UNORM, .width = 1u << 20, .height = 16, .usage = VK_IMAGE_USAGE_SAMPLED_BIT},
        "the picture");
  });
  EXPECT_EQ(wide.find("the picture of 1048576x16 is larger than '"), 0u) << wide;
  const std::string large = testing_support::message_of(
      [&] { device_->reserve(std::uint64_t{1} << 50, "the picture", gpu::MemoryOwner::targets); });
  EXPECT_EQ(large.find("the picture needs 1073741824 MB, but '"), 0u) << large;
  EXPECT_EQ(device_->allocated(), before);
}

TEST_F(FrameTest, JitterSequence) {
  for (const double scale : {1.0, 1.5, 2.0, 3.0}) {
    const auto phases = static_cast<std::uint64_t>(std::ceil(8 * scale * scale));
    glm::dvec2 sum(0);
    for (std::uint64_t n = 0; n < phases; ++n) {
      float jitter[2], again[2];
      renderer::halton_jitter(n, scale, jitter);
      renderer::halton_jitter(n + phases, scale, again);
      EXPECT_EQ(jitter[0], again[0]);
      EXPECT_LE(std::abs(jitter[0]), 0.5f);
      EXPECT_LE(std::abs(jitter[1]), 0.5f);
      EXPECT_FALSE(jitter[0] == 0 && jitter[1] == 0);
      sum += glm::dvec2(jitter[0], jitter[1]);
    }
    EXPECT_LT(glm::length(sum) / static_cast<double>(phases), 0.12)
        << "samples lean to one side at scale " << scale;
  }
}

}  // namespace
