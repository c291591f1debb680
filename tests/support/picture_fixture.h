#pragma once
// Builds small scenes that each show one effect, and reads the pixels of their picture.

#include <gtest/gtest.h>

#include <glm/gtc/packing.hpp>
#include <memory>

#include "app/frame/frame.h"
#include "tests/support/gpu_fixture.h"

namespace testing_support {

class PictureTest : public DeviceTest<PictureTest> {
 protected:
  /// A white floor seen from above, without automatic exposure and jitter, to which a test adds what it is
  /// about.
  void SetUp() override {
    settings_.upscaler = renderer::Upscaler::native;
    settings_.exposure.automatic = false;
    settings_.shadow.resolution = 512;
    settings_.ambient_occlusion.enabled = settings_.bloom.enabled = false;
    scene_.materials.resize(1);
    scene_.models.resize(1);
    scene_.sun = {.direction = {0, -1, 0}, .color = {1, 1, 1}, .intensity = 1};
    scene_.sky = {.zenith = {1, 1, 1}, .horizon = {1, 1, 1}, .intensity = 0.25f};
    scene_.camera.keyframes = {{0.0, {0, 8, 0.3f}, {0, 0, 0}, false}};
    scene_.box_min = {-20, -1, -20};
    scene_.box_max = {20, 8, 20};
    add_square({0, 0, 0}, 20, 0);
  }
  /// A horizontal square that faces upwards. Its texture lies along x and z.
  void add_square(glm::vec3 middle, float half_side, std::uint32_t material) {
    const auto first = static_cast<std::uint32_t>(scene_.vertices.size());
    for (const glm::vec2 corner : {glm::vec2(-1, 1), glm::vec2(1, 1), glm::vec2(1, -1), glm::vec2(-1, -1)}) {
      scene::Vertex vertex{};
      vertex.position = middle + half_side * glm::vec3(corner.x, 0, corner.y);
      vertex.normal[1] = 32767;  // the octahedral normal (0, 1) is +y
      vertex.tangent[0] = vertex.tangent[3] = 127;
      vertex.uv = corner * 0.5f + 0.5f;
      scene_.vertices.push_back(vertex);
    }
    const auto first_index = static_cast<std::uint32_t>(scene_.indices.size());
    for (const std::uint32_t i : {0u, 1u, 2u, 0u, 2u, 3u}) scene_.indices.push_back(first + i);
    const glm::vec3 reach(half_side, 0.001f, half_side);
    scene_.chunks.push_back({first_index, 6, 0, material, 0, middle - reach, middle + reach});
  }
  scene::Material& add_material() { return scene_.materials.emplace_back(); }

  /// Draws one frame by itself and returns its linear colour before the tone curve.
  void draw() {
    frame_ = std::make_unique<app::Frame>(*device_, scene_, settings_, size_);
    frame_->draw(settings_, {});
    io_ = frame_->read_contract();
  }
  glm::vec3 color(int x, int y) const {
    const core::f16* texel = io_.color + 4 * (y * io_.info.render.width + x);
    return {glm::unpackHalf1x16(texel[0]), glm::unpackHalf1x16(texel[1]), glm::unpackHalf1x16(texel[2])};
  }

  const core::Size size_{160, 120};
  renderer::RenderSettings settings_;
  scene::Scene scene_;
  std::unique_ptr<app::Frame> frame_;
  core::FrameIo io_;
};

}  // namespace testing_support
