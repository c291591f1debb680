// The generator of towns: the same seed gives the same bytes, and what it writes is sound geometry.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <glm/glm.hpp>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/file.h"
#include "tests/support/scratch.h"
#include "tools/make_town/scene/scene_writer.h"

namespace {

namespace fs = std::filesystem;

/// Small textures: what is looked at here is everything but their sharpness.
void make(std::uint64_t seed, const fs::path& out) {
  town::Options options;
  options.seed = seed;
  options.texture_size = 32;
  options.out = out;
  town::make_town(options);
}

/// A made town is looked at by several tests; it is made once.
const fs::path& made(std::uint64_t seed) {
  static std::map<std::uint64_t, fs::path> folders;
  const auto [entry, fresh] = folders.try_emplace(seed);
  if (fresh) make(seed, entry->second = testing_support::scratch("town_" + std::to_string(seed)));
  return entry->second;
}

std::map<std::string, std::vector<std::byte>> files_of(const fs::path& folder) {
  std::map<std::string, std::vector<std::byte>> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      files[fs::relative(entry.path(), folder).string()] = core::read_file(entry.path());
  return files;
}

struct Triangle {
  std::array<glm::dvec3, 3> position, normal;
  std::array<glm::dvec2, 3> uv;
  std::string material;
  double area() const {
    return 0.5 * glm::length(glm::cross(position[1] - position[0], position[2] - position[0]));
  }
  glm::dvec3 face() const {
    return glm::normalize(glm::cross(position[1] - position[0], position[2] - position[0]));
  }
};

/// Reads just what make_town writes: triangles with all three indices.
std::vector<Triangle> read_obj(const fs::path& path, std::string* library = nullptr) {
  std::istringstream in(core::read_text(path));
  std::vector<glm::dvec3> positions, normals;
  std::vector<glm::dvec2> uvs;
  std::vector<Triangle> triangles;
  std::string material;
  for (std::string line; std::getline(in, line);) {
    const char* s = line.c_str();
    glm::dvec3 v{0};
    if (std::sscanf(s, "v %lf %lf %lf", &v.x, &v.y, &v.z) == 3) {
      positions.push_back(v);
    } else if (std::sscanf(s, "vt %lf %lf", &v.x, &v.y) == 2) {
      uvs.emplace_back(v);
    } else if (std::sscanf(s, "vn %lf %lf %lf", &v.x, &v.y, &v.z) == 3) {
      normals.push_back(v);
    } else if (line.starts_with("usemtl ")) {
      material = line.substr(7);
    } else if (line.starts_with("mtllib ") && library) {
      *library = line.substr(7);
    } else if (line.starts_with("f ")) {
      unsigned n[9];
      const int read = std::sscanf(s, "f %u/%u/%u %u/%u/%u %u/%u/%u", n, n + 1, n + 2, n + 3, n + 4, n + 5,
                                   n + 6, n + 7, n + 8);
      if (read != 9) core::fail("{}: '{}' is no triangle", path.string(), line);
      Triangle& t = triangles.emplace_back();
      t.material = material;
      for (std::size_t k = 0; k < 3; ++k) {
        t.position[k] = positions.at(n[3 * k] - 1);
        t.uv[k] = uvs.at(n[3 * k + 1] - 1);
        t.normal[k] = normals.at(n[3 * k + 2] - 1);
      }
    }
  }
  return triangles;
}

std::vector<fs::path> objects_of(const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".obj") paths.push_back(entry.path());
  return paths;
}

/// Textures by material, and every material that an MTL file defines.
std::map<std::string, std::set<std::string>> read_materials(const fs::path& path) {
  std::istringstream in(core::read_text(path));
  std::map<std::string, std::set<std::string>> materials;
  std::string name;
  for (std::string word, value; in >> word;) {
    if (word == "newmtl") {
      in >> name;
      materials[name];
    } else if (word.starts_with("map_") || word == "norm") {
      in >> value;
      materials[name].insert(value);
    }
  }
  return materials;
}

TEST(Town, SameSeedSameBytes) {
  const fs::path again = testing_support::scratch("town_again");
  make(1, again);
  const auto first = files_of(made(1)), second = files_of(again);
  ASSERT_GT(first.size(), 100u);
  ASSERT_EQ(first.size(), second.size());
  for (const auto& [name, bytes] : first) EXPECT_TRUE(second.at(name) == bytes) << name << " differs";
}

TEST(Town, AnotherSeedIsAnotherTown) {
  const auto one = core::read_file(made(1) / "town.obj"), two = core::read_file(made(2) / "town.obj");
  EXPECT_FALSE(one == two);
  const auto sign = [](std::uint64_t seed) {
    return core::read_file(made(seed) / "textures/plaster_cream_color.png");
  };
  EXPECT_FALSE(sign(1) == sign(2));
}

class TownOfSeed : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, TownOfSeed, testing::Values(1, 2));

