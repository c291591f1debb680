#include "renderer/sky/atmosphere.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "shaders/aerosol.h"

namespace renderer {
namespace {

using glm::vec3;
constexpr float pi = std::numbers::pi_v<float>;

// Kilometres. The coefficients are Hillaire's, of Bruneton and Neyret 2008 and, for ozone, Bruneton 2017.
constexpr float ground = 6360, top = 6460;
const vec3 air_scattering{5.802e-3f, 13.558e-3f, 33.1e-3f}, ozone_absorption{0.650e-3f, 1.881e-3f, 0.085e-3f};
constexpr float aerosol_scattering = 3.996e-3f, aerosol_absorption = 4.40e-3f;
constexpr float ground_albedo = 0.3f;

// Sizes of the two tables that do not depend on the sun.
constexpr std::size_t altitudes = 32, heights = 64;

/// Where a ray from `altitude`, whose direction has this upward part, leaves the air or meets the ground.
struct Path {
  float length;
  bool meets_ground;
};
Path path(float altitude, float height) {
  const float r = ground + altitude, b = r * height;
  const float to_ground = b * b - (r * r - ground * ground);
  if (height < 0 && to_ground >= 0) return {-b - std::sqrt(to_ground), true};
  return {-b + std::sqrt(std::max(b * b - (r * r - top * top), 0.0f)), false};
}
/// Altitude and upward part after a distance along a ray; for another direction the second is its own.
float altitude_after(float altitude, float height, float distance) {
  const float r = ground + altitude;
  return std::max(std::sqrt(r * r + distance * distance + 2 * r * distance * height) - ground, 0.0f);
}

float air_phase(float cosine) {
  return 3 / (16 * pi) * (1 + cosine * cosine);
}

/// Reads a table of [altitudes][heights], whose rows lie at the squares of their share of the air's depth.
vec3 read(const std::vector<vec3>& table, float altitude, float height) {
  const float y = std::sqrt(std::clamp(altitude / (top - ground), 0.0f, 1.0f)) * (altitudes - 1);
  const float x = std::clamp(height * 0.5f + 0.5f, 0.0f, 1.0f) * (heights - 1);
  const auto row = std::min(static_cast<std::size_t>(y), altitudes - 2),
             column = std::min(static_cast<std::size_t>(x), heights - 2);
  const float v = y - static_cast<float>(row), u = x - static_cast<float>(column);
  const vec3* at = &table[row * heights + column];
  return glm::mix(glm::mix(at[0], at[1], u), glm::mix(at[heights], at[heights + 1], u), v);
}
template <typename Value>
std::vector<vec3> make_table(const Value& value) {
  std::vector<vec3> table;
  table.reserve(altitudes * heights);
  for (std::size_t row = 0; row < altitudes; ++row)
    for (std::size_t column = 0; column < heights; ++column) {
      const float depth = static_cast<float>(row) / (altitudes - 1);
      table.push_back(value(depth * depth * (top - ground),
                            2 * static_cast<float>(column) / static_cast<float>(heights - 1) - 1));
    }
  return table;
}

}  // namespace

/// What light meets at an altitude, for each kilometre.
struct Atmosphere::Sample {
  vec3 air, extinction;
  float aerosol;
};

Atmosphere::Sample Atmosphere::at(float altitude) const {
  const float aerosol = haze_ * std::exp(-altitude / 1.2f);
  const float ozone = std::max(0.0f, 1 - std::abs(altitude - 25) / 15);
  Sample s;
  s.air = air_scattering * std::exp(-altitude / 8);
  s.aerosol = aerosol_scattering * aerosol;
  s.extinction = s.air + (aerosol_scattering + aerosol_absorption) * aerosol + ozone_absorption * ozone;
  return s;
}

vec3 Atmosphere::extinction() const {
  return at(0).extinction;
}

Atmosphere::Atmosphere(float haze) : haze_(haze) {
  make_transmittance();
  make_multiple();
}

void Atmosphere::make_transmittance() {
  transmittance_ = make_table([&](float altitude, float height) {
    constexpr int steps = 40;
    const Path p = path(altitude, height);
    if (p.meets_ground) return vec3(0);
    vec3 depth(0);
    for (int i = 0; i < steps; ++i)
      depth +=
          at(altitude_after(altitude, height, (static_cast<float>(i) + 0.5f) * p.length / steps)).extinction;
    return glm::exp(-depth * (p.length / steps));
  });
}

vec3 Atmosphere::transmittance(float altitude, float height) const {
  return read(transmittance_, altitude, height);
}

/// The table is too coarse for a low sun, so the path is followed.
vec3 Atmosphere::sun(float height) const {
  constexpr int steps = 64;
  const Path p = path(0, height);
  if (height <= 0) return vec3(0);
  vec3 depth(0);
  for (int i = 0; i < steps; ++i)
    depth += at(altitude_after(0, height, (static_cast<float>(i) + 0.5f) * p.length / steps)).extinction;
  return glm::exp(-depth * (p.length / steps));
}

/// Light that was scattered twice or more, as if it came from everywhere alike: Hillaire's equations 5 to 10.
void Atmosphere::make_multiple() {
  multiple_ = make_table([&](float altitude, float sun_height) {
    constexpr int around = 6, up = 6, steps = 12;
    vec3 second(0), again(0);  // radiance of the second order; share of light that comes back
    for (int j = 0; j < up; ++j)
      for (int i = 0; i < around; ++i) {
        const float height = 2 * (static_cast<float>(j) + 0.5f) / up - 1;
        const float azimuth = 2 * pi * (static_cast<float>(i) + 0.5f) / around;
        const float cosine =
            height * sun_height +
            std::sqrt((1 - height * height) * (1 - sun_height * sun_height)) * std::cos(azimuth);
        const Path p = path(altitude, height);
        const float step = p.length / steps;
        vec3 through(1);
        for (int k = 0; k < steps; ++k) {
          const float d = (static_cast<float>(k) + 0.5f) * step, a = altitude_after(altitude, height, d);
          const Sample s = at(a);
          const float sun = ((ground + altitude) * sun_height + d * cosine) / (ground + a);
          const vec3 scattered = s.air + vec3(s.aerosol);
          const vec3 left = glm::exp(-s.extinction * step);
          const vec3 share = through * (1.0f - left) / glm::max(s.extinction, vec3(1e-9f));
          second += share * scattered * transmittance(a, sun) / (4 * pi);
          again += share * scattered;
          through *= left;
        }
        if (p.meets_ground) {
          const float sun = ((ground + altitude) * sun_height + p.length * cosine) / ground;
          second += through * transmittance(0, sun) * (std::max(sun, 0.0f) * ground_albedo / pi);
        }
      }
    const float directions = around * up;
    return second / directions / (1.0f - again / directions);
  });
}

vec3 Atmosphere::multiple(float altitude, float sun_height) const {
  return read(multiple_, altitude, sun_height);
}

Atmosphere::Table Atmosphere::table(float sun_height) const {
  constexpr int steps = 32;
  Table table;
  table.air.reserve(rows * columns);
  table.aerosol.reserve(rows * columns);
  constexpr float altitude = 0.01f;
  for (std::size_t row = 0; row < rows; ++row) {
    const float v = static_cast<float>(row) / (rows - 1), height = v * v;
    const Path p = path(altitude, height);
    for (std::size_t column = 0; column < columns; ++column) {
      const float azimuth = pi * static_cast<float>(column) / (columns - 1);
      const float cosine =
          height * sun_height +
          std::sqrt((1 - height * height) * (1 - sun_height * sun_height)) * std::cos(azimuth);
      vec3 air(0), aerosol(0), through(1);
      float before = 0;
      for (int k = 0; k < steps; ++k) {  // shorter steps near the ground, where most of it is
        const float share = static_cast<float>(k + 1) / steps, until = share * share * p.length;
        const float d = 0.5f * (before + until), step = until - before;
        before = until;
        const float a = altitude_after(altitude, height, d);
        const Sample s = at(a);
        const float sun = ((ground + altitude) * sun_height + d * cosine) / (ground + a);
        const vec3 left = glm::exp(-s.extinction * step);
        const vec3 part = through * (1.0f - left) / glm::max(s.extinction, vec3(1e-9f));
        const vec3 lit = transmittance(a, sun), spread = multiple(a, sun);
        air += part * (s.air * air_phase(cosine) * lit + (s.air + s.aerosol) * spread);
        aerosol += part * s.aerosol * lit;
        through *= left;
      }
      // A white Lambert surface has a radiance of 1 / pi of what it receives.
      table.air.push_back(air * pi);
      table.aerosol.push_back(aerosol * pi);
    }
  }
  return table;
}

vec3 Atmosphere::Table::radiance(const vec3& direction, const vec3& to_sun) const {
  const glm::vec2 d(direction.x, direction.z), s(to_sun.x, to_sun.z);
  const float lengths = glm::length(d) * glm::length(s);
  const float azimuth = lengths > 1e-6f ? std::acos(std::clamp(glm::dot(d, s) / lengths, -1.0f, 1.0f)) : 0.0f;
  const float x = azimuth / pi * (columns - 1),
              y = std::sqrt(std::clamp(direction.y, 0.0f, 1.0f)) * (rows - 1);
  const auto column = std::min(static_cast<std::size_t>(x), columns - 2),
             row = std::min(static_cast<std::size_t>(y), rows - 2);
  const float u = x - static_cast<float>(column), v = y - static_cast<float>(row);
  const auto at = [&](const std::vector<vec3>& table) {
    const vec3* p = &table[row * columns + column];
    return glm::mix(glm::mix(p[0], p[1], u), glm::mix(p[columns], p[columns + 1], u), v);
  };
  return at(air) + at(aerosol) * shared::aerosol_phase(glm::dot(direction, to_sun));
}

}  // namespace renderer
