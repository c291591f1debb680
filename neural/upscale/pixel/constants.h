// Numbers of the upscaler's passes. This file is GLSL and C++ at once. TAAU, which the untrained network
// equals, and how far the network may go from there: core/taau_constants.h has the constants that the
// shader's TAAU shares.
#ifndef NEURASTER_UPSCALE_CONSTANTS_H
#define NEURASTER_UPSCALE_CONSTANTS_H

#include "core/light.h"
#include "core/taau_constants.h"

#ifdef __cplusplus
namespace neural {
#define CONSTANT(type) inline constexpr type
#else
#define CONSTANT(type) const type
#endif

CONSTANT(int) state_channels = 8;     // 7 learned, and the running instability
CONSTANT(int) feature_channels = 32;  // 24 measured, 8 of state
CONSTANT(int) control_channels = 16;  // parameters of the reconstruction, as below
CONSTANT(int) head_channels = control_channels + state_channels - 1;

#ifdef __cplusplus
namespace pixel {
using core::change_floor;
using core::change_loss;
using core::sample_sigma;
#endif

// How fast a distant sample loses weight, in output pixels: of TAAU's kernel; a wider one widens it as much.
CONSTANT(float) confidence_sigma = 0.7f;
CONSTANT(float) innovation_count = 0.25f;  // samples at which the history's error counts half
CONSTANT(float) deviation_floor = 0.01f;   // added to the deviation that divides a difference
CONSTANT(float) instability_memory = 0.85f;
// Where nothing moves, the history may gather for long and is trusted the more, the more it has gathered,
// because a still picture has to come to rest.
CONSTANT(float) still_growth = 3.0f;  // by how much more a sample counts in the end, and over which counts
CONSTANT(float) growth_start = 9.0f;  // it comes to that: the first frames must fade, too
CONSTANT(float) growth_full = 18.0f;

// The polynomials of Lanczos' window for the two outer taps of six, the two beside the middle, and the middle
// two (lanczos_weights() in history_filter.inl).
CONSTANT(float) outer_0 = 0.20852f, outer_1 = -0.143425f, outer_2 = -0.25203f, outer_3 = 0.189181f;
CONSTANT(float) side_0 = -0.827885f, side_1 = 0.330269f, side_2 = 0.689213f, side_3 = -0.400335f;
CONSTANT(float) core_1 = 0.999496f, core_2 = -0.812325f, core_3 = -0.934174f, core_4 = 0.575569f;

CONSTANT(float) change_tiny = 1e-6f;  // added to a variance, whose root then has a slope everywhere
// Where the light has not changed, the history may lie farther outside the box: by sums and not by factors,
// for its deviation is 0 where all nine samples miss a thing that is thinner than the distance between them.
CONSTANT(float) held_samples = 1.5f;  // what counts at most where the picture moves, and for each:
CONSTANT(float) held_reach = 0.28f;
CONSTANT(float) rested_start = 3.5f;  // the count above which history is trusted at rest, and for each:
CONSTANT(float) rested_reach = 0.05f;

// The index of each control. The kernel is exp(-|L d|^2 / 2 + logit), L = [[l0, l1], [0, l2]]. Only
// differences of logits count, so the place of the middle one holds another control: the share of the
// correction that is the history's error at the samples; the rest is its difference from them here.
CONSTANT(int) kernel_l0 = 0;
CONSTANT(int) kernel_l1 = 1;
CONSTANT(int) kernel_l2 = 2;
CONSTANT(int) logits = 3;
CONSTANT(int) innovation = logits + 4;
CONSTANT(int) gamma = 12;
CONSTANT(int) memory = 13;
CONSTANT(int) residual = 14;
CONSTANT(int) sharpening = 15;

// The lanes of a kernel's weights: one vector of exponentials makes all of them, in the lanes of the
// controls. The kernel's nine lie where its logits lie, and the lanes before and after hold three for the
// columns and three for the rows of the history box, which is separable.
CONSTANT(int) column_lanes = 0;
CONSTANT(int) tap_lanes = logits;
CONSTANT(int) middle_lane = logits + 4;
CONSTANT(int) row_lanes = 12;
// The square of the kernel's width over the confidence's.
CONSTANT(float) narrowing = (sample_sigma / confidence_sigma) * (sample_sigma / confidence_sigma);

// The values of neural::DebugView.
CONSTANT(int) shows_warped_history = 0;
CONSTANT(int) shows_disocclusion = 1;
CONSTANT(int) shows_blend_weight = 2;
CONSTANT(int) shows_history_clamp = 3;
CONSTANT(int) shows_kernel_shape = 4;
CONSTANT(int) shows_instability = 5;

#ifdef __cplusplus
}  // namespace pixel
}  // namespace neural
#endif
#undef CONSTANT
#endif
