// Values of the network that share memory: nothing is overwritten before its last reader.

#include "compute/plan/placement.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "neural/upscale/plan.h"

namespace {

using compute::Placement;
using core::Size;

struct Range {
  std::size_t begin, end;
  bool meets(const Range& other) const { return begin < other.end && other.begin < end; }
};

/// Runs the schedule on ranges: who wrote each last.
TEST(Placement, NothingIsOverwrittenBeforeItIsRead) {
  const compute::NetworkPlan& plan = neural::upscaler_plan();
  const compute::Schedule schedule = *make_schedule(plan);
  for (const Size padded : {Size{1920, 1080}, Size{8, 8}, Size{104, 56}}) {
    const Placement placement = place(plan, schedule, padded);
    const auto range = [&](int index) {
      const compute::Value& value = plan.values()[static_cast<std::size_t>(index)];
      const std::size_t begin = placement.offset[static_cast<std::size_t>(index)];
      EXPECT_EQ(begin % 256, 0u);
      return Range{begin,
                   begin + 2 * static_cast<std::size_t>(value.channels) *
                               core::area({padded.width >> value.level, padded.height >> value.level})};
    };
    std::vector<int> whole{
        plan.layers()[schedule.squeeze].destination};  // values that nothing has overwritten
    const auto reads = [&](const compute::ScheduledLayer& layer) {
      for (const compute::ScheduledSource& source : layer.sources)
        EXPECT_EQ(std::count(whole.begin(), whole.end(), source.value), 1) << source.value;
    };
    for (const compute::ScheduledLayer& layer : schedule.middle) {
      reads(layer);
      const int written = plan.layers()[layer.layer].destination;
      for (const compute::ScheduledSource& source : layer.sources)
        EXPECT_FALSE(range(written).meets(range(source.value))) << "a layer overwrites what it reads";
      std::erase_if(whole, [&](int value) { return range(written).meets(range(value)); });
      whole.push_back(written);
      EXPECT_LE(range(written).end, placement.bytes);
    }
    reads(schedule.mix);
    for (const compute::ScheduledSource& source : schedule.mix.sources)
      EXPECT_LE(range(source.value).end, placement.read_last);
  }
}

/// 107 bytes a pixel without sharing.
TEST(Placement, SharesAThird) {
  const compute::NetworkPlan& plan = neural::upscaler_plan();
  const Placement placement = place(plan, *make_schedule(plan), {1920, 1080});
  EXPECT_LE(static_cast<double>(placement.bytes) / (1920 * 1080), 72.1);
  EXPECT_LE(static_cast<double>(placement.read_last) / (1920 * 1080), 40.1);
}

}  // namespace
