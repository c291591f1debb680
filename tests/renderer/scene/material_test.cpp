// Materials and their textures: from the keys of an MTL file to the values that shaders get.

#include <algorithm>
#include <array>
#include <cmath>

#include "tests/support/scene_folder.h"

namespace {

using testing_support::plain_tga;
using testing_support::quad_obj;
using testing_support::tga;

class MaterialTest : public testing_support::SceneFolder {
 protected:
  /// A scene with one triangle for each of these materials of m.mtl, in this order.
  scene::Scene triangles_of(const std::vector<std::string>& materials) {
    std::string obj = "mtllib m.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\n";
    for (const std::string& name : materials) obj += "usemtl " + name + "\nf 1 2 3\n";
    return load(write("m.obj", obj));
  }
};

TEST_F(MaterialTest, MaterialsAsTheMtlSaysThem) {
  write("m.mtl",
        "newmtl glass\nKd .2 .3 .4\nd 0.25\nNs 98\n"
        "newmtl pbr\nKd 0.5 0.5 0.5\nPr 0.3\nPm 1\nKe 2 3 4\n"
        "newmtl tr\nTr 0.75\n"
        "newmtl bare\n"
        "newmtl PuddleB\nd 0.6\nnewmtl dry_puddle\n");
  const scene::Scene s = triangles_of({"glass", "pbr", "tr", "bare", "PuddleB", "dry_puddle"});
  ASSERT_EQ(s.materials.size(), 6u);
  EXPECT_EQ(s.materials[4].water, scene::WaterKind::puddle);
  EXPECT_EQ(s.materials[5].water, scene::WaterKind::none) << "it is not blended";
  EXPECT_EQ(s.materials[0].alpha_mode, scene::AlphaMode::blend);
  EXPECT_FLOAT_EQ(s.materials[0].opacity, 0.25f);
  EXPECT_FLOAT_EQ(s.materials[0].base_color.y, 0.3f);
  EXPECT_FLOAT_EQ(s.materials[1].roughness, 0.3f);
  EXPECT_FLOAT_EQ(s.materials[1].metallic, 1);
  EXPECT_EQ(s.materials[1].emissive, glm::vec3(2, 3, 4));
  EXPECT_EQ(s.materials[1].alpha_mode, scene::AlphaMode::opaque);
  EXPECT_FLOAT_EQ(s.materials[2].opacity, 0.25f);
  EXPECT_FLOAT_EQ(s.materials[3].base_color.x, 0.8f);
  EXPECT_FLOAT_EQ(s.materials[3].metallic, 0);
}

TEST_F(MaterialTest, EveryMapOfTheMtlArrives) {
  write("e.tga", plain_tga(4, 4, {250, 20, 0, 255}));
  write("r.tga", plain_tga(4, 4, {51, 51, 51, 255}));
  write("m.tga", plain_tga(4, 4, {204, 204, 204, 255}));
  write("n.tga", plain_tga(4, 4, {218, 128, 218, 255}));  // 45 degrees towards +u
  std::vector<std::array<int, 4>> slope;  // brighter to the right, and down again where it repeats
  slope.reserve(64);
  for (int i = 0; i < 64; ++i) slope.push_back({30 * std::min(i % 8, 8 - i % 8), 0, 0, 255});
  for (auto& texel : slope) texel[1] = texel[2] = texel[0];
  write("h.tga", tga(8, 8, slope));
  write("m.mtl",
        "newmtl m\nmap_Ke e.tga\nmap_Pr r.tga\nmap_Pm m.tga\nnorm n.tga\n"
        "newmtl both\nKe 2 4 8\nmap_Ke e.tga\nPr 0.5\nmap_Pr r.tga\nPm 0.25\nmap_Pm m.tga\nmap_Bump h.tga\n"
        "newmtl one\nmap_Pr r.tga\nPm 0.75\n");
  const scene::Scene s =
      load(write("q.obj", "mtllib m.mtl\n" + quad_obj + "usemtl both\nf 1 2 3\nusemtl one\nf 1 2 3\n"));
  EXPECT_TRUE(s.warnings.empty()) << s.warnings.front();
  const auto material = [&](const char* name) {
    return *std::ranges::find(s.materials, name, &scene::Material::name);
  };
  const auto texel = [&](std::int32_t texture, std::size_t i = 0) {
    const scene::Texture& t = s.textures.at(static_cast<std::size_t>(texture));
    return std::array<int, 3>{static_cast<int>(t.texels[4 * i]), static_cast<int>(t.texels[4 * i + 1]),
                              static_cast<int>(t.texels[4 * i + 2])};
  };
  const scene::Material maps = material("m"), both = material("both"), one = material("one");
  EXPECT_EQ(texel(maps.emissive_texture), (std::array<int, 3>{250, 20, 0}));
  EXPECT_EQ(maps.emissive, glm::vec3(1)) << "without Ke the map is all";
  EXPECT_EQ(both.emissive, glm::vec3(2, 4, 8));
  EXPECT_EQ(texel(maps.roughness_metallic_texture)[1], 51);
  EXPECT_EQ(texel(maps.roughness_metallic_texture)[2], 204);
  EXPECT_FLOAT_EQ(maps.roughness, 1);
  EXPECT_FLOAT_EQ(maps.metallic, 1);
  EXPECT_FLOAT_EQ(both.roughness, 0.5f);
  EXPECT_FLOAT_EQ(both.metallic, 0.25f);
  EXPECT_EQ(texel(one.roughness_metallic_texture)[1], 51);
  EXPECT_FLOAT_EQ(one.metallic, 0.75f);
  EXPECT_NEAR(texel(maps.normal_texture)[0], 218, 1);
  // Where the picture becomes brighter to the right, the surface rises, so that its normal leans to the left.
  EXPECT_LT(texel(both.normal_texture, 8 * 3 + 2)[0], 120);
  EXPECT_GT(texel(both.normal_texture, 8 * 3 + 6)[0], 136);
  EXPECT_NEAR(texel(both.normal_texture, 8 * 3 + 2)[1], 128, 1);
}

TEST_F(MaterialTest, ShininessAndSpecularOfTheMtl) {
  write("m.mtl",
        "newmtl a\nNs 98\nKs 0.04 0.04 0.04\nnewmtl b\nNs 0\nKs 0.02 0.01 0\nnewmtl c\nNs 98\nPr 0.9\nKs 1 1 "
        "1\n"
        "newmtl d\nKs 0.1 0.1 0.1\n");
  const scene::Scene s = triangles_of({"a", "b", "c", "d"});
  ASSERT_EQ(s.materials.size(), 4u);
  EXPECT_NEAR(s.materials[0].roughness, std::pow(0.02, 0.25), 1e-6);
  EXPECT_FLOAT_EQ(s.materials[0].specular, 0.5f);
  EXPECT_FLOAT_EQ(s.materials[1].roughness, 1);
  EXPECT_FLOAT_EQ(s.materials[1].specular, 0.25f);
  EXPECT_FLOAT_EQ(s.materials[2].roughness, 0.9f) << "Pr says it, whatever Ns says";
  EXPECT_FLOAT_EQ(s.materials[2].specular, 1);
  EXPECT_FLOAT_EQ(s.materials[3].specular, 0.5f);
}

TEST_F(MaterialTest, SeparateAlphaMapIsMerged) {
  std::vector<std::array<int, 4>> half(16, {255, 255, 255, 255});
  for (std::size_t i = 0; i < 8; ++i) half[i] = {0, 0, 0, 255};
  write("c.tga", plain_tga(4, 4, {10, 200, 30, 255}));
  write("a.tga", tga(4, 4, half));
  write("m.mtl", "newmtl m\nKd 0 0 0\nmap_Kd c.tga\nmap_d a.tga\n");
  const scene::Scene s = load(write("q.obj", "mtllib m.mtl\n" + quad_obj));
  const scene::Material& m = s.materials[0];
  EXPECT_EQ(m.alpha_mode, scene::AlphaMode::mask);
  EXPECT_TRUE(m.double_sided);
  EXPECT_EQ(m.base_color, glm::vec3(1));  // black times a texture would hide it
  const scene::Texture& t = s.textures.at(static_cast<std::size_t>(m.base_color_texture));
  EXPECT_EQ(static_cast<int>(t.texels[3]), 0);
  EXPECT_EQ(static_cast<int>(t.texels[4 * 15 + 3]), 255);
  EXPECT_EQ(static_cast<int>(t.texels[1]), 200);  // the colour under alpha 0 is its neighbours'
}

TEST_F(MaterialTest, MissingAndBrokenTexturesAreWarningsAndMagenta) {
  write("text.png", "this is no image");
  write("m.mtl", "newmtl m\nmap_Kd text.png\nnewmtl n\nmap_Kd gone.png\nmap_Bump gone_too.png\n");
  const scene::Scene s = load(write("q.obj", "mtllib m.mtl\n" + quad_obj + "usemtl n\nf 1 2 3\n"));
  ASSERT_EQ(s.textures.size(), 1u) << "equal images are kept once";
  for (const scene::Texture& t : s.textures) {
    EXPECT_EQ(static_cast<int>(t.texels[0]), 255);
    EXPECT_EQ(static_cast<int>(t.texels[1]), 0);
    EXPECT_EQ(static_cast<int>(t.texels[2]), 255);
  }
  ASSERT_EQ(s.warnings.size(), 3u);
  EXPECT_NE(s.warnings[0].find("text.png"), std::string::npos);
  EXPECT_EQ(s.materials[1].normal_texture, scene::no_texture);
}

}  // namespace
