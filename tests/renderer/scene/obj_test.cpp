// OBJ and MTL files as they are in the wild: the same meaning however they are written, and a warning or an
// error with the line where they have none.

#include <gtest/gtest.h>
#include <tiny_obj_loader.h>

#include <algorithm>
#include <sstream>

#include "core/error.h"
#include "renderer/scene/mesh/obj_loader.h"
#include "renderer/scene/mesh/obj_text.h"
#include "tests/support/scene_folder.h"

namespace {

namespace fs = std::filesystem;

class ObjTest : public testing_support::SceneFolder {
 protected:
  scene::ObjFile parse(std::string_view text) { return scene::parse_obj(text, folder_ / "t.obj"); }
  std::string failure(std::string_view text) {
    try {
      parse(text);
    } catch (const core::Error& error) {
      return error.what();
    }
    return "no error";
  }
  /// The materials of m.mtl with this content, and the warnings.
  std::vector<scene::ObjMaterial> materials(std::string_view mtl) {
    warnings_.clear();
    return scene::load_mtl(write("m.mtl", mtl), warnings_);
  }
  static std::string all(const std::vector<std::string>& sentences) {
    std::string text;
    for (const std::string& one : sentences) text += one + "\n";
    return text;
  }
  std::vector<std::string> warnings_;
};

const std::string square = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\n";
const std::string red = "newmtl red\nKd 1 0 0\n";

std::vector<std::string> lines_of(std::string_view text) {
  const fs::path path = "x.obj";
  scene::ObjText lines(text, path);
  std::vector<std::string> result;
  while (lines.next()) result.push_back(std::to_string(lines.number()) + ":" + std::string(lines.line()));
  return result;
}

using Lines = std::vector<std::string>;

TEST(ObjText, LineEndsBlanksAndContinuations) {
  EXPECT_EQ(lines_of("v 1\nv 2\n"), (Lines{"1:v 1", "2:v 2"}));
  EXPECT_EQ(lines_of("v 1\r\nv 2\r\n\r\nv 4"), (Lines{"1:v 1", "2:v 2", "4:v 4"}));
  EXPECT_EQ(lines_of("v 1\rv 2\r\rv 4\r"), (Lines{"1:v 1", "2:v 2", "4:v 4"}));
  EXPECT_EQ(lines_of("v 1\rv 2\nv 3\r\nv 4"), (Lines{"1:v 1", "2:v 2", "3:v 3", "4:v 4"}));
  EXPECT_EQ(lines_of(" \t v 1\\\n 2 \\\r\n3\nv 4"), (Lines{"1:v 1 2  3", "4:v 4"}));
  EXPECT_EQ(lines_of("v 1 \\"), (Lines{"1:v 1"}));
  EXPECT_EQ(lines_of(""), Lines{});
}

TEST(ObjText, CommentsEndALineButNotAName) {
  EXPECT_EQ(lines_of("# a\nf 1 2 3 # b\nf 4 5 6# c\n"), (Lines{"2:f 1 2 3", "3:f 4 5 6"}));
  EXPECT_EQ(lines_of("# C:\\models\\\nv 1\n"), (Lines{"2:v 1"})) << "a comment goes on";
  EXPECT_EQ(lines_of("usemtl Material #25\nusemtl red # the red one\n"),
            (Lines{"1:usemtl Material #25", "2:usemtl red"}));
  EXPECT_EQ(lines_of("map_Kd a#b.png #\nMTLLIB #1.mtl\n"), (Lines{"1:map_Kd a#b.png", "2:MTLLIB #1.mtl"}));
  EXPECT_EQ(lines_of("vn -1.#IND 0 1 # odd\n"), (Lines{"1:vn -1.#IND 0 1"}));
}

TEST(ObjText, MarksAndEncodings) {
  EXPECT_EQ(lines_of("\xef\xbb\xbfv 1"), (Lines{"1:v 1"}));
  using namespace std::string_literals;
  EXPECT_EQ(lines_of("v 1\nv 2\n\0"s), (Lines{"1:v 1", "2:v 2"}));
  EXPECT_EQ(lines_of("v 1\nv 2\n\x1a"), (Lines{"1:v 1", "2:v 2"}));
  // "o é𝄞" and "v 1", in four ways.
  const std::u16string text = u"o \u00e9\U0001d11e\nv 1\n";
  for (const bool big : {false, true})
    for (const bool marked : {false, true}) {
      std::string bytes = marked ? big ? "\xfe\xff" : "\xff\xfe" : "";
      for (const char16_t c : text) {
        const char high = static_cast<char>(c >> 8), low = static_cast<char>(c & 255);
        bytes += big ? std::string{high, low} : std::string{low, high};
      }
      EXPECT_EQ(lines_of(bytes), (Lines{"1:o \u00e9\U0001d11e", "2:v 1"})) << big << marked;
    }
  const auto binary = [](const std::string& bytes) {
    return testing_support::message_of([&] { lines_of(bytes); });
  };
  EXPECT_NE(binary("v 1\nv \0 2\n"s).find("'x.obj' line 2: it holds NUL bytes"), std::string::npos);
  EXPECT_NE(binary("v 1\n" + std::string(100000, '\0')).find("line 2"), std::string::npos) << "a sparse file";
}

TEST(ObjText, NumbersAreReadWholeOrNotAtAll) {
  using scene::NumberKind;
  for (const auto& [word, value] : {std::pair("1", 1.0),
                                    {"-0.5", -0.5},
                                    {"+2", 2.0},
                                    {".25", .25},
                                    {"3.", 3.0},
                                    {"1e-3", 1e-3},
                                    {"1E+2", 100.0},
                                    {"1e-999", 0.0},
                                    {"431250.1254", 431250.1254},
                                    {"0,5", 0.5}}) {
    const scene::ParsedNumber n = scene::parse_number(word);
    EXPECT_EQ(n.kind, NumberKind::good) << word;
    EXPECT_EQ(n.value, value) << word;
    EXPECT_EQ(n.comma, std::string_view(word) == "0,5");
  }
  for (const char* word : {"nan", "-nan", "NaN", "nan(ind)", "-nan(ind)", "inf", "-Infinity", "1.#QNAN",
                           "-1.#IND", "1.#INF", "1e999"})
    EXPECT_EQ(scene::parse_number(word).kind, NumberKind::not_finite) << word;
  for (const char* word :
       {"", "-", "+", "1.2.3", "1,2,3", "1.0,5", "0x10", "1e", "a", "1a", "--1", "+-1", "1/2"})
    EXPECT_EQ(scene::parse_number(word).kind, NumberKind::malformed) << word;
}

TEST_F(ObjTest, EachFormOfAFaceMeansTheSame) {
  const std::string with_uvs = square + "vt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\nvn 0 0 1\n";
  constexpr std::uint32_t none = scene::no_index;
  struct Form {
    const char* text;
    std::uint32_t uv, normal;  // of the third corner
  };
  for (const Form& form : {Form{"f 1 2 3 4", none, none},
                           {"f 1/ 2/ 3/ 4/", none, none},
                           {"f 1// 2// 3// 4//", none, none},
                           {"f 1/1 2/2 3/3 4/4", 2, none},
                           {"f 1/1/ 2/2/ 3/3/ 4/4/", 2, none},
                           {"f\t1//1\t2//1 \t3//1\t4//1 \t", none, 0},
                           {"f 1/1/1 2/2/1 3/3/1 4/4/1", 2, 0},
                           {"f -4/-4/-1 -3/-3/-1 -2/-2/-1 -1/-1/-1", 2, 0},
                           {"f 1 2//1 3/3 4/4/1", 2, none},
                           {"F +1 +2 +3 +4", none, none},
                           {"fo 1 2 3 4", none, none}}) {
    const scene::ObjFile file = parse(with_uvs + form.text + "\nv 9 9 9\n");
    ASSERT_EQ(file.faces.size(), 1u) << form.text;
    ASSERT_EQ(file.corners.size(), 4u) << form.text;
    for (std::uint32_t i = 0; i < 4; ++i) EXPECT_EQ(file.corners[i].position, i) << form.text;
    EXPECT_EQ(file.corners[2].uv, form.uv) << form.text;
    EXPECT_EQ(file.corners[2].normal, form.normal) << form.text;
    EXPECT_TRUE(file.warnings.empty()) << all(file.warnings);
  }
}

TEST_F(ObjTest, WhatIsNoNumberOrNoIndexIsAnErrorWithItsLine) {
  for (const auto& [line, words] :
       {std::pair("f 1 2 4294967297", "vertex that does not exist; the file has 4"),
        {"f 1 2 99999999999999999999", "vertex that does not exist"},
        {"f 1 2 -4294967297", "vertex that does not exist"},
        {"f 1/1 2/1 3/1", "texture coordinate that does not exist; the file has 0"},
        {"f 1 2 3.5", "'3.5' is no corner of a face"},
        {"f 1/1/1/1 2 3", "'1/1/1/1' is no corner"},
        {"f 1 2 /3", "'/3' is no corner"},
        {"f 1 2 0", "'0' is no corner"},
        {"v 1 2", "'v' needs 3 numbers and has 2"},
        {"v 1 2 1.2.3", "'1.2.3' is not a number"},
        {"v 1 - 3", "'-' is not a number"},
        {"v 1 -1.#IND 3", "'-1.#IND' is not a finite number"},
        {"vt 0.5 x", "'x' is not a number"},
        {"vn 0 0", "'vn' needs 3 numbers and has 2"},
        {"vn 0 0 1e", "'1e' is not a number"}}) {
    const std::string said = failure(square + line + "\nf 1 2 3\n");
    EXPECT_NE(said.find("t.obj' line 5: "), std::string::npos) << line << ": " << said;
    EXPECT_NE(said.find(words), std::string::npos) << line << ": " << said;
  }
}

TEST_F(ObjTest, DecimalCommasAreReadAndSaid) {
  const scene::ObjFile file =
      parse("v 0,0 0,0 0\nv 1,5 0 0\nv 0 2,25 0\nvt 0,5 0,75\nvn 0 0,6 0,8\nf 1/1/1 2/1/1 3/1/1\n");
  EXPECT_EQ(file.positions[1], glm::vec3(1.5f, 0, 0));
  EXPECT_EQ(file.uvs[0], glm::vec2(0.5f, 0.75f));
  EXPECT_EQ(file.normals[0], glm::vec3(0, 0.6f, 0.8f));
  ASSERT_EQ(file.warnings.size(), 1u) << all(file.warnings);
  EXPECT_NE(file.warnings[0].find("line 1: numbers have decimal commas"), std::string::npos);
  const auto read = materials("newmtl m\nKd 0,25 0,5 1\nNs 1.2.3\nd -\n");
  EXPECT_EQ(read[0].diffuse, glm::vec3(0.25f, 0.5f, 1));
  EXPECT_FALSE(read[0].shininess);
  EXPECT_EQ(read[0].dissolve, 1);
  ASSERT_EQ(warnings_.size(), 3u);
  EXPECT_NE(warnings_[1].find("m.mtl' line 3: '1.2.3' of Ns is not a finite number"), std::string::npos);
  EXPECT_NE(warnings_[2].find("m.mtl' line 4: '-' of d"), std::string::npos);
}

TEST_F(ObjTest, NormalsAndCoordinatesThatAreNotFiniteAreMadeAnew) {
  const scene::ObjFile file =
      parse(square + "vt nan -1.#IND\nvn nan 0 1\nvn -1.#IND 0 0\nvn 0 0 0\n" + "f 1/1/1 2/1/2 3/1/3\n");
  EXPECT_EQ(file.uvs[0], glm::vec2(0));
  for (const glm::vec3& n : file.normals) EXPECT_EQ(n, glm::vec3(0)) << "stands for a missing one";
  EXPECT_NE(all(file.warnings).find("line 5: a texture coordinate is not finite"), std::string::npos);
}

TEST_F(ObjTest, MaterialsAreBoundOnceAllLibrariesAreRead) {
  write("m.mtl", red + "newmtl Material #25\nKd 0 1 0\n");
  const auto diffuse = [&](const std::string& text) {
    const scene::ObjFile file = parse(square + text + "\nf 1 2 3\n");
    return file.materials[file.faces[0].material].diffuse;
  };
  const glm::vec3 is_red(1, 0, 0), is_green(0, 1, 0);
  EXPECT_EQ(diffuse("usemtl red\nmtllib m.mtl"), is_red);
  EXPECT_EQ(diffuse("mtllib m.mtl # library\nUseMtl red #1 of 2"), is_red);
  EXPECT_EQ(diffuse("MTLLIB \\\nm.mtl\nusemtl red"), is_red);
  EXPECT_EQ(diffuse("mtllib m.mtl\nusemtl Material #25"), is_green);
  EXPECT_EQ(diffuse("mtllib m.mtl\nusemtl red\nusemtl"), std::nullopt) << "without a name: the default";
  EXPECT_EQ(diffuse("mtllib gone.mtl m.mtl\nusemtl red"), is_red);
}

TEST_F(ObjTest, ALibraryThatIsMissingGivesWayToTheFilesOwnName) {
  write("t.mtl", red);
  const scene::ObjFile renamed = parse(square + "mtllib old.mtl\nusemtl red\nf 1 2 3\n");
  EXPECT_EQ(renamed.materials[renamed.faces[0].material].diffuse, glm::vec3(1, 0, 0));
  ASSERT_EQ(renamed.warnings.size(), 1u) << all(renamed.warnings);
  EXPECT_NE(renamed.warnings[0].find("line 5: material file '" + (folder_ / "old.mtl").string()),
            std::string::npos);
  EXPECT_NE(renamed.warnings[0].find("t.mtl' is used in its place"), std::string::npos)
      << renamed.warnings[0];
  const scene::ObjFile unnamed = parse(square + "usemtl red\nf 1 2 3\n");
  EXPECT_EQ(unnamed.materials[unnamed.faces[0].material].diffuse, glm::vec3(1, 0, 0));
  EXPECT_NE(all(unnamed.warnings).find("t.mtl' beside it is used"), std::string::npos);
  fs::remove(folder_ / "t.mtl");
  const scene::ObjFile grey = parse("mtllib nosuchdir/\n" + square + "usemtl red\nf 1 2 3\n");
  EXPECT_NE(all(grey.warnings).find("line 1: material file"), std::string::npos);
  EXPECT_NE(all(grey.warnings).find("'red'"), std::string::npos);
  EXPECT_EQ(grey.material_files, (std::vector<fs::path>{folder_ / "nosuchdir/", folder_ / "t.mtl"}))
      << "the cache notices when they appear";
}

TEST_F(ObjTest, KeysOfAnyCaseAndUnknownOnesOnce) {
  const auto m =
      materials("\xef\xbb\xbfNEWMTL m\rkd 0.5\rMAP_KD a.png\rmap_D b.png\rtr 0.25\rfoo 1\rFoo 2\rfoo 3\r");
  ASSERT_EQ(m.size(), 1u);
  EXPECT_EQ(m[0].diffuse, glm::vec3(0.5f)) << "one number is a grey";
  EXPECT_EQ(m[0].diffuse_map, "a.png");
  EXPECT_EQ(m[0].alpha_map, "b.png");
  EXPECT_EQ(m[0].dissolve, 0.75f);
  ASSERT_EQ(warnings_.size(), 2u) << all(warnings_);
  EXPECT_NE(warnings_[0].find("line 6: unknown key 'foo' is ignored (and on 1 more line)"),
            std::string::npos);
  const scene::ObjFile file = parse(square + "zap 1\nl 1 2\np 3\nzap 2\nf 1 2 3\n");
  EXPECT_NE(all(file.warnings).find("line 5: unknown key 'zap' is ignored (and on 1 more line)"),
            std::string::npos);
  EXPECT_NE(all(file.warnings).find("line 6: lines and points are not drawn"), std::string::npos);
}

TEST_F(ObjTest, OddValuesOfMaterials) {
  const auto m =
      materials("newmtl m\nd -halo 0.9\nNs 1e30\nKe 1e30 1e30 1e30\nKs spectral a.rfl\nKd nan 0 0\n");
  EXPECT_EQ(m[0].dissolve, 0.9f);
  EXPECT_EQ(m[0].shininess, 1e30f);
  EXPECT_EQ(m[0].emission, glm::vec3(65000));
  EXPECT_FALSE(m[0].specular);
  EXPECT_FALSE(m[0].diffuse);
}

TEST_F(ObjTest, MapOptions) {
  const auto m = materials(
      "newmtl a\nmap_Kd -s 4 2 1 -o 0.5 -texres 64 -blendu off my file.png\nbump -bm 0.3 b.png\n"
      "newmtl b\nmap_Kd -clamp on c.png\nnorm n.png\n"
      "newmtl c\nmap_Kd -zap z.png\nmap_d -s 2 2 2 d.png\nmap_Kd -boost 0 -blendv on -imfchan l e.png\n");
  EXPECT_EQ(m[0].diffuse_map, "my file.png");
  EXPECT_EQ(m[0].placement, (scene::MapPlacement{{4, 2}, {0.5f, 0}, false}));
  EXPECT_EQ(m[0].bump_map, "b.png");
  EXPECT_EQ(m[0].bump_scale, 0.3f);
  EXPECT_TRUE(m[1].placement.clamp);
  EXPECT_EQ(m[2].diffuse_map, "e.png");
  EXPECT_EQ(m[2].placement, scene::MapPlacement{});
  EXPECT_NE(all(warnings_).find("line 8: the map option -zap is not known"), std::string::npos);
  EXPECT_NE(all(warnings_).find("line 2: the map option -blendu off is ignored"), std::string::npos);
  EXPECT_NE(all(warnings_).find("line 10: the map option -imfchan l is ignored"), std::string::npos);
  EXPECT_EQ(all(warnings_).find("-boost"), std::string::npos);
  EXPECT_NE(all(warnings_).find("line 3: the maps of a material have different options"), std::string::npos);
}

TEST_F(ObjTest, VertexColorsAndSmoothingGroups) {
  const scene::ObjFile file = parse(
      "v 0 0 0 1 0 0\nv 1 0 0 0 0.5 0\nv 1 1 0 1\nv 0 1 0 0 0 1 0.5\ns off\nf 1 2 3\ns 7\nf 2 3 4\nS 0\nf 1 "
      "2 4\n");
  EXPECT_EQ(file.colors, (std::vector<glm::vec3>{{1, 0, 0}, {0, 0.5f, 0}, {1, 1, 1}, {0, 0, 1}}));
  EXPECT_EQ(file.materials[0].diffuse, glm::vec3(1)) << "not multiplied by the grey of no material";
  EXPECT_EQ(file.faces[0].smoothing, 0);
  EXPECT_EQ(file.faces[1].smoothing, 7);
  EXPECT_EQ(file.faces[2].smoothing, 0);
  EXPECT_EQ(parse(square + "f 1 2 3\n").faces[0].smoothing, scene::smoothing_unsaid);
  EXPECT_TRUE(parse("v 0 0 0 1\nv 1 0 0 1\nv 0 1 0 1\nf 1 2 3\n").colors.empty()) << "a w is no colour";
  const auto bytes = parse("v 0 0 0 255 0 0\nv 1 0 0 0 51 0\nv 0 1 0 0 0 255\nf 1 2 3\n");
  EXPECT_EQ(bytes.colors[1], glm::vec3(0, 0.2f, 0));
}

TEST_F(ObjTest, CoordinatesOfAMapAreShiftedBeforeTheyBecomeFloats) {
  const scene::ObjFile far = parse(
      "v 431250.125 5411800.25 10.5\nv 431251.125 5411800.25 10.5\nv 431250.125 5411800.251 11\nf 1 2 3\nv 0 "
      "0 0\n");
  EXPECT_EQ(far.positions[1] - far.positions[0], glm::vec3(1, 0, 0));
  EXPECT_NEAR(far.positions[2].y - far.positions[0].y, 0.001, 1e-6);
  EXPECT_EQ(far.origin.x, 431250.625);
  EXPECT_NE(all(far.warnings).find("far from the origin, near (431251, 5411800, 11)"), std::string::npos)
      << all(far.warnings);
  EXPECT_EQ(parse("v 100 0 0\nv 101 0 0\nv 100 1 0\nf 1 2 3\n").origin, glm::dvec3(0));
}

/// tinyobjloader is the second opinion where it reads the format right.
TEST_F(ObjTest, TheSameAsTinyObjLoader) {
  write("m.mtl",
        "newmtl a\nKd 0.1 0.2 0.3\nKs 0.4 0.5 0.6\nNs 20\nd 0.5\nPr 0.25\nmap_Kd -s 2 3 1 a.png\n"
        "newmtl b\nKe 1 2 3\nTr 0.25\nmap_Bump -bm 0.5 b.png\nnorm n.png\n");
  std::string text = "mtllib m.mtl\n";
  unsigned seed = 1;
  const auto next = [&] { return (seed = seed * 1664525u + 1013904223u) >> 8; };
  for (int i = 0; i < 200; ++i) {
    text += fmt::format("v {} {} {}\n", next() * 1e-5, -1.0 * next(), next() % 100);
    text +=
        fmt::format("vt {:e} {}\nvn {} {} 1\n", next() * 1e-8, next() % 7 * 0.125, next() % 3, next() % 5);
    if (i < 3) continue;
    if (i % 40 == 10) text += i % 80 == 10 ? "usemtl a\n" : "usemtl b\n";
    text += i % 2 ? fmt::format("f {0}/{0}/{0} {1}/{1} {2}\n", i, i - 1, i - 2) : "f -1//-1 -2//-2 -3//-4\n";
  }
  write("t.obj", text);
  const scene::ObjFile ours = scene::load_obj(folder_ / "t.obj");
  tinyobj::ObjReaderConfig config;
  config.mtl_search_path = folder_.string();
  config.triangulate = false;
  tinyobj::ObjReader theirs;
  ASSERT_TRUE(theirs.ParseFromFile((folder_ / "t.obj").string(), config));
  const tinyobj::attrib_t& attributes = theirs.GetAttrib();
  ASSERT_EQ(attributes.vertices.size(), 3 * ours.positions.size());
  ASSERT_EQ(attributes.texcoords.size(), 2 * ours.uvs.size());
  ASSERT_EQ(attributes.normals.size(), 3 * ours.normals.size());
  for (std::size_t i = 0; i < ours.positions.size(); ++i)
    for (int c = 0; c < 3; ++c) {
      const float expected = attributes.vertices[3 * i + static_cast<std::size_t>(c)];
      EXPECT_FLOAT_EQ(ours.positions[i][c], expected);
      EXPECT_FLOAT_EQ(ours.normals[i][c], attributes.normals[3 * i + static_cast<std::size_t>(c)]);
      if (c < 2) {
        EXPECT_FLOAT_EQ(ours.uvs[i][c], attributes.texcoords[2 * i + static_cast<std::size_t>(c)]);
      }
    }
  std::size_t face = 0, corner = 0;
  for (const tinyobj::shape_t& shape : theirs.GetShapes()) {
    for (const tinyobj::index_t& index : shape.mesh.indices) {
      EXPECT_EQ(ours.corners[corner].position, static_cast<std::uint32_t>(index.vertex_index));
      EXPECT_EQ(ours.corners[corner].uv, static_cast<std::uint32_t>(index.texcoord_index));
      EXPECT_EQ(ours.corners[corner].normal, static_cast<std::uint32_t>(index.normal_index));
      ++corner;
    }
    for (const int id : shape.mesh.material_ids) {
      const std::string& name = ours.materials[ours.faces[face++].material].name;
      EXPECT_EQ(name, id < 0 ? "default" : theirs.GetMaterials()[static_cast<std::size_t>(id)].name);
    }
  }
  EXPECT_EQ(face, ours.faces.size());
  const tinyobj::material_t &a = theirs.GetMaterials()[0], &b = theirs.GetMaterials()[1];
  EXPECT_EQ(ours.materials[0].diffuse, glm::vec3(a.diffuse[0], a.diffuse[1], a.diffuse[2]));
  EXPECT_EQ(ours.materials[0].specular, glm::vec3(a.specular[0], a.specular[1], a.specular[2]));
  EXPECT_EQ(ours.materials[0].shininess, a.shininess);
  EXPECT_EQ(ours.materials[0].dissolve, a.dissolve);
  EXPECT_EQ(ours.materials[0].roughness, a.roughness);
  EXPECT_EQ(ours.materials[0].diffuse_map, a.diffuse_texname);
  EXPECT_EQ(ours.materials[0].placement.scale,
            glm::vec2(a.diffuse_texopt.scale[0], a.diffuse_texopt.scale[1]));
  EXPECT_EQ(ours.materials[1].emission, glm::vec3(b.emission[0], b.emission[1], b.emission[2]));
  EXPECT_EQ(ours.materials[1].dissolve, b.dissolve);
  EXPECT_EQ(ours.materials[1].bump_map, b.bump_texname);
  EXPECT_EQ(ours.materials[1].bump_scale, b.bump_texopt.bump_multiplier);
  EXPECT_EQ(ours.materials[1].normal_map, b.normal_texname);
}

}  // namespace
