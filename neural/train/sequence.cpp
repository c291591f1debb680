#include "neural/train/sequence.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <utility>

#include "core/error.h"
#include "core/light.h"
#include "neural/upscale/pixel/color.h"

namespace neural {
namespace {

struct Rect {
  int x, y, width, height;
};

/// Copies a window of an image of `components` values a pixel, transposed and mirrored.
template <typename V>
std::vector<V> turned(const std::vector<V>& image, int image_width, Rect r, const Augmentation& how,
                      int components) {
  const int width = how.transpose ? r.height : r.width, height = how.transpose ? r.width : r.height;
  std::vector<V> result(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
                        static_cast<std::size_t>(components));
  V* to = result.data();
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      int sx = how.flip_x ? width - 1 - x : x, sy = how.flip_y ? height - 1 - y : y;
      if (how.transpose) std::swap(sx, sy);
      const auto from = (static_cast<std::size_t>(r.y + sy) * static_cast<std::size_t>(image_width) +
                         static_cast<std::size_t>(r.x + sx)) *
                        static_cast<std::size_t>(components);
      for (int c = 0; c < components; ++c) *to++ = image[from + static_cast<std::size_t>(c)];
    }
  return result;
}

void recolor(std::vector<f16>& image, const Augmentation& how) {
  for (std::size_t i = 0; i < image.size(); i += 4) {
    float rgb[3];
    for (int c = 0; c < 3; ++c)
      rgb[c] = pixel::from_half(image[i + static_cast<std::size_t>(how.channels[c])]);
    for (std::size_t c = 0; c < 3; ++c)
      image[i + c] = pixel::to_half(std::min(rgb[c] * how.gain, core::brightest));
  }
}

template <typename V>
void turn_vector(V& x, V& y, const Augmentation& how, V sign) {
  if (how.transpose) std::swap(x, y);
  if (how.flip_x) x = static_cast<V>(x ^ sign);
  if (how.flip_y) y = static_cast<V>(y ^ sign);
}

/// Replaces M by S * M * S^-1, where S turns clip space as the augmentation turns the picture.
void turn_matrix(float m[16], const Augmentation& how) {
  const auto at = [&](int row, int column) -> float& { return m[column * 4 + row]; };
  if (how.transpose) {
    for (int i = 0; i < 4; ++i) std::swap(at(0, i), at(1, i));
    for (int i = 0; i < 4; ++i) std::swap(at(i, 0), at(i, 1));
  }
  for (int axis = 0; axis < 2; ++axis) {
    if (!(axis == 0 ? how.flip_x : how.flip_y)) continue;
    for (int i = 0; i < 4; ++i) at(axis, i) = -at(axis, i);
    for (int i = 0; i < 4; ++i) at(i, axis) = -at(i, axis);
  }
}

/// The largest value that a frame's numbers can sensibly have.
constexpr float far_away = 1e30f;

bool sensible(float x) {
  return std::abs(x) < far_away;  // false for NaN
}

bool sensible(f16 half) {
  return (half & 0x7c00) != 0x7c00;  // neither NaN nor infinite
}

/// Names the first of the numbers that no frame can have; null where there is none.
const char* wrong_number(const FrameInfo& info) {
  const auto all = [](const auto& values) {
    return std::all_of(std::begin(values), std::end(values), [](float x) { return sensible(x); });
  };
  if (!all(info.jitter) || std::abs(info.jitter[0]) > 1 || std::abs(info.jitter[1]) > 1) return "jitter";
  if (!all(info.clip_to_prev_clip)) return "clip_to_prev_clip";
  if (!sensible(info.exposure) || !(info.exposure > 0)) return "exposure";
  if (!sensible(info.tan_half_fov_y) || !(info.tan_half_fov_y > 0)) return "tan_half_fov_y";
  if (!sensible(info.aspect) || !(info.aspect > 0)) return "aspect";
  if (!sensible(info.near) || !(info.near > 0)) return "near";
  if (!sensible(info.frame_seconds) || !(info.frame_seconds >= 0)) return "frame_seconds";
  return nullptr;
}

/// Names the first of the buffers that hold a value which is not finite; null where there is none.
const char* wrong_buffer(const TrainingFrame& frame) {
  const auto all = [](const auto& values) {
    return std::all_of(values.begin(), values.end(), [](auto x) { return sensible(x); });
  };
  return !all(frame.color)    ? "color"
         : !all(frame.depth)  ? "depth"
         : !all(frame.motion) ? "motion"
         : !all(frame.truth)  ? "truth"
                              : nullptr;
}

}  // namespace

