// The numbers of the tone curve AgX, for the picture (shaders/tone_curve.glsl) and for the loss of training
// (neural/train/pixel/loss.h): Troy Sobotka's AgX in Benjamin Wrensch's minimal form ("Minimal AgX
// Implementation", 2023). This file is GLSL and C++ at once; it stands in core because shaders and networks
// may include nothing of each other's. GLSL has floats of the same numbers that C++ has in double, since
// gradients are checked in double.
#ifndef NEURASTER_AGX_H
#define NEURASTER_AGX_H

#ifdef __cplusplus
namespace core {
#define NEURASTER_NUMBER inline constexpr double
#define NEURASTER_MATRIX(name) inline constexpr double name[3][3]
#else
#define NEURASTER_NUMBER const float
#define NEURASTER_MATRIX(name) const mat3 name
#endif

// Matrices are written column by column: agx_inset takes linear rgb to the curve, agx_outset takes it back.
NEURASTER_MATRIX(agx_inset) = {{0.842479062253094, 0.0423282422610123, 0.0423756549057051},
                               {0.0784335999999992, 0.878468636469772, 0.0784336},
                               {0.0792237451477643, 0.0791661274605434, 0.879142973793104}};
NEURASTER_MATRIX(agx_outset) = {{1.19687900512017, -0.0528968517574562, -0.0529716355144438},
                                {-0.0980208811401368, 1.15190312990417, -0.0980434501171241},
                                {-0.0990297440797205, -0.0989611768448433, 1.15107367264116}};

// The curve reads light in stops, from so many below 1 to so many above it.
NEURASTER_NUMBER agx_stops_below = 12.47393, agx_stops_above = 4.026069;

// The curve, where x is 0 at the lowest stop and 1 at the highest:
// agx_6 x^6 - agx_5 x^5 + agx_4 x^4 - agx_3 x^3 + agx_2 x^2 + agx_1 x - agx_0.
NEURASTER_NUMBER agx_6 = 15.5, agx_5 = 40.14, agx_4 = 31.96, agx_3 = 6.868, agx_2 = 0.4298, agx_1 = 0.1191;
NEURASTER_NUMBER agx_0 = 0.00232;

// A little of the "punchy" look, since the base curve is meant to be graded: a power of each channel, then
// the distance of each from the luminance times the saturation.
NEURASTER_NUMBER agx_power = 1.2, agx_saturation = 1.25;

#undef NEURASTER_NUMBER
#undef NEURASTER_MATRIX
#ifdef __cplusplus
}  // namespace core
#endif
#endif