TEST_P(TownOfSeed, HasTheSizeOfAGameScene) {
  const fs::path& folder = made(GetParam());
  std::size_t triangles = 0;
  std::set<std::string> textured;
  for (const fs::path& path : objects_of(folder)) {
    triangles += read_obj(path).size();
    for (const auto& [name, maps] : read_materials(fs::path(path).replace_extension(".mtl")))
      if (maps.size() >= 3) textured.insert(name);
  }
  EXPECT_GE(triangles, 200'000u);
  EXPECT_LE(triangles, 600'000u);
  EXPECT_GE(textured.size(), 25u);
}

TEST_P(TownOfSeed, HasNoDegenerateTriangles) {
  for (const fs::path& path : objects_of(made(GetParam())))
    for (const Triangle& t : read_obj(path)) {
      const double longest =
          std::max({glm::length(t.position[1] - t.position[0]), glm::length(t.position[2] - t.position[1]),
                    glm::length(t.position[0] - t.position[2])});
      // A sliver of under 0.1 mm would round away in the file.
      ASSERT_GT(2 * t.area() / std::max(longest, 1e-12), 1e-4) << path << ' ' << t.material;
    }
}

TEST_P(TownOfSeed, NormalsAgreeWithFaces) {
  for (const fs::path& path : objects_of(made(GetParam())))
    for (const Triangle& t : read_obj(path))
      for (const glm::dvec3& n : t.normal) {
        ASSERT_NEAR(glm::length(n), 1, 0.01) << path << ' ' << t.material;
        ASSERT_GT(glm::dot(n, t.face()), 0.0) << path << ' ' << t.material << " at " << t.position[0].x << ' '
                                              << t.position[0].y << ' ' << t.position[0].z;
      }
}

TEST_P(TownOfSeed, HasEveryMaterialAndTexture) {
  for (const fs::path& path : objects_of(made(GetParam()))) {
    std::string library;
    const std::vector<Triangle> triangles = read_obj(path, &library);
    const auto materials = read_materials(path.parent_path() / library);
    for (const Triangle& t : triangles)
      ASSERT_TRUE(materials.contains(t.material)) << path << ' ' << t.material;
    for (const auto& [name, maps] : materials)
      for (const std::string& map : maps)
        EXPECT_TRUE(fs::is_regular_file(path.parent_path() / map)) << name << ' ' << map;
  }
}

TEST_P(TownOfSeed, TexturesAreLaidEvenlyOverLargeSurfaces) {
  // Tiles per metre, of faces of half a square metre and more, by material: 4 times from the 1st to the 99th
  // percentile by area.
  std::map<std::string, std::vector<std::pair<double, double>>> densities;
  for (const Triangle& t : read_obj(made(GetParam()) / "town.obj")) {
    const double area = t.area();
    if (area < 0.5) continue;
    const glm::dvec2 a = t.uv[1] - t.uv[0], b = t.uv[2] - t.uv[0];
    densities[t.material].emplace_back(std::sqrt(0.5 * std::abs(a.x * b.y - a.y * b.x) / area), area);
  }
  ASSERT_GE(densities.size(), 28u);
  // Pictures are stretched over what they stand on: signs, windows, dials, and twigs that fill a leaf card,
  // which on a far hill is a whole bough.
  for (const char* picture : {"pane", "pane_lit", "fascia", "hanging", "notices", "dial", "leaves_green",
                              "leaves_gold", "leaves_olive"})
    densities.erase(picture);
  for (auto& [material, values] : densities) {
    std::sort(values.begin(), values.end());
    double all = 0, sum = 0, low = -1, high = 0;
    for (const auto& [density, area] : values) all += area;
    for (const auto& [density, area] : values) {
      sum += area;
      if (low < 0 && sum >= 0.01 * all) low = density;
      if (sum <= 0.99 * all || high == 0) high = density;
    }
    EXPECT_GT(low, 0) << material;
    EXPECT_LE(high, 4 * low) << material;
  }
}

TEST_P(TownOfSeed, HasScenesForEveryPathAndHour) {
  for (const char* name :
       {"scene", "loop", "arcade", "thin", "turn", "sign", "views", "golden", "noon", "overcast", "night"}) {
    const std::string text = core::read_text(made(GetParam()) / (std::string(name) + ".toml"));
    EXPECT_NE(text.find("[[camera.keyframe]]"), std::string::npos) << name;
    std::size_t lights = 0;
    for (std::size_t at = text.find("[[light]]"); at != std::string::npos;
         at = text.find("[[light]]", at + 1))
      ++lights;
    EXPECT_LE(lights, 16u) << name;
    for (std::size_t at = text.find("path = \""); at != std::string::npos;
         at = text.find("path = \"", at + 1)) {
      const std::size_t begin = at + 8, end = text.find('"', begin);
      ASSERT_TRUE(fs::is_regular_file(made(GetParam()) / text.substr(begin, end - begin))) << name;
    }
  }
}

TEST(Town, HoursLieBetweenThePresets) {
  const town::Sky noon = town::sky_at(12.5f), evening = town::sky_at(19), night = town::sky_at(2);
  EXPECT_GT(noon.sun_intensity, evening.sun_intensity);
  EXPECT_GT(evening.sun_intensity, night.sun_intensity);
  EXPECT_GT(-noon.sun_direction.y, -evening.sun_direction.y);
  EXPECT_THROW(town::sky_preset("tea time"), core::UsageError);
}

}  // namespace
