// How aerosols scatter light, for GLSL and C++.
#ifndef NEURASTER_AEROSOL_H
#define NEURASTER_AEROSOL_H

#ifdef __cplusplus
#include <cmath>
namespace shared {
using std::pow;
inline
#endif
    // The share of light that is turned by an angle of this cosine, for each steradian: Cornette and Shanks
    // 1992, "Physically reasonable analytic expression for the single-scattering phase function".
    float
    aerosol_phase(float cosine) {
  const float g = 0.8f, g2 = g * g, pi = 3.14159265f;
  return 3.0f / (8.0f * pi) * (1.0f - g2) * (1.0f + cosine * cosine) /
         ((2.0f + g2) * pow(1.0f + g2 - 2.0f * g * cosine, 1.5f));
}
#ifdef __cplusplus
}  // namespace shared
#endif
#endif
