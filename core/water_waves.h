// The waves that wind makes on open water, for the simulation's pass and for the renderer's shader: both see
// the same ones, so that the simulated harbour has no seam to the sea around it. This file is GLSL and C++ at
// once.
#ifndef NEURASTER_WATER_WAVES_H
#define NEURASTER_WATER_WAVES_H

// Wave vector along x and z in 1/metre, angular frequency in 1/second, height in metres at wind 1: the level
// is height * cos(x * kx + z * kz - frequency * t).
#define NEURASTER_WIND_WAVES(WAVE)    \
  WAVE(0.90f, -0.35f, 1.10f, 0.024f)  \
  WAVE(-0.50f, -1.30f, 1.60f, 0.018f) \
  WAVE(2.10f, -1.20f, 2.30f, 0.010f)  \
  WAVE(-1.60f, -2.60f, 2.90f, 0.007f)

#ifdef __cplusplus
namespace core {
struct WindWave {
  float x, z, frequency, height;
};
#define NEURASTER_WAVE(x, z, frequency, height) {x, z, frequency, height},
inline constexpr WindWave wind_waves[4] = {NEURASTER_WIND_WAVES(NEURASTER_WAVE)};
#undef NEURASTER_WAVE
}  // namespace core
#endif
#endif
