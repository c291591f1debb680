#pragma once
// A generator that costs nothing, and whose pictures tell which frame they are of.

#include <algorithm>
#include <string>
#include <vector>

#include "app/frame/generators/host_generator.h"
#include "compute/pixel/half.h"

namespace testing_support {

/// Fills the picture of frame n with a grey, and each one before it with a brighter one.
class Greys final : public app::HostGenerator {
 public:
  std::string description() const override { return "greys"; }
  void draw(neural::DebugView, core::f16*) override {}
  std::vector<core::Between> asked;  ///< one of each frame while pictures between are held

 protected:
  void process(const core::FrameIo& io) override {
    fill(io.output, io.info.output, grey_of(io.info.frame_index, 0));
  }
  void process_between(const core::FrameIo& io, const core::Between& between) override {
    asked.push_back(between);
    for (int k = 0; k < between.count; ++k)
      fill(between.moments[k].output, io.info.output, grey_of(io.info.frame_index, k + 1));
  }

 public:
  static float grey_of(std::uint64_t frame, int k) {
    return 0.05f + 0.1f * static_cast<float>(frame % 4) + 0.02f * static_cast<float>(k);
  }

 private:
  static void fill(core::f16* picture, core::Size size, float grey) {
    std::fill_n(picture, 4 * core::area(size), compute::pixel::to_half(grey));
  }
};

}  // namespace testing_support
