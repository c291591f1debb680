#pragma once
// The contract between the renderer and whoever generates the output pixels: one frame, as linear
// buffers that both sides can read, and the numbers that say how it was sampled.
//
// Buffers are row-major and tightly packed by the current size; row 0 is the top, x right, y down.
// f16 is an IEEE half kept as its bits. Nothing here knows of Vulkan or CUDA: the pointers are host
// pointers for a CPU backend and device pointers for a CUDA one.

#include <cstddef>
#include <cstdint>

namespace core {

using f16 = std::uint16_t;

struct Size {
  std::int32_t width = 0, height = 0;
  friend bool operator==(const Size&, const Size&) = default;
};

/// How many pixels a picture of this size has.
constexpr std::size_t area(Size size) {
  return static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
}

/// The numbers of one frame.
struct FrameInfo {
  Size render;  ///< max(1, round(output / scale)) on each axis
  Size output;  ///< formulas use output / render of their own axis, never the nominal scale
  float jitter[2] = {
      0, 0};  ///< render pixels; pixel (i, j) was sampled at (i + 0.5 + jitter[0], j + 0.5 + jitter[1])
  float exposure = 1;  ///< 2^ev * automatic exposure; color is already multiplied by it
  float clip_to_prev_clip[16] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
  ///< column-major, both projections without jitter
  float tan_half_fov_y = 1;
  float aspect = 1;   ///< width / height of the output
  float near = 0.1f;  ///< metres; view depth = near / depth
  float frame_seconds = 1 / 60.0f;
  std::uint64_t frame_index = 0;  ///< from 0; slot = frame_index mod 2
  bool reset = true;              ///< no history: first frame, cut, resize, change of scene
};

/// One frame's buffers. History is the output of the frame before: read by both sides, written by neither.
struct FrameIo {
  FrameInfo info;
  const f16* color = nullptr;  ///< [h][w][4] lit, exposed, clamped to [0, 60000], before tone curve and bloom
  const float* depth = nullptr;  ///< [h][w] reversed: 1 at near, 0 at infinity
  const f16* motion = nullptr;   ///< [h][w][2] p_previous = p_current + motion, render pixels, of the surface
                                 ///< that the jittered sample hit, not dilated
  const std::uint8_t* reactive = nullptr;  ///< [h][w] 0..255: how far motion and depth cannot be trusted
  const f16* history = nullptr;  ///< [history_size.height][history_size.width][4]; unused when reset
  Size history_size;             ///< size of the previous output
  f16* output = nullptr;         ///< [H][W][4] same encoding as color
};

/// The pictures between the output of the frame before (A) and this frame's (B). Matrices are column-major,
/// without jitter, and from clip space to clip space for what stands still in the world.
struct Between {
  static constexpr int most = 3;
  struct Moment {
    float time = 0.5f;   ///< from A (0) to B (1), both excluded
    float exposure = 1;  ///< of the picture
    float from_clip[16] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};       ///< B to the moment
    float from_past_clip[16] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};  ///< A to the moment
    f16* output = nullptr;  ///< [H][W][4] same encoding and size as B's output
  };
  int count = 0;                                                                   ///< of the moments
  float past_clip_to_clip[16] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};  ///< A to B
  Moment moments[most];
};

}  // namespace core
