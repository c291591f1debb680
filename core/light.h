// Numbers of light and colour that the renderer's shaders and C++ share. This file is GLSL and C++ at once;
// it stands in core because the renderer's shaders and the networks' passes both read it and may include
// nothing of each other's.
#ifndef NEURASTER_LIGHT_H
#define NEURASTER_LIGHT_H

#ifdef __cplusplus
namespace core {
#define NEURASTER_FLOAT inline constexpr float
#define NEURASTER_DOUBLE inline constexpr double
#else
#define NEURASTER_FLOAT const float
#define NEURASTER_DOUBLE const float
#endif

NEURASTER_FLOAT brightest = 60000.0f;  // of the contract's colour

// The weights of linear red, green and blue in luminance (ITU-R BT.709). C++ has them in double, since
// gradients are checked in double.
NEURASTER_DOUBLE luminance_red = 0.2126, luminance_green = 0.7152, luminance_blue = 0.0722;

#undef NEURASTER_FLOAT
#undef NEURASTER_DOUBLE
#ifdef __cplusplus
}  // namespace core
#endif
#endif
