// What the network does with faults that a person sees (tests/support/fault_measures.h).

#include <gtest/gtest.h>

#include <memory>

#include "neural/upscale/upscaler.h"
#include "tests/support/fault_measures.h"

namespace {

class FaultTest : public testing::Test {
 protected:
  void SetUp() override {
    try {
      backend_ = compute::open_backend("cpu", {2, compute::Precision::f32});
    } catch (const std::exception& error) {
      GTEST_SKIP() << error.what();
    }
  }
  /// Starts a run with the weights that ship.
  faults::Maker network() const {
    return [this]() -> faults::Player {
      const auto its = std::make_shared<neural::Upscaler>(
          *backend_, neural::load_weights("assets/weights/neuraster.safetensors"), faults::output);
      return [its](const synthetic::Frame& frame, std::vector<core::f16>& picture) {
        its->process(frame.io(nullptr, picture.data()));
      };
    };
  }
  std::unique_ptr<compute::Backend> backend_;
};

TEST_F(FaultTest, ThinThingsAtRestBecomeWhole) {
  const auto of = faults::grass_at_rest(network());
  // Frames 20, 40 and 80 had 23.9, 23.7 and 23.6 dB while all samples that missed a blade cut it away again,
  // and 30.2, 30.6 and 30.6 while the change test was as easily alarmed here as on bare ground.
  EXPECT_GT(of[40], 31.5);
  EXPECT_GT(of[40], of[20]);
  EXPECT_GT(of[80], of[40]);
}

TEST_F(FaultTest, AShadowThatIsGoneLeavesTheGround) {
  const auto left = faults::stale_shadow(network());
  // Before the change of light was looked for: 99, 95 and 83 %. The weights that ship leave 30 % after a
  // frame, those of before, which kept less of thin things, left 6; after five frames either leaves less
  // than 1.
  EXPECT_LT(left[1], 40);
  EXPECT_LT(left[5], 2);
  EXPECT_LT(left[25], 2);
}

TEST_F(FaultTest, BarsThatPassLeaveNoImage) {
  const faults::AfterImage image = faults::bars_that_pass(network());
  // 9.2 and 107 while a young history at rest might lie as far outside the box as an old one.
  // TAAU: 6.9 and 49.
  EXPECT_LT(image.mean, 5.5);
  EXPECT_LT(image.largest, 45);
}

TEST_F(FaultTest, SlowEdgesHaveNoTeeth) {
  // 317 while the nearest sample's weight fell alike along and across an edge.
  EXPECT_LT(faults::slow_edges(network()), 55);
}

TEST_F(FaultTest, WiresStayWhole) {
  // 32 % where the box closes on the sky in each frame whose samples miss the wire; 79 where a wire is taken
  // for changed light.
  EXPECT_GT(faults::wires_present(network()), 83);
}

}  // namespace
