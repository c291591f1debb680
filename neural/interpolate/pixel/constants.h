// Numbers of the passes between frames. This file is GLSL and C++ at once.
#ifndef NEURASTER_INTERPOLATE_CONSTANTS_H
#define NEURASTER_INTERPOLATE_CONSTANTS_H

#ifdef __cplusplus
namespace neural::pixel {
using uint = unsigned;
#define CONSTANT(type) inline constexpr type
#else
#define CONSTANT(type) const type
#endif

// A pixel stands still in the world where its motion is the camera's, to this many pixels and this share of
// it: motion is stored as halfs.
CONSTANT(float) still_pixels = 0.1f;
CONSTANT(float) still_share = 1.0f / 512;
// What was seen in A only wins over what is seen in B where it is nearer by this factor of reversed depth.
CONSTANT(float) past_wins = 1.1f;
// A surface is hidden at an end where a nearer one lies there, by this factor of reversed depth.
CONSTANT(float) nearer_surface = 1.05f;
// Two depths belong to one surface where their ratio is below this.
CONSTANT(float) same_surface = 1.05f;
// Cells around an output pixel move together where their places in A and in B differ by less, in render
// pixels.
CONSTANT(float) same_flow = 0.5f;
CONSTANT(int) farthest_fill = 48;  // render pixels that a hole looks around for what lies behind it
// A's and B's pictures are read by cubic convolution (R. Keys, "Cubic Convolution Interpolation for Digital
// Image Processing", 1981) with this slope: steeper than the usual -0.5, so that a picture between has as
// much detail as the frames beside it (benchmarks/results/between.md).
CONSTANT(float) cubic_slope = -0.85f;

// A key of the splat has a depth above an index: 5 bits of mantissa below an exponent that counts from 2^-31.
CONSTANT(int) index_bits = 22;
CONSTANT(int) least_exponent = 96;  // biased, of 2^-31
CONSTANT(int) mantissa_bits = 5;
CONSTANT(int) one_surface_steps = 4;  // keys of one surface, seen side by side, differ by at most this

CONSTANT(uint) doubtful = 0x80000000u;  // marks a cell, above the index of the one that it shows

// The values of neural::MixtureView.
CONSTANT(int) shows_shares = 0;
CONSTANT(int) shows_a = 1;
CONSTANT(int) shows_b = 2;

// What a cell was seen in.
CONSTANT(int) seen_nowhere = 0;
CONSTANT(int) seen_now = 1;
CONSTANT(int) seen_before = 2;

#ifdef __cplusplus
}  // namespace neural::pixel
#endif
#undef CONSTANT
#endif
