#include "tools/make_town/scene/scene_writer.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/error.h"
#include "core/file.h"
#include "tools/make_town/geometry/noise.h"
#include "tools/make_town/ground/ground.h"

namespace town {

using glm::vec3;

namespace {

constexpr float degree = 3.14159265f / 180;

/// The way the light travels; the azimuth is where the sun stands, from the sea (+z) towards the east (+x).
vec3 from(float azimuth, float elevation) {
  const float a = azimuth * degree, e = elevation * degree;
  return -vec3(std::sin(a) * std::cos(e), std::sin(e), std::cos(a) * std::cos(e));
}

}  // namespace

Sky sky_preset(const std::string& name) {
  // Lamps and windows shine the same at every hour; the levels of sun and sky say how much that is.
  if (name == "golden") return {from(-33, 17), {1.0f, 0.67f, 0.36f}, 3.8f, 0.5f, 1.0f, {}, 3, 0.4f};
  if (name == "noon") return {from(-20, 58), {1.0f, 0.96f, 0.88f}, 9.0f, 0.3f, 0.0f, {}, 1.5f, 0.4f};
  if (name == "overcast")
    return {from(-30, 50), {1.0f, 0.98f, 0.95f},
            0.6f,          0.4f,
            0.5f,          Sky::Gradient{{1.1f, 1.2f, 1.35f}, {1.35f, 1.38f, 1.42f}}};
  if (name == "night") return {from(35, 38), {0.55f, 0.70f, 1.0f}, 0.30f, -1.4f, 0.6f, {}, 1, 0.3f};
  core::fail_usage("there is no time of day '{}': golden, noon, overcast, night or an hour from 0 to 24",
                   name);
}

Sky sky_at(float hour) {
  // Keyed by the height of the sun; it rises at 5 and sets at 20.
  const float elevation = 62 * std::sin(3.14159265f * (hour - 5) / 15),
              azimuth = -20 - 10 * (hour - 12.5f) * -1;
  const Sky night = sky_preset("night"), golden = sky_preset("golden"), noon = sky_preset("noon");
  if (elevation < -6 || hour < 5 || hour > 21) return night;
  const float up = saturate((elevation + 6) / 14), high = smoothstep(15, 45, elevation);
  const auto blend = [](const Sky& a, const Sky& b, float t) {
    Sky s = b;
    s.sun_color = glm::mix(a.sun_color, b.sun_color, t);
    s.sun_intensity = glm::mix(a.sun_intensity, b.sun_intensity, t);
    s.haze = glm::mix(a.haze, b.haze, t);
    s.clouds = glm::mix(a.clouds, b.clouds, t);
    s.ev = glm::mix(a.ev, b.ev, t);
    s.lamps = glm::mix(a.lamps, b.lamps, t);
    return s;
  };
  Sky sky = blend(blend(night, golden, up), noon, high);
  sky.sun_direction = from(azimuth, std::max(elevation, 4.0f));
  return sky;
}

void write_scene(const std::filesystem::path& path, const Town& town, const Sky& sky,
                 const CameraPath& camera) {
  std::string out = "# Written by make_town.\n";
  const auto put = [&]<typename... Args>(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
  };
  const auto vector = [](vec3 v) { return fmt::format("[{:.4f}, {:.4f}, {:.4f}]", v.x, v.y, v.z); };
  put("name = \"Harbour town\"\n");
  for (const Model& m : town.models) {
    put("\n[[model]]\npath = \"{}.obj\"\n", m.shape);
    for (const Keyframe& k : m.keyframes)
      put("[[model.keyframe]]\ntime = {:.4f}\nposition = {}\nrotation_degrees = {}\n", k.time,
          vector(k.position), vector(k.rotation_degrees));
  }
  put("\n[sun]\ndirection = {}\ncolor = {}\nintensity = {:.3f}\n", vector(sky.sun_direction),
      vector(sky.sun_color), sky.sun_intensity);
  if (sky.gradient)
    put("\n[sky]\nzenith = {}\nhorizon = {}\n", vector(sky.gradient->zenith), vector(sky.gradient->horizon));
  else
    put("\n[sky]\natmosphere = true\nhaze = {:.2f}\nclouds = {:.2f}\nstars = 1.0\n", sky.haze, sky.clouds);
  put("\n[water]\ncenter = {}\nsize = 64.0\n", vector({1, water_level, quay_edge + 30}));
  put("\n[wind]\nsway = 0.025\n");
  if (sky.lamps > 0.05f)
    for (const PointLight& l : town.lights)
      put("\n[[light]]\nposition = {}\ncolor = {}\nintensity = {:.3f}\nradius = {:.2f}\n", vector(l.position),
          vector(l.color), l.intensity * sky.lamps, l.radius);
  put("\n[exposure]\nev = {:.2f}\n", sky.ev);
  put("\n[camera]\nfov_y_degrees = {:.1f}\nnear = 0.1\nfar = 1200.0\n", camera.fov_y_degrees);
  for (const CameraKey& k : camera.keys) {
    put("[[camera.keyframe]]\ntime = {:.3f}\nposition = {}\nlook_at = {}\n", k.time, vector(k.position),
        vector(k.look_at));
    if (k.cut) put("cut = true\n");
  }
  core::write_file(path, out);
}

}  // namespace town
