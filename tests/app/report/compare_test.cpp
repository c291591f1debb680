// Tests the comparison of profiles on invented times.

#include "app/report/compare_profiles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <stdexcept>
#include <string>

#include "core/error.h"
#include "tests/support/made_up_run.h"

namespace {

using testing_support::make_run;

app::ProfileTimes times(const app::ProfileRun& run) {
  return {.scene = "s", .device = "d", .runs = {app::times_of(run)}};
}

const app::TimeComparison& find(const app::Comparison& comparison, const std::string& name) {
  for (const auto& time : comparison.times)
    if (time.name == name) return time;
  throw std::runtime_error("no time of " + name);
}

/// Compares two runs of the same commit at several strengths of correlation. The error rate is that of the
/// whole comparison: a try counts as wrong where any single pass is called different.
class Calibration : public testing::TestWithParam<double> {};
INSTANTIATE_TEST_SUITE_P(Compare, Calibration, testing::Values(0.0, 0.8, 0.95));

TEST_P(Calibration, TwoRunsOfOneCommitAreNoDifference) {
  constexpr int tries = 100;
  int different = 0;
  for (unsigned t = 0; t < tries; ++t) {
    // The threshold is 0 where only the interval is to protect from noise. At a correlation of 0.95 a run has
    // at most eight independent frames, so that the default threshold is needed too.
    const auto comparison = app::compare_profiles(times(make_run(2 * t + 1, 300, GetParam())),
                                                  times(make_run(2 * t + 2, 300, GetParam())),
                                                  {.threshold = GetParam() < 0.9 ? 0 : 0.05});
    different += std::any_of(comparison.times.begin(), comparison.times.end(),
                             [](const auto& time) { return time.verdict != app::Verdict::same; });
  }
  EXPECT_LE(different, tries / 20);
}

TEST_P(Calibration, FindsAPassMadeTenPercentSlower) {
  constexpr int tries = 20;
  int found = 0, blamed = 0;
  for (unsigned t = 0; t < tries; ++t) {
    const auto comparison =
        app::compare_profiles(times(make_run(2 * t + 1, 600, GetParam())),
                              times(make_run(2 * t + 2, 600, GetParam(), "lighting", 1.1)));
    found += find(comparison, "lighting").verdict == app::Verdict::slower && comparison.exit_code == 1;
    blamed += find(comparison, "gbuffer").verdict != app::Verdict::same;
  }
  EXPECT_GE(found, 18);
  EXPECT_LE(blamed, 1);
}

TEST(Compare, ReportsFasterWithoutFailing) {
  const auto comparison =
      app::compare_profiles(times(make_run(1, 600)), times(make_run(2, 600, 0.8, "gbuffer", 0.7)));
  EXPECT_EQ(comparison.exit_code, 0);
  EXPECT_EQ(find(comparison, "gbuffer").verdict, app::Verdict::faster);
  EXPECT_NE(comparison.text.find("became faster"), std::string::npos);
}

TEST(Compare, RespectsTheThreshold) {
  const auto a = times(make_run(1, 600)), b = times(make_run(2, 600, 0.8, "gbuffer", 1.3));
  EXPECT_EQ(app::compare_profiles(a, b, {.threshold = 0.1}).exit_code, 1);
  const auto lenient = app::compare_profiles(a, b, {.threshold = 0.5});
  EXPECT_EQ(lenient.exit_code, 0);
  EXPECT_NE(lenient.text.find("no difference of more than 50 %"), std::string::npos);
}

TEST(Compare, PairsFramesByTheirIndexAndRefusesWhatHasNoneInCommon) {
  auto a = times(make_run(1, 100)), b = a;
  for (auto& index : b.runs[0].frame_index) index += 50;  // 50 frames in common, of other times
  EXPECT_NO_THROW(app::compare_profiles(a, b));
  for (auto& index : b.runs[0].frame_index) index += 40;
  EXPECT_THROW(app::compare_profiles(a, b), core::UsageError);
  b = a;
  b.runs[0].label = "another";
  b.runs.push_back(b.runs[0]);
  EXPECT_THROW(app::compare_profiles(a, b), core::UsageError);
}

TEST(Compare, TakesTheFastestOfRepeats) {
  auto a = times(make_run(1, 100)), b = a;
  app::RunTimes& run = b.runs[0];  // once more, in a mood that doubles every time
  const auto twice = [](std::vector<double>& ms) {
    for (std::size_t i = 0; i < 100; ++i) ms.push_back(2 * ms[i]);
  };
  for (std::uint64_t n = 0; n < 100; ++n) run.frame_index.push_back(n);
  twice(run.frame_ms);
  for (app::PassTimes& pass : run.passes) twice(pass.ms);
  const auto comparison = app::compare_profiles(a, b);
  EXPECT_EQ(comparison.exit_code, 0);
  EXPECT_EQ(find(comparison, "frame").change, 0);
}

TEST(Compare, FindsNothingThatABusyMachineMayHaveDone) {
  auto a = times(make_run(1, 600)), b = times(make_run(2, 600, 0.8, "gbuffer", 1.2));
  a.runs[0].waited_for_cpu = b.runs[0].waited_for_cpu = 0.1;  // its own threads, in both
  EXPECT_EQ(find(app::compare_profiles(a, b), "gbuffer").verdict, app::Verdict::slower);
  b.runs[0].waited_for_cpu = 0.3;
  const auto comparison = app::compare_profiles(a, b);
  EXPECT_EQ(comparison.exit_code, 0);
  EXPECT_NE(comparison.text.find("waited 30 %"), std::string::npos);
}

TEST(Compare, RepeatsSeeThroughABusyMachine) {
  // Half of all frames wait, for up to their own duration. With five repeats hardly any frame waits in each
  // of them.
  const auto busy = [](unsigned seed, const std::string& slower) {
    app::RunTimes all;
    std::mt19937 random(seed);
    for (unsigned repeat = 0; repeat < 5; ++repeat) {
      app::RunTimes run = app::times_of(make_run(10 * seed + repeat, 200, 0.5, slower, 1.1));
      const auto wait = [&](double& ms) {
        if (random() % 2) ms *= 1 + static_cast<double>(random() % 1000) / 1000;
      };
      for (double& ms : run.frame_ms) wait(ms);
      for (app::PassTimes& pass : run.passes)
        for (double& ms : pass.ms) wait(ms);
      if (repeat == 0) {
        all = run;
        continue;
      }
      all.frame_index.insert(all.frame_index.end(), run.frame_index.begin(), run.frame_index.end());
      all.frame_ms.insert(all.frame_ms.end(), run.frame_ms.begin(), run.frame_ms.end());
      for (std::size_t p = 0; p < all.passes.size(); ++p)
        all.passes[p].ms.insert(all.passes[p].ms.end(), run.passes[p].ms.begin(), run.passes[p].ms.end());
    }
    all.waited_for_cpu = 0.2;
    return app::ProfileTimes{.scene = "s", .device = "d", .runs = {all}};
  };
  int same = 0, found = 0;
  for (unsigned t = 0; t < 20; ++t) {
    same += app::compare_profiles(busy(2 * t + 1, ""), busy(2 * t + 2, "")).exit_code == 0;
    found +=
        find(app::compare_profiles(busy(2 * t + 1, ""), busy(2 * t + 2, "gbuffer")), "gbuffer").verdict ==
        app::Verdict::slower;
  }
  EXPECT_GE(same, 19);
  EXPECT_GE(found, 18);
}

/// The place of a repeat's images in memory makes a pass a tenth slower in all of its frames.
TEST(Compare, RepeatsShowWhatDiffersFromStartToStart) {
  const auto moody = [](unsigned seed, const std::string& slower) {
    app::RunTimes all;
    std::mt19937 random(seed);
    for (unsigned repeat = 0; repeat < 5; ++repeat) {
      app::RunTimes run = app::times_of(make_run(10 * seed + repeat, 100, 0.5, slower, 1.1));
      const double placement = random() % 2 ? 1.1 : 1;
      for (double& ms : run.passes[2].ms) ms *= placement;
      if (repeat == 0) {
        all = run;
        continue;
      }
      all.frame_index.insert(all.frame_index.end(), run.frame_index.begin(), run.frame_index.end());
      all.frame_ms.insert(all.frame_ms.end(), run.frame_ms.begin(), run.frame_ms.end());
      for (std::size_t p = 0; p < all.passes.size(); ++p)
        all.passes[p].ms.insert(all.passes[p].ms.end(), run.passes[p].ms.begin(), run.passes[p].ms.end());
    }
    return app::ProfileTimes{.scene = "s", .device = "d", .runs = {all}};
  };
  int same = 0, found = 0;
  for (unsigned t = 0; t < 40; ++t) {
    const auto comparison = app::compare_profiles(moody(2 * t + 1, ""), moody(2 * t + 2, ""));
    same += std::all_of(comparison.times.begin(), comparison.times.end(),
                        [](const auto& time) { return time.verdict == app::Verdict::same; });
    found +=
        find(app::compare_profiles(moody(2 * t + 1, ""), moody(2 * t + 2, "lighting")), "lighting").verdict ==
        app::Verdict::slower;
  }
  EXPECT_GE(same, 38);
  EXPECT_GE(found, 36);
}

/// A fifth of a second of frames of two kinds: half of them take 3 ms, half 1 ms or less.
app::ProfileTimes two_kinds(unsigned seed, std::size_t slow, double fast_ms, double slow_ms) {
  app::RunTimes run{.label = "taau", .frame_index = {}, .frame_ms = {}, .processor_ms = {}, .passes = {}};
  std::mt19937 random(seed);
  for (std::size_t n = 0; n < 200; ++n) {
    run.frame_index.push_back(n);
    const double noise = 1 + 0.02 * static_cast<double>(random() % 100) / 100;
    run.frame_ms.push_back(noise * (n * 7 % 200 < slow ? slow_ms : fast_ms));
  }
  return {.scene = "s", .device = "d", .runs = {run}};
}

/// The medians are of different kinds of frames: 3 ms and 1.6 ms, though every frame has become slower.
TEST(Compare, MediansRatioAndIntervalAgree) {
  const auto comparison =
      app::compare_profiles(two_kinds(1, 104, 1.4, 3.05), two_kinds(2, 96, 1.62, 3.5), {.threshold = 0.05});
  const app::TimeComparison& frame = find(comparison, "frame");
  EXPECT_NEAR(frame.a_ms, 3.08, 0.05);
  EXPECT_NEAR(frame.b_ms, 1.64, 0.05);
  EXPECT_DOUBLE_EQ(frame.change, frame.b_ms / frame.a_ms - 1);
  EXPECT_LE(frame.low, frame.change);
  EXPECT_GE(frame.high, 0.1) << "the frames, pair by pair";
  EXPECT_EQ(frame.verdict, app::Verdict::same);
  EXPECT_TRUE(frame.uncertain);
  EXPECT_NE(comparison.text.find("cannot tell whether more than 5 % lie between them: frame (taau) ("),
            std::string::npos)
      << comparison.text;
  EXPECT_EQ(comparison.text.find("no difference"), std::string::npos) << comparison.text;
  EXPECT_EQ(comparison.exit_code, 0);
}

TEST(Compare, SaysThatTheScalesDiffer) {
  auto a = times(make_run(1, 100)), b = a;
  EXPECT_EQ(app::compare_profiles(a, b).text.find("the runs differ"), std::string::npos);
  b.runs[0].render = {320, 180};
  EXPECT_NE(app::compare_profiles(a, b).text.find(
                "the runs differ in scale: A draws 480x270 for 960x540 (scale 2), "
                "B draws 320x180 for 960x540 (scale 3)"),
            std::string::npos)
      << app::compare_profiles(a, b).text;
  b.runs[0].render = {240, 135};
  b.runs[0].output = {480, 270};
  EXPECT_NE(app::compare_profiles(a, b).text.find("the runs differ in size: "), std::string::npos);
  b.runs[0].output = {};  // a profile of an older program
  EXPECT_EQ(app::compare_profiles(a, b).text.find("the runs differ"), std::string::npos);
}

}  // namespace
