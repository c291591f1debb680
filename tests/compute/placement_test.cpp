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

/// The plan's schedule, and the same where the first three layers are one launch.
std::vector<compute::Schedule> schedules(const compute::NetworkPlan& plan) {
  std::vector<compute::Schedule> both(2, *make_schedule(plan));
  EXPECT_TRUE(join_start(plan, 32, both[1]));
  return both;
}

/// Runs a schedule on ranges: who wrote each last.
void expect_sound(const compute::NetworkPlan& plan, const compute::Schedule& schedule) {
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
    std::vector<int> whole;  // values that nothing has overwritten
    if (schedule.start.empty()) whole.push_back(plan.layers()[schedule.squeeze].destination);
    for (const compute::ScheduledLayer& layer : schedule.start) {
      whole.push_back(plan.layers()[layer.layer].destination);
      EXPECT_EQ(std::count(schedule.stored.begin(), schedule.stored.end(), whole.back()), 1);
    }
    if (whole.size() == 2) {
      EXPECT_FALSE(range(whole[0]).meets(range(whole[1])));
    }
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

TEST(Placement, NothingIsOverwrittenBeforeItIsRead) {
  const compute::NetworkPlan& plan = neural::upscaler_plan();
  for (const compute::Schedule& schedule : schedules(plan)) expect_sound(plan, schedule);
}

/// 107 bytes a pixel without sharing, and 75 where the first layer's result stays in its kernel.
TEST(Placement, SharesAThird) {
  const compute::NetworkPlan& plan = neural::upscaler_plan();
  const auto both = schedules(plan);
  for (const auto& [schedule, most] : {std::pair{both[0], 72.1}, {both[1], 70.1}}) {
    const Placement placement = place(plan, schedule, {1920, 1080});
    EXPECT_LE(static_cast<double>(placement.bytes) / (1920 * 1080), most);
    EXPECT_LE(static_cast<double>(placement.read_last) / (1920 * 1080), 40.1);
  }
}

/// Only a layer that nobody else reads can stay in a kernel, and only in the shapes that it has.
TEST(Schedule, JoinsTheFirstLayersWhereTheyFit) {
  compute::NetworkPlan plan;
  const int squeezed = plan.convolve("squeeze", plan.input(32), 16, 1);
  const int full = plan.convolve("full", squeezed, 16, 3);
  const int half = plan.convolve("half", full, 32, 3, 2);
  const int mix =
      plan.convolve("mix", plan.concat(plan.upsample(plan.convolve("up", half, 16, 3)), squeezed), 16, 1);
  plan.convolve("head", mix, 23, 1, 1, false);
  compute::Schedule schedule = *make_schedule(plan);
  EXPECT_FALSE(join_start(plan, 32, schedule)) << "the last layers read the first one's result";
  schedule = *make_schedule(neural::upscaler_plan());
  EXPECT_FALSE(join_start(neural::upscaler_plan(), 48, schedule));
  EXPECT_TRUE(schedule.start.empty());
}

}  // namespace