void check_sequence(const TrainingSequence& sequence) {
  if (sequence.frames.empty()) core::fail("the sequence of '{}' is empty", sequence.scene);
  const FrameInfo& first = sequence.frames.front().info;
  for (std::size_t n = 0; n < sequence.frames.size(); ++n) {
    const TrainingFrame& frame = sequence.frames[n];
    const std::size_t render = area(frame.info.render), output = area(frame.info.output);
    if (!(frame.info.render == first.render) || !(frame.info.output == first.output))
      core::fail("the sequence of '{}' changes its size", sequence.scene);
    if (render == 0 || output == 0 || frame.color.size() != render * 4 || frame.motion.size() != render * 2 ||
        frame.depth.size() != render || frame.reactive.size() != render || frame.truth.size() != output * 4)
      core::fail("the sequence of '{}' has a buffer that does not fit its size", sequence.scene);
    if (const char* name = wrong_number(frame.info))
      core::fail("frame {} of the sequence of '{}' has a value of {} that no frame has", n, sequence.scene,
                 name);
    if (const char* name = wrong_buffer(frame))
      core::fail("frame {} of the sequence of '{}' has a value in {} that is not finite", n, sequence.scene,
                 name);
  }
}

int crop_step(int render, int output) {
  return render / std::gcd(render, output);
}

TrainingFrame augment(const TrainingFrame& frame, const Augmentation& how, int window[4]) {
  const FrameInfo& info = frame.info;
  const Rect low{how.x, how.y, how.width, how.height};
  const auto scaled = [](int v, int output, int render) {
    return static_cast<int>(static_cast<std::int64_t>(v) * output / render);
  };
  const Rect high{scaled(how.x, info.output.width, info.render.width),
                  scaled(how.y, info.output.height, info.render.height),
                  scaled(how.width, info.output.width, info.render.width),
                  scaled(how.height, info.output.height, info.render.height)};
  TrainingFrame result;
  result.info = info;
  result.color = turned(frame.color, info.render.width, low, how, 4);
  result.depth = turned(frame.depth, info.render.width, low, how, 1);
  result.motion = turned(frame.motion, info.render.width, low, how, 2);
  result.reactive = turned(frame.reactive, info.render.width, low, how, 1);
  result.truth = turned(frame.truth, info.output.width, high, how, 4);
  recolor(result.color, how);
  recolor(result.truth, how);
  for (std::size_t i = 0; i < result.motion.size(); i += 2)
    turn_vector<f16>(result.motion[i], result.motion[i + 1], how, 0x8000);

  FrameInfo& out = result.info;
  out.render = how.transpose ? Size{low.height, low.width} : Size{low.width, low.height};
  out.output = how.transpose ? Size{high.height, high.width} : Size{high.width, high.height};
  if (how.transpose) std::swap(out.jitter[0], out.jitter[1]);
  if (how.flip_x) out.jitter[0] = -out.jitter[0];
  if (how.flip_y) out.jitter[1] = -out.jitter[1];
  turn_matrix(out.clip_to_prev_clip, how);
  window[0] = how.transpose ? low.y : low.x;
  window[1] = how.transpose ? low.x : low.y;
  window[2] = how.transpose ? info.render.height : info.render.width;
  window[3] = how.transpose ? info.render.width : info.render.height;
  if (how.flip_x) window[0] = window[2] - window[0] - out.render.width;
  if (how.flip_y) window[1] = window[3] - window[1] - out.render.height;
  return result;
}

}  // namespace neural
