// Tests the figures and texts of the timeline panel, without a window.

#include "app/window/panels/timeline_panel.h"

#include <gtest/gtest.h>

#include <numeric>

#include "app/window/panels/panels.h"

namespace {

TEST(Timeline, SummarisesFrameTimes) {
  std::deque<app::FrameTrace> frames;
  double now = 0;
  for (int n = 0; n <= 100; ++n) {
    now += n == 50 ? 200 : 10;
    frames.push_back({.index = static_cast<std::uint64_t>(n),
                      .begin_ms = now - 10,
                      .end_ms = now,
                      .render = {},
                      .spans = {}});
  }
  const app::FrameTimeSummary summary = app::summarise(frames);
  EXPECT_DOUBLE_EQ(summary.ms.p50, 10);
  EXPECT_DOUBLE_EQ(summary.ms.max, 200);
  ASSERT_EQ(summary.times.size(), 100u);
  EXPECT_FLOAT_EQ(summary.times[49], 200);
  EXPECT_EQ(std::accumulate(summary.histogram.begin(), summary.histogram.end(), 0.0f), 100);
  EXPECT_EQ(summary.histogram.back(), 1) << "what lies beyond the end counts there";
  EXPECT_NO_THROW(app::summarise({}));
}

TEST(Timeline, TheSelfCheckSaysHowMuchItHasSeen) {
  app::TimelineFacts facts;
  facts.self_check = true;
  EXPECT_EQ(app::self_check_state(facts), "self-check: no frame looked at yet");
  facts.checked_frames = 1;
  EXPECT_EQ(app::self_check_state(facts), "self-check: still looking, nothing wrong in 1 frame");
  facts.checked_frames = 40;
  EXPECT_EQ(app::self_check_state(facts), "self-check: nothing wrong in 40 frames");
  facts.checkable = false;
  EXPECT_EQ(app::self_check_state(facts), "self-check: cannot look, the frames lie in the GPU's own memory");
}

TEST(Times, AFirstFrameThatCompilesIsSoonForgotten) {
  app::RecentTimes times;
  EXPECT_EQ(times.median(), 0);
  times.add(3000);
  EXPECT_EQ(times.median(), 3000);
  for (const double ms : {11.0, 12.0, 10.0}) times.add(ms);
  EXPECT_EQ(times.median(), 12);
  for (int n = 0; n < 20; ++n) times.add(n);
  EXPECT_EQ(times.median(), 12) << "5 to 19";
}

TEST(Timeline, SaysWhereTheGpusClockIsEstimated) {
  std::deque<app::FrameTrace> frames(3);
  app::TimelineFacts facts;
  facts.frames = &frames;
  facts.incomplete = 2;
  EXPECT_NE(app::gpu_clock_note(facts).find("estimated"), std::string::npos);
  frames[0].calibrated = true;
  EXPECT_EQ(app::gpu_clock_note(facts), "");
}

}  // namespace
