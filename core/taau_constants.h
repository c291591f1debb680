// The constants that TAAU (shaders/upscale_taau*.comp, by way of the settings' defaults) and the untrained
// network (neural/upscale/pixel/), which starts as a TAAU of its own, both have. This file is GLSL and C++
// at once; it stands in core because shaders and networks may include nothing of each other's.
//
// Where the two differ, both values stand side by side. TAAU's were tuned for a picture that nothing corrects
// afterwards (benchmarks/results/taau_tuning.md); the weights that ship were trained on top of the network's,
// which therefore change with the next training only. benchmarks/results/taau_constants.md has those that
// were measured in the other's place.
#ifndef NEURASTER_TAAU_CONSTANTS_H
#define NEURASTER_TAAU_CONSTANTS_H

#ifdef __cplusplus
namespace core {
#define NEURASTER_FLOAT inline constexpr float
#else
#define NEURASTER_FLOAT const float
#endif

// Gaussian of a sample's distance, output pixels.
NEURASTER_FLOAT sample_sigma = 0.55f;

// The history box is mean +- gamma * deviation of the samples around. TAAU loses 0.15 dB at 1.25.
NEURASTER_FLOAT taau_clip_gamma = 1.8f;
NEURASTER_FLOAT network_clip_gamma = 1.25f;

// Of those samples, one at d render pixels weighs exp(-(slope * d)^2 / 2): TAAU's box is wider.
NEURASTER_FLOAT taau_box_rate = 0.6f;  // slope^2 / 2
NEURASTER_FLOAT network_box_slope = 2.2f;

// Relative second difference of reversed depth from which motion is dilated. Either serves TAAU (0.01 dB).
NEURASTER_FLOAT taau_dilation_threshold = 0.03f;
NEURASTER_FLOAT network_dilation_threshold = 0.05f;

// Relative difference of depth from which history begins to be dropped, and at which all of it is: of the
// depth that was there in TAAU, of the depth expected in the network. Either start serves TAAU (0.01 dB).
NEURASTER_FLOAT taau_disocclusion = 0.05f;  // all of it at twice as much
NEURASTER_FLOAT network_disocclusion_start = 0.03f, network_disocclusion_full = 0.10f;

// Part of the correction that is the history's error at the samples' place.
NEURASTER_FLOAT taau_innovation = 0.8f;
NEURASTER_FLOAT network_innovation_logit = 1.0f;  // 1 / (1 + exp(-1)) = 0.73

// The most deviations of the samples by which the network's last correction may be larger than them. At 1,
// for which the weights that ship were trained, edges are a little too hard: FLIP is 0.5 % higher.
NEURASTER_FLOAT network_residual = 0.85f;

// The light has changed on a surface if the mean of nine samples' difference from the history is beyond so
// many deviations of it, and so much in working colour; the slope of that decision, and the share of the
// history that is dropped in a frame where the picture rests. Where it moves the network asks for more: there
// the answer only says how far thin things may lie outside the box, and at 0.9 it breaks a tenth of the
// wires.
NEURASTER_FLOAT taau_change_deviations = 0.9f, taau_change_slope = 3.0f;
NEURASTER_FLOAT network_rested_deviations = 0.4f, network_moving_deviations = 1.5f,
                network_change_slope = 3.5f;
// At rest the network asks for so many more where samples surprise all the time, as on grass: by the running
// mean of surprises, 0 to 1.
NEURASTER_FLOAT network_instability_deviations = 2.0f;
NEURASTER_FLOAT change_floor = 0.007f, change_loss = 0.9f;

// Where the picture rests and the light has not changed, TAAU's history may lie outside the samples by so
// much for each sample that it stands for beyond so many: things that are thinner than the distance between
// samples are in none of them in most frames. Slower than this, in output pixels a frame, is rest.
NEURASTER_FLOAT taau_rested_reach = 0.05f, taau_rested_start = 3.0f, taau_still_speed = 0.01f;

// Samples that history may stand for where the picture moves, and where it rests. The network counts a sample
// up to four times where nothing moves (still_growth), TAAU once. The network's kernels widen a sample's
// weight along edges (kernel_at), for which its memory is half longer than the weights that ship were
// first trained with. The most that it may ask for is less than what history stands for when the box begins
// to open at rest (rested_start), so that what was gathered in motion is no ghost afterwards.
NEURASTER_FLOAT taau_blend = 0.65f;  // one over them
NEURASTER_FLOAT taau_still_memory = 64.0f;
NEURASTER_FLOAT network_memory = 2.3f, network_most_memory = 2.5f;
NEURASTER_FLOAT network_still_memory = 400.0f;  // added to the memory

#undef NEURASTER_FLOAT
#ifdef __cplusplus
}  // namespace core
#endif
#endif
