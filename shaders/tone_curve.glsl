// From scene-referred light to the display. common.glsl comes before it.
#ifndef NEURASTER_TONE_CURVE_GLSL
#define NEURASTER_TONE_CURVE_GLSL

// Troy Sobotka's AgX in Benjamin Wrensch's minimal form ("Minimal AgX Implementation", 2023).
vec3 agx(vec3 c) {
  const mat3 inset = mat3(0.842479062253094, 0.0423282422610123, 0.0423756549057051, 0.0784335999999992,
                          0.878468636469772, 0.0784336, 0.0792237451477643, 0.0791661274605434, 0.879142973793104);
  const mat3 outset = mat3(1.19687900512017, -0.0528968517574562, -0.0529716355144438, -0.0980208811401368,
                           1.15190312990417, -0.0980434501171241, -0.0990297440797205, -0.0989611768448433,
                           1.15107367264116);
  c = inset * c;
  c = clamp((log2(max(c, 1e-10)) + 12.47393) / (4.026069 + 12.47393), 0.0, 1.0);
  vec3 c2 = c * c, c4 = c2 * c2;
  c = 15.5 * c4 * c2 - 40.14 * c4 * c + 31.96 * c4 - 6.868 * c2 * c + 0.4298 * c2 + 0.1191 * c - 0.00232;
  // A little of the "punchy" look: the base curve is meant to be graded.
  float l = luminance(c);
  c = l + 1.25 * (pow(max(c, 0.0), vec3(1.2)) - l);
  return pow(clamp(outset * c, 0.0, 1.0), vec3(2.2));
}

// Narkowicz 2015, "ACES Filmic Tone Mapping Curve".
vec3 aces(vec3 c) { return clamp(c * (2.51 * c + 0.03) / (c * (2.43 * c + 0.59) + 0.14), 0.0, 1.0); }

// By the number of the setting (renderer::ToneCurve).
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
