// Broken scenes. Each must give one sentence that names the file, or a warning and a scene that can be shown.
// None may crash; run this under AddressSanitizer too (cmake --preset asan).

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/file.h"
#include "renderer/scene/scene.h"
#include "tests/support/scratch.h"

namespace {

namespace fs = std::filesystem;

const std::string triangle = "v 0 0 0\nv 1 0 0\nv 0 1 0\nvt 0 0\nvn 0 0 1\n";
const std::string good_obj = triangle + "f 1 2 3\n";
const std::string model = "[[model]]\npath = \"good.obj\"\n";

/// The content of a file, how it is opened, and words that the message must contain.
struct Broken {
  std::string name;
  std::string file;  ///< opened; made with `text` unless a folder or missing
  std::string text;
  std::vector<std::string> words;
  bool error = true;                                ///< else a warning
  void (*check)(const scene::Material&) = nullptr;  ///< of the material that is drawn all the same
};

void PrintTo(const Broken& broken, std::ostream* out) {
  *out << broken.name;
}

/// Writes a file without waiting for the disk, as core::write_file does.
void put(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string bomb_png() {
  // A PNG header that claims 60,000 x 60,000 pixels.
  std::string png = "\x89PNG\r\n\x1a\n";
  png += std::string("\0\0\0\x0dIHDR\0\0\xea\x60\0\0\xea\x60\x08\x06\0\0\0", 21);
  png += std::string(64, '\0');
  return png;
}

/// Its header, and nothing after it.
std::string square_tga(int side) {
  std::string tga(18, '\0');
  tga[2] = 2;
  tga[12] = tga[14] = static_cast<char>(side & 255);
  tga[13] = tga[15] = static_cast<char>(side >> 8);
  tga[16] = 32;
  return tga;
}

std::vector<Broken> errors() {
  std::string many_values = "[[model]]\npath = ";
  for (int i = 0; i < 2000; ++i) many_values += "[";
  std::string many_parts;
  for (int i = 0; i < 50000; ++i) many_parts += ".a";
  return {
      {"MissingFile", "gone.obj", "", {"gone.obj", "cannot open"}},
      {"Folder", "folder.obj", "", {"folder.obj", "directory"}},
      {"EmptyFile", "e.obj", "", {"e.obj", "empty"}},
      {"OtherExtension", "a.fbx", "x", {"a.fbx", ".toml", ".obj"}},
      {"BinaryFile",
       "b.obj",
       std::string("\x7f"
                   "ELF\0\0\0\0abc",
                   11),
       {"b.obj", "binary"}},
      {"NoFaces", "n.obj", "v 0 0 0\nv 1 0 0\n", {"n.obj", "no faces"}},
      {"TextFile", "t.obj", "Dear diary,\nfrom this day on\n", {"t.obj", "no faces"}},
      {"IndexTooLarge", "i.obj", triangle + "f 1 2 4\n", {"i.obj", "line 6", "vertex"}},
      {"IndexBeforeStart", "i.obj", triangle + "f -4 -2 -1\n", {"i.obj", "line 6", "vertex"}},
      {"IndexZero", "i.obj", triangle + "f 0 1 2\n", {"i.obj", "line 6"}},
      {"IndexIsText", "i.obj", triangle + "f a b c\n", {"i.obj", "line 6"}},
      {"IndexHuge", "i.obj", triangle + "f 1 2 2147483647\n", {"i.obj", "line 6"}},
      {"IndexMostNegative", "i.obj", triangle + "f 1 2 -2147483648\n", {"i.obj", "line 6"}},
      {"UvIndexTooLarge", "i.obj", triangle + "f 1/1 2/2 3/1\n", {"i.obj", "line 6", "texture coordinate"}},
      {"NormalIndexTooLarge", "i.obj", triangle + "f 1//1 2//9 3//1\n", {"i.obj", "line 6", "normal"}},
      {"NanPosition", "p.obj", "v 0 0 0\nv nan 0 0\nv 0 1 0\nf 1 2 3\n", {"p.obj", "line 2", "nan"}},
      {"InfinitePosition", "p.obj", "v 0 0 0\nv 0 -inf 0\nv 0 1 0\nf 1 2 3\n", {"p.obj", "line 2", "inf"}},
      {"OverflowingPosition",
       "p.obj",
       "v 0 0 0\nv 1e999 0 0\nv 0 1 0\nf 1 2 3\n",
       {"p.obj", "line 2", "finite"}},
      {"TwoCoordinates", "p.obj", "v 0 0 0\nv 1 0\nv 0 1 0\nf 1 2 3\n", {"p.obj", "line 2", "3 numbers"}},
      {"TruncatedVertices", "u.obj", "v 0 0 0\nv 1 0 0\nv 0 1", {"u.obj", "line 3"}},
      {"TruncatedFace", "u.obj", good_obj + "f 1 2", {"u.obj", "line 7", "ends in the middle"}},
      {"OnlyPointlike", "z.obj", "v 0 0 0\nv 0 0 0\nv 0 0 0\nf 1 2 3\n", {"z.obj", "area"}},
      {"EmptyToml", "s.toml", "", {"s.toml", "no [[model]]"}},
      {"TomlSyntax", "s.toml", model + "[sun\n", {"s.toml", "line 3"}},
      {"TomlUnfinishedString", "s.toml", "name = \"x\n", {"s.toml", "line 1"}},
      {"TomlIsBinary", "s.toml", std::string("\xff\xfe\0\x01", 4), {"s.toml", "line 1"}},
      {"TomlKeyOfManyParts", "s.toml", "\na" + many_parts + " = 1", {"s.toml", "line 2", "levels"}},
      {"TomlNestedDeeply", "s.toml", many_values, {"s.toml", "line 2"}},
      {"ModelWithoutPath", "s.toml", "[[model]]\nup = \"y\"\n", {"s.toml", "line 1", "path"}},
      {"ModelMissing", "s.toml", "[[model]]\npath = \"gone.obj\"\n", {"s.toml", "line 2", "gone.obj"}},
      {"ModelIsFolder", "s.toml", "[[model]]\npath = \"folder.obj\"\n", {"folder.obj", "directory"}},
      {"ModelIsNoTableArray", "s.toml", "model = \"good.obj\"\n", {"s.toml", "line 1", "[[model]]"}},
      {"PathIsNumber", "s.toml", "[[model]]\npath = 3\n", {"s.toml", "line 2", "string"}},
      {"UnknownUpAxis", "s.toml", model + "up = \"w\"\n", {"s.toml", "line 3", "up"}},
      {"ScaleZero", "s.toml", model + "scale = 0\n", {"s.toml", "line 3", "scale"}},
      {"ScaleIsText", "s.toml", model + "scale = \"big\"\n", {"s.toml", "line 3", "number"}},
      {"PositionOfTwo", "s.toml", model + "position = [1, 2]\n", {"s.toml", "line 3", "three numbers"}},
      {"PositionNan", "s.toml", model + "position = [1, nan, 2]\n", {"s.toml", "line 3", "finite"}},
      {"SunWithoutDirection",
       "s.toml",
       model + "[sun]\ndirection = [0, 0, 0]\n",
       {"s.toml", "line 4", "direction"}},
      {"SunIsArray", "s.toml", "sun = [1]\n" + model, {"s.toml", "line 1", "sun"}},
      {"NegativeIntensity", "s.toml", model + "[sun]\nintensity = -1\n", {"s.toml", "line 4", "intensity"}},
      {"LightRadiusZero",
       "s.toml",
       model + "[[light]]\nposition = [0,0,0]\nradius = 0\n",
       {"s.toml", "line 5"}},
      {"NegativeNear", "s.toml", model + "[camera]\nnear = -0.1\n", {"s.toml", "line 4", "near"}},
      {"FarBeforeNear", "s.toml", model + "[camera]\nnear = 1\nfar = 0.5\n", {"s.toml", "line 5", "far"}},
      {"FovTooWide", "s.toml", model + "[camera]\nfov_y_degrees = 180\n", {"s.toml", "line 4", "fov"}},
      {"KeyTimesEqual",
       "s.toml",
       model + "[camera]\n[[camera.keyframe]]\ntime = 1\nposition = [0,0,0]\nlook_at = [1,0,0]\n"
               "[[camera.keyframe]]\ntime = 1\nposition = [0,0,0]\nlook_at = [1,0,0]\n",
       {"s.toml", "line 9", "increase"}},
      {"KeyWithoutTime",
       "s.toml",
       model + "[[camera.keyframe]]\nposition = [0,0,0]\nlook_at = [1,0,0]\n",
       {"s.toml", "line 3", "time"}},
      {"CameraLooksAtItself",
       "s.toml",
       model + "[[camera.keyframe]]\ntime = 0\nposition = [1,2,3]\nlook_at = [1,2,3]\n",
       {"s.toml", "line 6", "look"}},
      {"ModelKeyTimesFall",
       "s.toml",
       model + "[[model.keyframe]]\ntime = 2\n[[model.keyframe]]\ntime = 1\n",
       {"s.toml", "line 6", "increase"}},
      {"WrongVersion", "s.toml", "version = 2\n" + model, {"s.toml", "line 1", "version"}},
  };
}

std::vector<Broken> warnings() {
  const std::string obj = "mtllib m.mtl\n" + triangle + "usemtl m\nf 1/1 2/1 3/1\n";
  return {
      {"MtlMissing",
       "o.obj",
       "mtllib gone.mtl\nusemtl m\n" + good_obj,
       {"o.obj", "line 1", "gone.mtl"},
       false},
      {"MtlIsFolder",
       "o.obj",
       "mtllib folder.obj\nusemtl m\n" + good_obj,
       {"folder.obj", "directory"},
       false},
      {"MaterialUnknown",
       "o.obj",
       "mtllib m.mtl\n" + triangle + "usemtl who\nf 1 2 3\n",
       {"o.obj", "who"},
       false},
      {"TextureMissing", "m.mtl", "newmtl m\nmap_Kd gone.png\n", {"gone.png", "checker"}, false},
      {"TextureIsText", "m.mtl", "newmtl m\nmap_Kd text.png\n", {"text.png", "no PNG"}, false},
      {"TextureIsEmpty", "m.mtl", "newmtl m\nmap_Kd empty.png\n", {"empty.png", "empty"}, false},
      {"TextureIsFolder", "m.mtl", "newmtl m\nmap_Kd folder.obj\n", {"folder.obj", "directory"}, false},
      {"TextureIsBomb", "m.mtl", "newmtl m\nmap_Kd bomb.png\n", {"bomb.png"}, false},
      {"TextureIsTooLarge", "m.mtl", "newmtl m\nmap_Kd large.tga\n", {"large.tga", "8192"}, false},
      {"TextureIsTinyBomb", "m.mtl", "newmtl m\nmap_Kd tiny.tga\n", {"tiny.tga", "cut short"}, false},
      {"TextureIsCut", "m.mtl", "newmtl m\nmap_Kd cut.png\n", {"cut.png"}, false},
      {"AlphaMapMissing", "m.mtl", "newmtl m\nmap_d gone.png\n", {"gone.png", "opaque"}, false},
      {"NormalMapMissing", "m.mtl", "newmtl m\nnorm gone.png\n", {"gone.png", "without"}, false},
      {"RoughnessMapMissing", "m.mtl", "newmtl m\nmap_Pr gone.png\n", {"gone.png", "without"}, false},
      {"RoughnessMapLost",
       "m.mtl",
       "newmtl m\nmap_Pr gone.png\nmap_Pm white.tga\n",
       {"gone.png", "without"},
       false,
       [](const scene::Material& m) {
         EXPECT_EQ(m.roughness, 0.8f);
         EXPECT_EQ(m.metallic, 1) << "the other map is gone too";
         EXPECT_EQ(m.roughness_metallic_texture, 0);
       }},
      {"MetallicMapLost",
       "m.mtl",
       "newmtl m\nPr 0.25\nmap_Pm gone.png\n",
       {"gone.png", "without"},
       false,
       [](const scene::Material& m) {
         EXPECT_EQ(m.roughness, 0.25f);
         EXPECT_EQ(m.metallic, 0);
         EXPECT_EQ(m.roughness_metallic_texture, scene::no_texture);
       }},
      {"EmissionMapLost",
       "m.mtl",
       "newmtl m\nmap_Ke gone.png\n",
       {"gone.png", "without"},
       false,
       [](const scene::Material& m) {
         EXPECT_EQ(m.emissive, glm::vec3(0));
         EXPECT_EQ(m.emissive_texture, scene::no_texture);
       }},
      {"TwoCornerFace", "o.obj", good_obj + "f 1 2\n", {"o.obj", "fewer than three"}, false},
      {"UnknownKey", "s.toml", model + "colour = 1\n", {"s.toml", "line 3", "model.colour"}, false},
      {"NoWarningButNonsense",
       "m.mtl",
       "Kd 1\nnewmtl\nnewmtl m\nKd nan inf x\nNs -5\nd 9\nTr\nmap_Kd\nmap_Bump -bm\nKe 1e999 0 0\nillum "
       "99999999999\n"
       "map_Kd -o 1\nnorm -clamp\n\n\xff\xfe garbage\n",
       {},
       false},
  };
}

class BadScene : public testing::TestWithParam<Broken> {
 protected:
  void SetUp() override {
    core::make_folder(folder_ / "folder.obj");
    setenv("XDG_CACHE_HOME", (folder_ / "cache").c_str(), 1);
    put(folder_ / "good.obj", good_obj);
    put(folder_ / "m.mtl", "newmtl m\n");
    put(folder_ / "o.obj", "mtllib m.mtl\n" + triangle + "usemtl m\nf 1/1 2/1 3/1\n");
    put(folder_ / "text.png", "no picture");
    put(folder_ / "empty.png", "");
    put(folder_ / "bomb.png", bomb_png());
    put(folder_ / "large.tga", square_tga(16000));  // allowed by its side, not by its area
    put(folder_ / "white.tga", square_tga(1) + std::string(4, '\xff'));
    put(folder_ / "tiny.tga", square_tga(8000));
    put(folder_ / "cut.png", std::string_view(bomb_png()).substr(0, 20));
    const Broken& broken = GetParam();
    if (broken.name != "MissingFile" && broken.name != "Folder") put(folder_ / broken.file, broken.text);
  }
  const fs::path folder_ = testing_support::scratch();
};

TEST_P(BadScene, GivesOneSentence) {
  const Broken& broken = GetParam();
  const fs::path opened = folder_ / (broken.file == "m.mtl" ? "o.obj" : broken.file);
  std::string said;
  try {
    const scene::Scene scene = scene::load_scene(opened);
    EXPECT_FALSE(broken.error) << "opened without an error";
    for (const std::string& warning : scene.warnings) said += warning + "|";
    // The scene that is made in spite of the errors must be valid.
    for (const scene::Material& m : scene.materials) {
      EXPECT_TRUE(std::isfinite(m.base_color.x + m.emissive.x + m.roughness + m.specular + m.opacity));
      EXPECT_LT(m.base_color_texture, static_cast<std::int32_t>(scene.textures.size()));
    }
    if (broken.check) broken.check(scene.materials.at(0));
    EXPECT_EQ(scene.indices.size() % 3, 0u);
    EXPECT_GT(scene.indices.size(), 0u);
  } catch (const core::Error& error) {
    EXPECT_TRUE(broken.error) << error.what();
    said = error.what();
    EXPECT_EQ(said.find('\n'), std::string::npos) << said;
  }
  for (const std::string& word : broken.words) EXPECT_NE(said.find(word), std::string::npos) << said;
}

const auto by_name = [](const auto& info) { return info.param.name; };
INSTANTIATE_TEST_SUITE_P(Errors, BadScene, testing::ValuesIn(errors()), by_name);
INSTANTIATE_TEST_SUITE_P(Warnings, BadScene, testing::ValuesIn(warnings()), by_name);

}  // namespace
