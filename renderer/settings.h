#pragma once
// Every parameter of the picture as plain values. app/settings/settings_table.cpp has the table that gives
// each of them a name, a help text, a range, a command-line option, a TOML key and a control.

#include <cstdint>

#include "core/taau_constants.h"

namespace renderer {

enum class Upscaler : std::int32_t { native, nearest, bilinear, catmull_rom, taau, neural };
enum class ToneCurve : std::int32_t { agx, aces, reinhard, none };

struct ExposureSettings {
  bool automatic = true;  ///< off: the exposure is 2^ev alone
  float ev = 0;           ///< stops, added to the scene's own ev
  float key = 0.18f;      ///< the average luminance that automatic exposure aims at
  float speed = 2.0f;     ///< how fast it adapts, 1/seconds
  float min_ev = -6, max_ev = 8;
  friend bool operator==(const ExposureSettings&, const ExposureSettings&) = default;
};

struct ShadowSettings {
  bool enabled = true;
  std::int32_t resolution = 1536;  ///< texels on a side of a cascade
  float distance = 120;            ///< metres, limited by the scene's far plane
  float softness = 0.03f;          ///< world-space filter width at what casts, metres
  float spread = 0.02f;            ///< how much wider the filter is for each metre to what casts the shadow
  bool contact = true;             ///< short shadows of what the picture shows, where the maps are too coarse
  std::int32_t lamps = 8;          ///< how many lights, the nearest ones, have shadows of their own
  float bias = 1.5f;               ///< texels
  friend bool operator==(const ShadowSettings&, const ShadowSettings&) = default;
};

struct AmbientOcclusionSettings {
  bool enabled = true;
  float radius = 0.8f;  ///< metres
  float strength = 1.0f;
  friend bool operator==(const AmbientOcclusionSettings&, const AmbientOcclusionSettings&) = default;
};

/// How much of the sky's light reaches a place past what stands around it (scene::AmbientGrid).
struct SkyVisibilitySettings {
  bool enabled = true;
  float strength = 1;  ///< 0: as in the open everywhere
  friend bool operator==(const SkyVisibilitySettings&, const SkyVisibilitySettings&) = default;
};

struct BloomSettings {
  bool enabled = true;
  float strength = 0.05f;
  float radius = 0.7f;  ///< weight of the wider levels
  friend bool operator==(const BloomSettings&, const BloomSettings&) = default;
};

/// What a photographer does to a finished picture, before the tone curve. The defaults change nothing.
struct GradeSettings {
  float contrast = 1;    ///< steeper above 1, around the grey of 18 %
  float warmth = 0;      ///< towards orange above 0, towards blue below; grey keeps its luminance
  float saturation = 1;  ///< 0 is grey
  friend bool operator==(const GradeSettings&, const GradeSettings&) = default;
};

/// Water that is simulated, in scenes that name a place for it.
struct WaterSettings {
  bool simulated = true;     ///< off: it is drawn as any other water, at rest but for its normals
  std::int32_t cells = 256;  ///< on a side of the basin
  float wind = 1;            ///< multiplies the heights of core::wind_waves
  float rain = 0;            ///< drops a square metre and minute
  float foam = 1;
  bool reflections = true;  ///< of what the picture has; off: of the sky alone
  friend bool operator==(const WaterSettings&, const WaterSettings&) = default;
};

/// The defaults were tuned with `evaluate` on Black Forest, Japanese Classroom, Lighthouse and Grey and White
/// Room (benchmarks/results/taau_tuning.md).
struct TaauSettings {
  float blend = core::taau_blend;            ///< least weight of the new sample
  float clip_gamma = core::taau_clip_gamma;  ///< history box: mean +- gamma * deviation
  float innovation =
      core::taau_innovation;  ///< share of the correction that is history's error at the samples
  float sample_sigma = core::sample_sigma;  ///< sigma of the Gaussian over a sample's distance, output pixels
  float history_sharpness = 0.65f;          ///< cubic A = -sharpness; Catmull-Rom is 0.5
  float dilation_threshold = core::taau_dilation_threshold;  ///< relative second difference of reversed depth
  float disocclusion = core::taau_disocclusion;              ///< relative depth difference
  friend bool operator==(const TaauSettings&, const TaauSettings&) = default;
};

struct RenderSettings {
  Upscaler upscaler = Upscaler::taau;
  float scale = 2;  ///< output / render, 1 to 3
  ToneCurve tone_curve = ToneCurve::agx;
  float sun_intensity = 1, sky_intensity = 1;  ///< multiply the scene's values
  float sun_bounce = 1;                        ///< multiplies the sun's light that surfaces reflect once
  float time_of_day = 0;                       ///< hours after the scene's own, see renderer/sky/daylight.h
  bool point_lights = true;
  bool transparency = true;
  float sway = 1;      ///< multiplies the way that wind moves leaves, in scenes that say how far
  float mip_bias = 0;  ///< added to log2(render / output) - 1
  float anisotropy = 2;
  bool culling = true;
  int frames_between = 0;  ///< pictures between two frames, 0 to 3, made of their outputs by the generator
  bool overlap = false;    ///< submit R(n+1) before C(n): one more frame of latency, CUDA only
  ExposureSettings exposure;
  ShadowSettings shadow;
  AmbientOcclusionSettings ambient_occlusion;
  SkyVisibilitySettings sky_visibility;
  WaterSettings water;
  BloomSettings bloom;
  GradeSettings grade;
  TaauSettings taau;
  friend bool operator==(const RenderSettings&, const RenderSettings&) = default;
};

}  // namespace renderer
