#pragma once
// The light of a clear sky, calculated from what air is made of: Hillaire 2020, "A Scalable and Production
// Ready Sky and Atmosphere Rendering Technique", on the processor.

#include <cstddef>
#include <glm/glm.hpp>
#include <vector>

#include "shaders/shared.h"

namespace renderer {

/// The sky over a place at sea level for one height of the sun. Radiances are those under a sun that gives a
/// white Lambert surface outside the air a radiance of 1.
class Atmosphere {
 public:
  /// `haze` multiplies the aerosols of a clear day, 0 or more. Takes some 20 ms.
  explicit Atmosphere(float haze);

  /// What of the sun's light arrives, where the sine of its height is this; 0 below the horizon.
  glm::vec3 sun(float height) const;

  /// What the air at sea level takes of light that passes, for each kilometre.
  glm::vec3 extinction() const;

  /// Directions from the horizon up: a column is an azimuth from the sun (0) to opposite it (pi), both ends
  /// included, a row an elevation, whose sine is the square of row / (rows - 1).
  static constexpr std::size_t columns = shared::SKY_COLUMNS, rows = shared::SKY_ROWS;
  struct Table {
    std::vector<glm::vec3> air;  ///< [rows][columns] radiance of what air scatters, all orders
    std::vector<glm::vec3>
        aerosol;  ///< [rows][columns] of aerosols, to be multiplied by shared::aerosol_phase()
    /// The radiance from a direction (a unit vector, y up, y >= 0) under a sun in this one.
    glm::vec3 radiance(const glm::vec3& direction, const glm::vec3& to_sun) const;
  };
  Table table(float sun_height) const;

 private:
  struct Sample;
  Sample at(float altitude) const;
  glm::vec3 transmittance(float altitude, float height) const;
  glm::vec3 multiple(float altitude, float sun_height) const;
  void make_transmittance();
  void make_multiple();

  float haze_;
  std::vector<glm::vec3> transmittance_, multiple_;
};

}  // namespace renderer
