#pragma once
// The view of the pass family "upscale": plain pointers to everything that the passes of one frame read and
// write. They are host pointers for a CPU backend and device pointers for a CUDA one. T is float, or double
// where gradients are checked. S is the type that passes store: T, or f16 on a GPU that generates in halfs,
// where a frame's cost is its bytes.
//
// "Working colour" is YCoCg of the compressed colour x / (1 + max rgb): it is linear to average, bounded, and
// has brightness on an axis of its own. Four-vectors are [height][width][4].

#include <cstdint>

#include "neural/names.h"

namespace neural {

/// Views that can be shown instead of the picture: see pixel::debug_view.
enum class DebugView { warped_history, disocclusion, blend_weight, history_clamp, kernel_shape, instability };

/// The passes of one frame in order; each comment begins with the grid that the pass runs over.
enum class Pass : std::int32_t {
  clean,          ///< render: cleaned working colour, depth and motion
  neighbourhood,  ///< render: local mean and deviation, depth edges, dilated motion, disocclusion
  warp,           ///< output: history and accumulated count at the place the surface came from
  features,       ///< render: input of the network
  controls,       ///< render: output of the network to bounded parameters; next latent state
  reconstruct,    ///< output: kernels, rectification, blend
  debug_view,     ///< output: the upscaler's inner values, on demand
};

inline constexpr int pass_count = static_cast<int>(Pass::debug_view) + 1;
/// The name in reports, panels and traces.
inline constexpr const char* pass_name(Pass pass) {
  constexpr const char* names[pass_count] = {"clean",    "neighbourhood", "warp",      "features",
                                             "controls", "reconstruct",   "debug view"};
  return names[static_cast<int>(pass)];
}

inline constexpr int state_channels = 8;     ///< 7 learned, and the running instability
inline constexpr int feature_channels = 32;  ///< 24 measured, 8 of state
inline constexpr int control_channels = 16;  ///< parameters of the reconstruction: pixel::Control
inline constexpr int head_channels = control_channels + state_channels - 1;

template <typename T, typename S = T>
struct StepView {
  Size render, output;    ///< this frame
  Size padded;            ///< render size rounded up to a multiple that the network divides evenly
  Size past_render;       ///< of the previous frame: its depth and latent state
  Size past_output;       ///< of the previous frame: its output and count
  T window[2] = {};       ///< x, y of this picture in the whole one: for crops
  T to_clip[2] = {};      ///< 2 over the size of the whole one
  T jitter[2] = {};       ///< render pixels
  T past_jitter[2] = {};  ///< render pixels of the previous frame
  T ratio[2] = {};        ///< output / render pixels on each axis, and its inverse
  T inverse_ratio[2] = {};
  T past_ratio[2] = {};         ///< previous output's pixels over this output's
  T past_render_ratio[2] = {};  ///< previous render pixels over this frame's
  T exposure_ratio = 1;         ///< this frame's exposure / the previous one's
  T clip_to_past_clip[16] = {};
  bool reset = true;

  // Inputs, as the contract gives them.
  const f16* color = nullptr;
  const float* depth = nullptr;
  const f16* motion = nullptr;
  const std::uint8_t* reactive = nullptr;

  // Buffers at render resolution.
  S* sample = nullptr;       ///< [4] working colour, reactive 0..1
  T* clean_depth = nullptr;  ///< reversed
  const T* past_depth = nullptr;
  S* raw_motion = nullptr;         ///< [2] render pixels
  S* mean = nullptr;               ///< [4] working colour over 3x3, disocclusion 0..1
  S* deviation = nullptr;          ///< [4] of working colour over 3x3, depth edge 0..1
  S* history_at_sample = nullptr;  ///< [4] warped history at the jittered sample, working colour
  S* flow = nullptr;      ///< [4] dilated motion, 1 where it is to be used, the next state's instability
  T* features = nullptr;  ///< [2][padded][16], or
  std::uint16_t* features_bf16 = nullptr;
  const T* head = nullptr;  ///< [2][padded][16]
  S* controls = nullptr;    ///< [16]
  S* state = nullptr;       ///< [8]; may lie where past_state lies
  const S* past_state = nullptr;
  std::uint32_t* bad_in_row = nullptr;  ///< counts values that were not finite or out of range; added to

  // Buffers at output resolution.
  const S* past = nullptr;    ///< [4] `kept` of the previous frame, at past_output's size
  S* warped = nullptr;        ///< [4] working colour, brightness lost by a bilinear filter
  S* warped_count = nullptr;  ///< samples behind the warped history; 0 where there is none
  S* kept = nullptr;          ///< [4] the output as working colour, and its count; may lie where `past` lies
  T* out_linear = nullptr;    ///< [4] or
  f16* out_half = nullptr;    ///< [4]

  // For Pass::debug_view.
  DebugView shown = DebugView::warped_history;
  f16* shown_rgba = nullptr;  ///< [4] linear

  // Gradients of the loss with respect to the field of the same name. Those of past_ fields are added to.
  T* g_out_linear = nullptr;
  T* g_kept = nullptr;
  T* g_controls = nullptr;
  T* g_head = nullptr;
  T* g_features = nullptr;
  T* g_state = nullptr;
  T* g_history_at_sample = nullptr;  ///< added to
  T* g_warped = nullptr;
  T* g_warped_count = nullptr;
  T* g_past = nullptr;
  T* g_past_state = nullptr;
};

}  // namespace neural
