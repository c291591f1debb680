// Tests materials, transparent layers, shadows for a camera that jumps, and the tone curves: compares the
// pixels of a frame with a formula.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "renderer/scene/texture/mipmaps.h"
#include "tests/support/picture_fixture.h"

namespace {

class ShadingTest : public testing_support::PictureTest {
 protected:
  /// The camera looks down on the floor and goes `length` metres along x in `seconds`.
  void walk(double seconds, float length) {
    scene_.camera.keyframes = {{0, {0, 8, 0.3f}, {0, 0, 0}, false},
                               {seconds, {length, 8, 0.3f}, {length, 0, 0}, false}};
    scene_.box_max.x = length + 20;
  }
  /// After draw(): the frame a sixtieth of a second later.
  void draw_next() {
    frame_->draw(settings_, {.seconds = 1.0 / 60});
    io_ = frame_->read_contract();
  }
  float reactive(int x, int y) const { return static_cast<float>(io_.reactive[y * size_.width + x]); }
  void darken() { settings_.sun_intensity = settings_.sky_intensity = 0; }
  void white_floor(float roughness, float metallic, float specular) {
    scene::Material& floor = scene_.materials[0];
    floor.roughness = roughness;
    floor.metallic = metallic;
    floor.specular = specular;
  }
  /// Linear texels in one row.
  std::int32_t add_row(const std::vector<std::array<int, 3>>& texels) {
    scene::Image image{static_cast<std::uint32_t>(texels.size()), 1, {}, false};
    for (const auto& texel : texels) {
      for (const int c : texel) image.rgba.push_back(static_cast<std::uint8_t>(c));
      image.rgba.push_back(255);
    }
    scene_.textures.push_back(scene::make_linear_texture(image));
    return static_cast<std::int32_t>(scene_.textures.size()) - 1;
  }
};

/// A surface that absorbs nothing, under a uniform sky, reflects exactly what arrives. So light that the
/// gloss reflects does not reach the layer below, and light that rough metal reflects twice is not lost.
TEST_F(ShadingTest, AWhiteFurnaceStaysWhite) {
  settings_.sun_intensity = 0;
  scene_.sky = {.zenith = {1, 1, 1}, .horizon = {1, 1, 1}, .intensity = 1};
  for (const float metallic : {0.0f, 0.4f, 1.0f}) {
    for (const float specular : {0.0f, 0.5f, 1.0f}) {
      for (const float roughness : {0.05f, 0.3f, 0.6f, 1.0f}) {
        white_floor(roughness, metallic, specular);
        draw();
        EXPECT_NEAR(color(80, 60).x, color(80, 60).y, 1e-3f);
        EXPECT_NEAR(color(80, 60).y, 1, 0.01f) << metallic << ' ' << specular << ' ' << roughness;
        // Obliquely a rough mirror also sees the ground, which is darker.
        EXPECT_LT(color(8, 60).y, 1.005f) << metallic << ' ' << specular << ' ' << roughness;
      }
    }
  }
}

/// With light from one side a surface does not reflect more than what arrives either.
TEST_F(ShadingTest, TheSunIsNotReflectedTwice) {
  settings_.sky_intensity = 0;
  settings_.shadow.enabled = false;
  white_floor(1, 0, 0);
  draw();
  const float dull = color(20, 60).y;
  EXPECT_NEAR(dull, 1, 0.05f);  // a white Lambert surface that faces a sun of 1
  white_floor(0.2f, 0, 1);
  draw();
  EXPECT_LT(color(20, 60).y, 0.95f * dull) << "away from the highlight, gloss takes from the diffuse part";
  EXPECT_GT(color(80, 63).y, 1.5f * dull) << "to give it where the sun is mirrored";
}

TEST_F(ShadingTest, AGlowIsAddedHoweverDimOrBright) {
  scene_.materials[0].base_color = {0.2f, 0.5f, 0.9f};
  draw();
  const glm::vec3 lit = color(80, 60);
  for (const glm::vec3 glow : {glm::vec3(0.02f, 0.001f, 0), glm::vec3(0.3f, 0.2f, 0.1f),
                               glm::vec3(0, 7, 0.25f), glm::vec3(30000, 100, 500)}) {
    scene_.materials[0].emissive = glow;
    draw();
    const glm::vec3 more = color(80, 60) - lit;
    // Nine bits of the largest component, and half floats.
    const float most = std::max({glow.x, glow.y, glow.z});
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(more[c], glow[c], 0.002f * most + 0.0011f * lit[c]) << most;
  }
  scene_.materials[0].emissive = glm::vec3(1e9f);
  draw();
  EXPECT_EQ(color(80, 60), glm::vec3(60000)) << "the brightest of the contract";
}

/// The colour of a vertex is sRGB-encoded, and its corners are blended.
TEST_F(ShadingTest, VertexColorsMultiplyTheMaterials) {
  scene_.materials[0].base_color = {0.8f, 0.4f, 0.2f};
  draw();
  const glm::vec3 plain = color(80, 60);
  for (scene::Vertex& v : scene_.vertices) v.color[0] = 255, v.color[1] = 188, v.color[2] = 0;
  draw();
  EXPECT_EQ(color(80, 60), plain) << "only where the material says that there are any";
  scene_.materials[0].vertex_colors = true;
  draw();
  EXPECT_NEAR(color(80, 60).x / plain.x, 1, 0.01f);
  EXPECT_NEAR(color(80, 60).y / plain.y, 0.503f, 0.02f) << "188 / 255, decoded";
  EXPECT_LT(color(80, 60).z, 0.2f * plain.z) << "the gloss alone";
}

/// Outside of 0..1 a map repeats, or goes on with its edge.
TEST_F(ShadingTest, AMapRepeatsOrIsClamped) {
  scene::Image image{2, 1, {255, 0, 0, 255, 0, 255, 0, 255}, false};
  scene_.textures.push_back(scene::make_color_texture(image, std::nullopt));
  scene_.materials[0].base_color_texture = 0;
  for (scene::Vertex& v : scene_.vertices) v.uv = v.uv * 4.0f + 0.26f;  // 2.26 in the middle of the picture
  for (const bool clamp : {false, true}) {
    scene_.materials[0].clamp = clamp;
    draw();
    const glm::vec3 middle = color(81, 60);
    EXPECT_EQ(middle.y > middle.x, clamp) << "the second texel is the edge";
  }
}

/// Red is towards the tangent (+x here), green upwards in the image (-z), as in most tools.
TEST_F(ShadingTest, NormalMapsTurnTheSurface) {
  settings_.sky_intensity = 0;
  settings_.shadow.enabled = false;
  scene_.materials[0].specular = 0;
  constexpr float slope = 0.5f, up = 0.866f;  // 30 degrees
  const auto code = [](float x, float y) {
    return std::array<int, 3>{static_cast<int>(std::lround(127.5f * (x + 1))),
                              static_cast<int>(std::lround(127.5f * (y + 1))),
                              static_cast<int>(std::lround(127.5f * (up + 1)))};
  };
  const auto shown = [&](float x, float y, glm::vec3 towards_sun) {
    scene_.materials[0].normal_texture = add_row({code(x, y)});
    scene_.sun.direction = -towards_sun;
    draw();
    scene_.textures.clear();
    return color(80, 60).y;
  };
  const glm::vec3 directions[] = {{0.7f, 0.7f, 0}, {-0.7f, 0.7f, 0}, {0, 0.7f, -0.7f}, {0, 0.7f, 0.7f}};
  for (const glm::vec3& sun : directions) {
    for (const glm::vec2 tilt :
         {glm::vec2(slope, 0), glm::vec2(-slope, 0), glm::vec2(0, slope), glm::vec2(0, -slope)}) {
      const glm::vec3 normal(tilt.x, up, -tilt.y);
      const float expected = glm::dot(normal, glm::normalize(sun));
      EXPECT_NEAR(shown(tilt.x, tilt.y, sun), expected, 0.06f)
          << tilt.x << ' ' << tilt.y << " sun " << sun.x << ' ' << sun.z;
    }
  }
}

/// Three panes of one material lie over each other, with a fourth of another material between them. Each must
/// cover those below it, in any order in the file, and in one chunk or in many.
/// What the map leaves out is not there, and mirrors nothing: soft cards have no edges.
TEST_F(ShadingTest, AMapsAlphaSaysWhereAPaneIs) {
  walk(10, 200);
  draw();
  const glm::vec3 floor = color(80, 60);
  for (const int alpha : {0, 128}) {
    scene_.textures.push_back(
        scene::make_linear_texture({1, 1, {255, 255, 255, static_cast<std::uint8_t>(alpha)}, true}));
    scene::Material& pane = add_material();
    pane.alpha_mode = scene::AlphaMode::blend;
    pane.opacity = 1;
    pane.specular = 1;
    pane.roughness = 0.1f;
    pane.base_color_texture = static_cast<std::int32_t>(scene_.textures.size()) - 1;
    add_square({0, 1, 0}, 1, 1);
    draw();
    if (alpha == 0) {
      EXPECT_LT(glm::length(color(80, 60) - floor), 1e-3f);
    }
    draw_next();
    EXPECT_EQ(reactive(80, 60), static_cast<float>(alpha));
    scene_.chunks.pop_back();
    scene_.materials.pop_back();
  }
}

TEST_F(ShadingTest, TransparentTrianglesAreDrawnFarthestFirst) {
  darken();
  walk(10, 200);
  // The colour is the pane's height: a texel of the map for each, blue for the other kind.
  const std::int32_t map = add_row({{255, 0, 0}, {0, 255, 0}});
  const auto pane = [&](scene::Material& material) {
    material.alpha_mode = scene::AlphaMode::blend;
    material.opacity = 0.5f;
    material.specular = 0;
  };
  for (const bool high_first : {false, true}) {
    for (const bool one_chunk : {false, true}) {
      SCOPED_TRACE(testing::Message()
                   << (high_first ? "high first" : "low first") << (one_chunk ? ", one chunk" : ""));
      scene_.chunks.resize(1);
      scene_.indices.resize(6);
      scene_.vertices.resize(4);
      scene_.materials.resize(1);
      scene::Material& mapped = add_material();
      pane(mapped);
      mapped.emissive = glm::vec3(1);
      mapped.emissive_texture = map;
      std::array<float, 2> heights{1, 3};
      if (high_first) std::swap(heights[0], heights[1]);
      for (const float height : heights) {
        add_square({0, height, 0}, 1, 1);
        for (std::size_t corner = 0; corner < 4; ++corner)
          scene_.vertices[scene_.vertices.size() - 4 + corner].uv = {height == 1 ? 0.25f : 0.75f, 0.5f};
      }
      if (one_chunk) {
        scene_.chunks.pop_back();
        scene::Chunk& chunk = scene_.chunks.back();
        chunk.index_count = 12;
        chunk.box_min.y = 0.9f;
        chunk.box_max.y = 3.1f;
      }
      scene::Material& blue = add_material();
      pane(blue);
      blue.emissive = {0, 0, 1};
      add_square({0, 2, 0}, 1, 2);
      draw();
      // Half of the top one, a quarter of the middle one, an eighth of the lowest one.
      EXPECT_NEAR(color(80, 60).y, 0.5f, 0.01f) << "at 3 m";
      EXPECT_NEAR(color(80, 60).z, 0.25f, 0.01f) << "at 2 m";
      EXPECT_NEAR(color(80, 60).x, 0.125f, 0.01f) << "at 1 m";
      draw_next();
      EXPECT_NEAR(reactive(80, 60), 0.875f * 255, 2) << "all that covers what is behind";
    }
  }
}

/// What is painted on the floor goes with it, however the camera moves, and where nothing moves a pane can be
/// trusted too; open water never.
TEST_F(ShadingTest, OnlyWhatMovesOtherwiseThanItsBackgroundIsReactive) {
  for (const bool moves : {false, true})
    for (const float height : {0.002f, 1.0f})
      for (const bool water : {false, true}) {
        SCOPED_TRACE(testing::Message()
                     << (moves ? "moving, " : "at rest, ") << height << " m" << (water ? ", water" : ""));
        if (moves) walk(10, 200);
        scene::Material& layer = add_material();
        layer.alpha_mode = scene::AlphaMode::blend;
        layer.opacity = 1;
        if (water) layer.water = scene::WaterKind::open;
        add_square({0, height, 0}, 1, 1);
        draw();
        draw_next();
        const bool trusted = !water && (!moves || height < 0.5f);
        // The camera goes at 20 metres a second, so that even two millimetres show a little.
        EXPECT_NEAR(reactive(80, 60), trusted ? 0 : 255, 25);
        EXPECT_EQ(reactive(5, 5), 0) << "the floor";
        scene_.chunks.pop_back();
        scene_.materials.pop_back();
        scene_.camera.keyframes.resize(1);
      }
}

TEST_F(ShadingTest, ManyBrightLayersStayWithinTheContract) {
  scene::Material& glass = add_material();
  glass.alpha_mode = scene::AlphaMode::blend;
  glass.opacity = 0.3f;
  glass.emissive = glm::vec3(1e8f);
  for (int i = 1; i < 7; ++i) add_square({0, 0.5f * static_cast<float>(i), 0}, 1, 1);
  draw();
  EXPECT_GT(color(80, 60).y, 50000);
  EXPECT_LE(color(80, 60).y, 60000);
}

/// Cascades keep their place while the camera stays near. A camera that jumps far must have its shadows at
/// once.
TEST_F(ShadingTest, ACameraThatJumpsFindsTheShadowsThere) {
  settings_.shadow.distance = 30;
  settings_.shadow.resolution = 1024;
  scene_.sun.direction = {-1, -1, 0};
  walk(10, 200);
  add_square({0, 2, 0}, 1, 0);
  add_square({200, 0, 0}, 20, 0);
  add_square({200, 2, 0}, 1, 0);
  draw();
  const float lit = color(130, 60).y, shaded = color(54, 60).y;
  ASSERT_LT(shaded, 0.5f * lit);
  frame_->draw(settings_, {.seconds = 10 - 1e-6});
  io_ = frame_->read_contract();
  ASSERT_FALSE(io_.info.reset);
  EXPECT_NEAR(color(54, 60).y, shaded, 0.05f * lit);
  EXPECT_NEAR(color(130, 60).y, lit, 0.05f * lit);
}

/// Shadow maps are redrawn piece by piece while the camera moves. No frame may show a map that is half drawn
/// or belongs to another place.
TEST_F(ShadingTest, AWalkingCameraTakesItsShadowsAlong) {
  settings_.shadow.distance = 16;
  settings_.shadow.resolution = 1536;
  scene_.sun.direction = {-1, -1, 0.3f};
  walk(1, 40);
  add_square({60, 0, 0}, 40, 0);
  // There are enough leaves for several frames of work on the largest map, which is the visible one.
  for (std::uint32_t n = 0; n < 36'000; ++n) {
    const auto share = [n](double step) { return static_cast<float>(std::fmod(n * step, 1.0)); };
    add_square({-20 + 100 * share(0.618034), 1 + 2 * share(0.754878), -15 + 30 * share(0.569840)}, 0.1f, 0);
  }
  app::Frame walking(*device_, scene_, settings_, size_), cut(*device_, scene_, settings_, size_);
  constexpr int frames = 120;
  for (int n = 0; n < frames; ++n) {
    const double seconds = static_cast<double>(n) / frames;
    walking.draw(settings_, {.seconds = seconds});
    if (n % 3 != 2) continue;
    SCOPED_TRACE(n);
    cut.draw(settings_, {.seconds = seconds, .cut = true});
    const core::FrameIo a = walking.read_contract(), b = cut.read_contract();
    ASSERT_FALSE(a.info.reset);
    int different = 0;
    for (int i = 0; i < size_.width * size_.height; ++i) {
      const auto green = [i](const core::FrameIo& io) { return glm::unpackHalf1x16(io.color[4 * i + 1]); };
      different += std::abs(green(a) - green(b)) > 0.25f;
    }
    // A map's texels are the same ones wherever its middle is; where a coarser one takes over is not.
    EXPECT_LT(different, size_.width * size_.height / 50);
  }
}

TEST_F(ShadingTest, AGradeChangesWhatItSays) {
  darken();
  settings_.tone_curve = renderer::ToneCurve::none;
  const auto shown = [&](glm::vec3 light) {
    scene_.materials[0].emissive = light;
    draw();
    const std::vector<std::byte> picture = frame_->read_picture();
    const std::size_t first = 3 * static_cast<std::size_t>(60 * size_.width + 80);
    glm::dvec3 linear;
    for (int c = 0; c < 3; ++c) {
      const double v = std::to_integer<int>(picture[first + static_cast<std::size_t>(c)]) / 255.0;
      linear[c] = v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
    }
    return linear;
  };
  const glm::vec3 grey(0.18f), dark(0.05f), color(0.4f, 0.2f, 0.1f);
  const auto luminance = [](const glm::dvec3& c) { return 0.2126 * c.x + 0.7152 * c.y + 0.0722 * c.z; };
  constexpr double step = 0.004;  // of the picture's 8 bits, in linear light
  settings_.grade = {.contrast = 1.5f};
  EXPECT_NEAR(shown(grey).y, 0.18, step);
  EXPECT_NEAR(shown(dark).y, 0.18 * std::pow(0.05 / 0.18, 1.5), step);
  settings_.grade = {.warmth = 0.5f};
  const glm::dvec3 warm = shown(grey);
  EXPECT_GT(warm.x, warm.z + 0.05);
  EXPECT_NEAR(luminance(warm), 0.18, step);
  settings_.grade = {.saturation = 0};
  const glm::dvec3 flat = shown(color);
  EXPECT_NEAR(flat.x, flat.z, step);
  EXPECT_NEAR(flat.y, luminance(color), step);
  settings_.grade = {};
  EXPECT_NEAR(shown(color).x, 0.4, step);
}

/// Compares with the published curves, for light from black to far beyond white.
TEST_F(ShadingTest, ToneCurvesAreThePublishedOnes) {
  darken();
  const auto encode = [](double c) {
    c = std::clamp(c, 0.0, 1.0);
    return 255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * std::pow(c, 1 / 2.4) - 0.055);
  };
  const auto shown = [&](renderer::ToneCurve curve, glm::vec3 light) {
    settings_.tone_curve = curve;
    scene_.materials[0].emissive = light;
    draw();
    const std::vector<std::byte> picture = frame_->read_picture();
    const std::size_t first = 3 * static_cast<std::size_t>(60 * size_.width + 80);
    return glm::dvec3(std::to_integer<int>(picture[first]), std::to_integer<int>(picture[first + 1]),
                      std::to_integer<int>(picture[first + 2]));
  };
  using enum renderer::ToneCurve;
  double last_agx = -1;
  for (const double grey : {0.0, 0.01, 0.18, 0.5, 1.0, 4.0, 30.0, 1000.0}) {
    SCOPED_TRACE(grey);
    const glm::vec3 light(static_cast<float>(grey));
    EXPECT_NEAR(shown(none, light).y, encode(grey), 1);
    EXPECT_NEAR(shown(reinhard, light).y, encode(grey / (1 + grey)), 1);
    EXPECT_NEAR(shown(aces, light).y,
                encode(grey * (2.51 * grey + 0.03) / (grey * (2.43 * grey + 0.59) + 0.14)), 1);
    const glm::dvec3 now = shown(agx, light);
    EXPECT_NEAR(now.x, now.y, 1) << "grey stays grey";
    EXPECT_NEAR(now.y, now.z, 1);
    EXPECT_GE(now.y, last_agx) << "more light is never darker";
    last_agx = now.y;
  }
  EXPECT_GE(last_agx, 250) << "and ends at white";
  EXPECT_NEAR(shown(reinhard, {2, 0.5f, 0}).x, encode(2 / (1 + 0.2126 * 2 + 0.7152 * 0.5)), 1);
  const glm::dvec3 red = shown(agx, {100, 0, 0});
  EXPECT_GT(red.y, 60) << "AgX takes what is far too bright to white";
  EXPECT_GT(shown(none, {100, 0, 0}).x, red.y);
}

}  // namespace
