#pragma once
// A scene with simulated water: a pond with a wall in it and a boat that bobs.

#include <fmt/format.h>

#include <filesystem>
#include <string>

#include "core/file.h"
#include "renderer/scene/scene.h"

namespace testing_support {

/// The faces of a box as OBJ, whose first vertex has the number `first`.
inline std::string box_obj(glm::vec3 low, glm::vec3 high, int first) {
  std::string text;
  for (int i = 0; i < 8; ++i)
    text +=
        fmt::format("v {} {} {}\n", i & 1 ? high.x : low.x, i & 2 ? high.y : low.y, i & 4 ? high.z : low.z);
  for (const auto& f : {"0 2 3 1", "4 5 7 6", "0 1 5 4", "2 6 7 3", "0 4 6 2", "1 3 7 5"}) {
    text += "f";
    for (int k = 0; k < 4; ++k) text += fmt::format(" {}", first + (f[2 * k] - '0'));
    text += "\n";
  }
  return text;
}

/// Writes the scene to a folder and returns its file. The water lies at y = 0, the wall in x from 4 to 6 and
/// z from -4 to 4; 32 m around the origin are simulated.
inline std::filesystem::path write_pond(const std::filesystem::path& folder) {
  core::write_file(folder / "pond.mtl",
                   "newmtl stone\nKd 0.55 0.5 0.42\n\nnewmtl water\nKd 0.05 0.15 0.17\nd 0.9\n\n"
                   "newmtl paint\nKd 0.7 0.1 0.06\n");
  core::write_file(folder / "pond.obj",
                   "mtllib pond.mtl\nv -60 -2 60\nv 60 -2 60\nv 60 -2 -60\nv -60 -2 -60\n"
                   "v -60 0 60\nv 60 0 60\nv 60 0 -60\nv -60 0 -60\n"
                   "usemtl stone\nf 1 2 3 4\nusemtl water\nf 5 6 7 8\nusemtl stone\n" +
                       box_obj({4, -2, -4}, {6, 1.5f, 4}, 9));
  core::write_file(folder / "boat.obj",
                   "mtllib pond.mtl\nusemtl paint\n" + box_obj({-0.8f, -0.3f, -2}, {0.8f, 0.6f, 2}, 1));
  std::string text = "name = 'Pond'\n[[model]]\npath = 'pond.obj'\n[[model]]\npath = 'boat.obj'\n";
  for (const auto& [time, height, lean] : {std::tuple{0.0, 0.05, 1.0}, {0.7, -0.05, -1.0}, {1.4, 0.05, 1.0}})
    text +=
        fmt::format("[[model.keyframe]]\ntime = {}\nposition = [-4, {}, 2]\nrotation_degrees = [0, 20, {}]\n",
                    time, height, lean);
  text +=
      "[water]\ncenter = [0, 0, 0]\nsize = 32\n[sun]\nintensity = 3\n[camera]\n"
      "[[camera.keyframe]]\ntime = 0\nposition = [0, 3, 14]\nlook_at = [0, 0, 0]\n"
      "[[camera.keyframe]]\ntime = 4\nposition = [2, 3.5, 13]\nlook_at = [0.5, 0, 0]\n";
  core::write_file(folder / "scene.toml", text);
  return folder / "scene.toml";
}

}  // namespace testing_support
