#pragma once
// Scene files: the town's models, the sky of an hour, and a camera path.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tools/make_town/town.h"

namespace town {

struct Sky {
  glm::vec3 sun_direction, sun_color;
  float sun_intensity;
  float ev;
  float lamps;  ///< how bright lanterns are, 0 to 1; 0 leaves their lights out
  struct Gradient {
    glm::vec3 zenith, horizon;
  };
  std::optional<Gradient> gradient = {};  ///< in place of an atmosphere
  float haze = 1, clouds = 0;             ///< of the atmosphere
};
/// Presets: "golden", "noon", "overcast", "night".
Sky sky_preset(const std::string& name);
/// Any hour from 0 to 24, between the presets' skies; the sun goes its way over the sea.
Sky sky_at(float hour);

struct CameraKey {
  float time;
  glm::vec3 position, look_at;
  bool cut = false;
};
struct CameraPath {
  std::string name;  ///< "scene" is the tour
  float fov_y_degrees = 60;
  std::vector<CameraKey> keys;
};
/// The paths that every town has; they need only what stands at the same place in all of them.
std::vector<CameraPath> camera_paths();

void write_scene(const std::filesystem::path& path, const Town& town, const Sky& sky,
                 const CameraPath& camera);

struct Options {
  std::uint64_t seed = 1;
  Sky sky = sky_preset("golden");
  int texture_size = 1024;  ///< the largest texture, texels a side
  std::filesystem::path out;
};
/// Makes the town of a seed and writes its OBJ, MTL, textures and scene files into options.out.
void make_town(const Options& options);

}  // namespace town
