// Converts scene-referred light for the display. common.glsl must be included before it.
#ifndef NEURASTER_TONE_CURVE_GLSL
#define NEURASTER_TONE_CURVE_GLSL

#include "core/agx.h"

// AgX: core/agx.h has its source and its numbers.
vec3 agx(vec3 c) {
  c = agx_inset * c;
  c = clamp((log2(max(c, 1e-10)) + agx_stops_below) / (agx_stops_above + agx_stops_below), 0.0, 1.0);
  vec3 c2 = c * c, c4 = c2 * c2;
  c = agx_6 * c4 * c2 - agx_5 * c4 * c + agx_4 * c4 - agx_3 * c2 * c + agx_2 * c2 + agx_1 * c - agx_0;
  float l = luminance(c);
  c = l + agx_saturation * (pow(max(c, 0.0), vec3(agx_power)) - l);
  return pow(clamp(agx_outset * c, 0.0, 1.0), vec3(2.2));
}

// Narkowicz 2015, "ACES Filmic Tone Mapping Curve".
vec3 aces(vec3 c) { return clamp(c * (2.51 * c + 0.03) / (c * (2.43 * c + 0.59) + 0.14), 0.0, 1.0); }

// Selects the curve by the number of the setting (renderer::ToneCurve).
vec3 tone_mapped(vec3 c, int curve) {
  if (curve == 0) c = agx(c);
  if (curve == 1) c = aces(c);
  if (curve == 2) c = c / (1.0 + luminance(c));
  return clamp(c, 0.0, 1.0);
}

vec3 srgb_encode(vec3 c) {
  return mix(1.055 * pow(max(c, 0.0), vec3(1.0 / 2.4)) - 0.055, 12.92 * c, lessThanEqual(c, vec3(0.0031308)));
}

#endif
