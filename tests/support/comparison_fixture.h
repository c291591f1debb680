#pragma once
// Frames of the courtyard with a comparison beside them, and pictures as numbers.

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include "app/frame/frame.h"
#include "core/picture/image.h"
#include "tests/support/gpu_fixture.h"

namespace testing_support {

using app::ComparisonSettings;
using app::RightLane;
using renderer::Upscaler;
using Picture = std::vector<std::byte>;  ///< [height][width][3], display-encoded

inline constexpr core::Size size{128, 80};

class ComparisonTest : public DeviceTest<ComparisonTest> {
 protected:
  static renderer::RenderSettings settings(Upscaler upscaler) {
    renderer::RenderSettings s;
    s.upscaler = upscaler;
    s.exposure.automatic = false;
    s.shadow.resolution = 256;
    return s;
  }
  static app::FrameRequest request(double seconds, const ComparisonSettings& comparison = {}) {
    app::FrameRequest r;
    r.seconds = seconds;
    r.comparison = comparison;
    return r;
  }
  static ComparisonSettings beside(RightLane right) {
    ComparisonSettings comparison;
    comparison.compare = true;
    comparison.right = right;
    return comparison;
  }
  std::unique_ptr<app::Frame> make_frame() {
    return std::make_unique<app::Frame>(*device_, *courtyard_, settings(Upscaler::bilinear), size);
  }
  /// The last of `frames` pictures of a moving camera.
  Picture moving(Upscaler upscaler, const ComparisonSettings& comparison, int frames = 4) {
    const auto frame = make_frame();
    for (int n = 0; n < frames; ++n) frame->draw(settings(upscaler), request(1 + n / 30.0, comparison));
    return frame->read_picture();
  }
};

/// Largest difference of the columns [first, last), in steps of 8 bits.
inline int difference(const Picture& a, const Picture& b, int first = 0, int last = size.width) {
  int most = 0;
  for (int y = 0; y < size.height; ++y)
    for (int i = 3 * (y * size.width + first); i < 3 * (y * size.width + last); ++i) {
      const auto k = static_cast<std::size_t>(i);
      most = std::max(most, std::abs(std::to_integer<int>(a[k]) - std::to_integer<int>(b[k])));
    }
  return most;
}

inline std::array<int, 3> pixel(const Picture& p, int x, int y) {
  std::array<int, 3> rgb{};
  for (int c = 0; c < 3; ++c)
    rgb[static_cast<std::size_t>(c)] =
        std::to_integer<int>(p[static_cast<std::size_t>(3 * (y * size.width + x) + c)]);
  return rgb;
}

inline core::Image to_image(const Picture& p) {
  core::Image image(size.width, size.height);
  for (std::size_t i = 0; i < p.size(); ++i)
    image.rgb[i] = static_cast<float>(std::to_integer<int>(p[i])) / 255;
  return image;
}

}  // namespace testing_support
