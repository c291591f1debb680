#pragma once
// What sun, sky and air give a scene at an hour of its day.

#include <optional>

#include "renderer/scene/scene.h"
#include "renderer/sky/atmosphere.h"
#include "renderer/sky/daylight.h"

namespace renderer {

/// Radiances are the scene's, without the settings' intensities.
struct SkyLight {
  float hours = 0;  ///< after the scene's own time
  int version = 0;  ///< another one for another light
  glm::vec3 to_sun{0, 1, 0};
  glm::vec3 sun{0};                 ///< of a white Lambert surface that faces it
  glm::vec3 zenith{0}, horizon{0};  ///< the gradient that lights surfaces
  glm::vec3 sunward{0};             ///< added to it on a side that faces the sun, taken away on one opposite
  // Of an atmosphere only:
  std::optional<Atmosphere::Table> table;
  float scale = 0;                        ///< multiplies the table
  glm::vec3 extinction{0};                ///< of the air, for each metre
  glm::vec3 air_sunward{0}, air_away{0};  ///< what far things fade to, towards the sun and away from it
};

/// Keeps the light that was asked for last. One thread at a time may use it.
class SkyModel {
 public:
  /// The scene must outlive the object.
  explicit SkyModel(const scene::Scene& scene) : scene_(&scene) {}
  /// Whether the sky is an atmosphere and not a gradient.
  bool atmosphere() const { return scene_->sky.atmosphere; }
  /// Of the scene as it is now. Takes some 3 ms under an atmosphere where hour, sun or sky have changed.
  const SkyLight& at(float hours);

 private:
  void light_by_atmosphere(SkyLight& light);

  const scene::Scene* scene_;
  std::optional<Atmosphere> air_;
  float haze_ = 0;  ///< of air_
  std::optional<SkyLight> light_;
  scene::Sun sun_;  ///< with sky_: what light_ was made of
  scene::Sky sky_;
};

}  // namespace renderer
