// Profile and evaluation reports, and the comparison of profiles, on made-up times.

#include "app/report.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>

#include "app/compare_profiles.h"
#include "app/evaluation.h"
#include "app/sweep.h"
#include "core/error.h"
#include "core/file.h"
#include "core/image_io.h"
#include "scratch.h"
#include "trace_check.h"

namespace fs = std::filesystem;
using testing_support::scratch;

namespace {

using nlohmann::json;

/// Noise as frame times have it: the machine's slow moods (AR(1)), jitter, and now and then a hiccup.
class Noise {
 public:
  Noise(unsigned seed, double correlation) : random_(seed), correlation_(correlation) {}
  /// A factor around 1.
  double operator()() {
    mood_ = correlation_ * mood_ + std::sqrt(1 - correlation_ * correlation_) * 0.04 * normal_(random_);
    const double hiccup = random_() % 50 == 0 ? 0.5 : 0;
    return std::exp(mood_ + 0.02 * normal_(random_)) + hiccup;
  }

 private:
  std::mt19937 random_;
  std::normal_distribution<double> normal_;
  double correlation_, mood_ = 0;
};

struct Work {
  app::Row row;
  const char* name;
  double ms;
};
constexpr Work passes[] = {
    {app::Row::cpu, "record", 1.5},          {app::Row::gpu, "shadow", 4},
    {app::Row::gpu, "gbuffer", 11},          {app::Row::gpu, "lighting", 6},
    {app::Row::cpu, "wait rendered", 21},    {app::Row::gpu, "composite", 7},
    {app::Row::gpu, "ambient_occlusion", 3},
};

/// A run along a path whose cost doubles on the way. The pass `slower` takes `factor` times as long.
app::ProfileRun make_run(unsigned seed, int frames, double correlation = 0.8, const std::string& slower = {},
                         double factor = 1) {
  app::ProfileRun run{.settings = {{"upscaler", "taau"}, {"scale", "2"}},
                      .upscaler = "taau",
                      .backend = "cpu",
                      .render = {480, 270},
                      .output = {960, 540},
                      .frames = {},
                      .quality = {}};
  Noise noise(seed, correlation);
  double now = 0;
  for (int n = 0; n < frames; ++n) {
    app::FrameTrace frame{.index = static_cast<std::uint64_t>(n),
                          .begin_ms = now,
                          .end_ms = 0,
                          .render = run.render,
                          .spans = {}};
    const double path = 1.5 + 0.5 * std::sin(n * 0.02), machine = noise();
    std::mt19937 own(seed * 7919 + static_cast<unsigned>(n));
    double at[3] = {now, now, now};
    for (const Work& work : passes) {
      const double jitter = 1 + 0.01 * std::normal_distribution<double>()(own);
      const double ms = work.ms * path * machine * jitter * (work.name == slower ? factor : 1);
      double& begin = at[static_cast<int>(work.row)];
      frame.spans.push_back({work.row, work.name, begin, begin + ms});
      begin += ms;
    }
    frame.calibrated = seed % 2 == 0;
    now = frame.end_ms = std::max(at[0], at[1]) + 0.2;
    run.frames.push_back(std::move(frame));
  }
  return run;
}

app::Profile make_profile(unsigned seed, int frames) {
  app::Profile profile{.scene = "Light</script>house",
                       .device = "a device",
                       .driver = "a driver 1.2",
                       .program = "0.1.0",
                       .start = 0,
                       .frame_seconds = 1 / 60.0,
                       .warmup = 8,
                       .runs = {}};
  profile.runs.push_back(make_run(seed, frames));
  profile.runs.push_back(make_run(seed + 1, frames, 0.8, "lighting", 1.5));
  profile.runs.back().settings = {{"upscaler", "neural"}, {"scale", "2"}};
  profile.runs.back().upscaler = "neural";
  profile.runs.back().quality =
      neural::Scores{.frames = 32, .psnr_db = 30, .tpsnr_db = 35, .ssim = 0.9, .flip = 0.08};
  return profile;
}

app::ProfileTimes times(const app::ProfileRun& run) {
  return {.scene = "s", .device = "d", .runs = {app::times_of(run)}};
}

const app::TimeComparison& find(const app::Comparison& comparison, const std::string& name) {
  for (const auto& time : comparison.times)
    if (time.name == name) return time;
  throw std::runtime_error("no time of " + name);
}

TEST(Percentiles, InterpolateBetweenOrderStatistics) {
  const app::Percentiles p = app::percentiles({4, 1, 3, 2, 5});
  EXPECT_DOUBLE_EQ(p.p50, 3);
  EXPECT_DOUBLE_EQ(p.p95, 4.8);  // as numpy.percentile([1, 2, 3, 4, 5], 95)
  EXPECT_DOUBLE_EQ(p.p99, 4.96);
  EXPECT_DOUBLE_EQ(p.max, 5);
  EXPECT_DOUBLE_EQ(p.mean, 3);
  EXPECT_DOUBLE_EQ(app::percentiles({7}).p99, 7);
}

TEST(ProfileJson, HasTheKeysOfTheDesign) {
  const fs::path file = scratch() / "profile.json";
  app::write_profile_json(file, make_profile(1, 100));
  const json profile = json::parse(core::read_text(file));
  for (const char* key : {"scene", "device", "driver", "backend", "frames", "render", "output", "upscaler",
                          "generated_fraction", "frame", "passes", "runs"})
    EXPECT_TRUE(profile.contains(key)) << key;
  for (const char* key : {"p50_ms", "p95_ms", "p99_ms", "max_ms", "fps"})
    EXPECT_TRUE(profile["frame"].contains(key)) << key;
  for (const char* key : {"p50_ms", "p95_ms", "p99_ms"})
    EXPECT_TRUE(profile["passes"]["lighting"].contains(key)) << key;
  EXPECT_EQ(profile["frames"], 100);
  EXPECT_EQ(profile["render"], json({480, 270}));
  EXPECT_EQ(profile["generated_fraction"], 0);
  EXPECT_EQ(profile["runs"][1]["generated_fraction"], 0.75);
  const auto each = profile["runs"][0]["per_frame"]["frame_ms"].get<std::vector<double>>();
  EXPECT_NEAR(profile["frame"]["fps"].get<double>(),
              1000 / (std::accumulate(each.begin(), each.end(), 0.0) / 100), 0.001);
}

TEST(ProfileJson, ReadsBackWhatItWrote) {
  const fs::path file = scratch() / "profile.json";
  const app::Profile profile = make_profile(2, 60);
  app::write_profile_json(file, profile);
  const app::ProfileTimes back = app::read_profile(file);
  EXPECT_EQ(back.scene, profile.scene);
  ASSERT_EQ(back.runs.size(), 2u);
  const app::RunTimes expected = app::times_of(profile.runs[1]);
  EXPECT_EQ(back.runs[1].label, "upscaler=neural scale=2");
  ASSERT_EQ(back.runs[1].passes.size(), std::size(passes));
  EXPECT_EQ(back.runs[1].frame_index, expected.frame_index);
  for (std::size_t p = 0; p < std::size(passes); ++p) {
    EXPECT_EQ(back.runs[1].passes[p].name, passes[p].name);
    EXPECT_EQ(back.runs[1].passes[p].row, passes[p].row);
    for (std::size_t n = 0; n < 60; ++n)
      EXPECT_NEAR(back.runs[1].passes[p].ms[n], expected.passes[p].ms[n], 0.0001);
  }
}

TEST(ProfileJson, SaysWhatIsNoProfile) {
  const fs::path file = scratch() / "a.json";
  for (const char* text :
       {"", "no json", "{}", "[1]", R"({"scene":"s","device":"d","runs":[{"label":1}]})"}) {
    core::write_file(file, text);
    EXPECT_THROW(app::read_profile(file), core::Error) << text;
  }
}

TEST(ProfileJson, OneNameInTwoRowsStaysTwoPasses) {
  app::ProfileRun run = make_run(1, 1);
  run.frames[0].spans = {{app::Row::gpu, "upscale", 0, 2}, {app::Row::cpu, "upscale", 2, 5}};
  const app::RunTimes times = app::times_of(run);
  ASSERT_EQ(times.passes.size(), 2u);
  EXPECT_EQ(times.passes[0].name, "upscale");
  EXPECT_EQ(times.passes[1].name, "upscale (cpu)");
  EXPECT_DOUBLE_EQ(times.passes[1].ms[0], 3);
}

TEST(ChromeTrace, IsTheFormatAndAddsUpToTheJson) {
  const fs::path folder = scratch();
  const app::Profile profile = make_profile(3, 120);
  app::write_report(folder, profile);
  expect_trace_of(json::parse(core::read_text(folder / "trace.json")),
                  json::parse(core::read_text(folder / "profile.json")));
}

/// Runs 3 and 4 of make_profile(3): the second one's frames are calibrated.
TEST(ChromeTrace, SaysWhetherTheGpusClockIsEstimated) {
  const fs::path folder = scratch();
  app::Profile profile = make_profile(3, 20);
  const auto clocks = [&] {
    app::write_report(folder, profile);
    std::vector<std::string> text;
    const json trace = json::parse(core::read_text(folder / "trace.json"));
    const json written = json::parse(core::read_text(folder / "profile.json"));
    for (const json& event : trace["traceEvents"])
      if (event["name"] == "process_labels") text.push_back(event["args"]["labels"]);
    for (const json& run : written["runs"]) text.push_back(run["timers"]["gpu_clock"]);
    return text;
  };
  EXPECT_EQ(clocks(), (std::vector<std::string>{"gpu clock: estimated", "gpu clock: calibrated", "estimated",
                                                "calibrated"}));
  profile.runs[1].frames[7].calibrated = false;
  EXPECT_EQ(clocks()[3], "estimated") << "one frame is enough";
}

/// The example that is committed, its trace packed by gzip (which Perfetto opens too).
TEST(ChromeTrace, OfTheCommittedSweepAddsUpToItsJson) {
  const fs::path folder = "benchmarks/results/sweep_lighthouse";
  ASSERT_TRUE(fs::exists(folder / "trace.json.gz")) << "run in the source folder";
  const std::string command = "gzip -dc " + (folder / "trace.json.gz").string();
  std::FILE* pipe = ::popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::string text;
  char buffer[65536];
  for (std::size_t got; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, got);
  ASSERT_EQ(::pclose(pipe), 0);
  const json profile = json::parse(core::read_text(folder / "profile.json"));
  EXPECT_EQ(profile["runs"].size(), 6u);
  expect_trace_of(json::parse(text), profile);
}

TEST(Csv, HasALineAFrame) {
  const fs::path file = scratch() / "a.csv";
  app::write_profile_csv(file, make_profile(4, 30));
  const std::string text = core::read_text(file);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 61);
  EXPECT_NE(text.find(",lighting_ms"), std::string::npos);
  EXPECT_NE(text.find("\nupscaler=neural scale=2,neural,960,540,480,270,29,"), std::string::npos);
}

TEST(HtmlReport, IsOneFileThatLoadsNothing) {
  const fs::path file = scratch() / "report.html";
  app::write_html_report(file, make_profile(5, 50));
  const std::string page = core::read_text(file);
  for (const char* sign : {"http:", "https:", "src=", "href=", "@import", "url(", "fetch(", "XMLHttpRequest"})
    EXPECT_EQ(page.find(sign), std::string::npos) << sign;
  EXPECT_EQ(page.find("/*PROFILE*/"), std::string::npos);
  // The scene's name must not end the data: between its element's tags is JSON.
  const std::string open = R"(<script type="application/json" id="profile">)";
  const std::size_t begin = page.find(open) + open.size(), end = page.find("</script>", begin);
  const json data = json::parse(page.substr(begin, end - begin));
  EXPECT_EQ(data["scene"], "Light</script>house");
}

TEST(TimerCheck, SaysWhereTimersAndWallClockDisagree) {
  app::ProfileRun run = make_run(6, 50);
  EXPECT_EQ(app::check_timers(run).warning, "");
  for (auto& frame : run.frames)
    for (auto& span : frame.spans)
      if (span.row == app::Row::gpu) span.end_ms = span.begin_ms + 0.05;  // as lavapipe's may read
  EXPECT_NE(app::check_timers(run).warning.find("explain only"), std::string::npos);
  run = make_run(6, 50);
  for (auto& frame : run.frames) frame.end_ms = frame.begin_ms + (frame.end_ms - frame.begin_ms) / 2;
  EXPECT_NE(app::check_timers(run).warning.find("add up to"), std::string::npos);
}

/// As lavapipe reads after a generation on the host: the composite's timer begins when its work is done.
TEST(TimerCheck, NamesThePassesBetweenWhichTimeIsMissing) {
  const auto run_with_gap = [](double gap) {
    app::ProfileRun run = make_run(6, 1);
    run.frames.clear();
    for (int n = 0; n < 20; ++n) {
      const double at = 100.0 * n, bloom = at + 90, composite = bloom + gap;
      run.frames.push_back({.index = static_cast<std::uint64_t>(n),
                            .begin_ms = at,
                            .end_ms = at + 100,
                            .render = run.render,
                            .spans = {{app::Row::cpu, "generate", at, at + 88},
                                      {app::Row::cpu, "wait for slot", at + 88, at + 100},
                                      {app::Row::gpu, "bloom", at + 88, bloom},
                                      {app::Row::gpu, "composite", composite, at + 100}}});
    }
    return run;
  };
  EXPECT_EQ(app::check_timers(run_with_gap(0.4)).warning, "");
  EXPECT_EQ(app::check_timers(run_with_gap(4)).warning, "") << "4 % are what machines do";
  const std::string warning = app::check_timers(run_with_gap(7)).warning;
  EXPECT_NE(warning.find("93 %"), std::string::npos) << warning;
  EXPECT_NE(warning.find("in 7.0 ms of each frame none runs, most of it between 'bloom' and 'composite'"),
            std::string::npos)
      << warning;
  // A quick GPU's frames are all latency.
  app::ProfileRun quick = run_with_gap(7);
  for (auto& frame : quick.frames) {
    frame.begin_ms /= 50, frame.end_ms /= 50;
    for (auto& span : frame.spans) span.begin_ms /= 50, span.end_ms /= 50;
  }
  EXPECT_EQ(app::check_timers(quick).warning, "");
}

/// Two runs of one commit, at several strengths of correlation. The level is that of the whole comparison:
/// any single pass called different spoils a try.
class Calibration : public testing::TestWithParam<double> {};
INSTANTIATE_TEST_SUITE_P(Compare, Calibration, testing::Values(0.0, 0.8, 0.95));

TEST_P(Calibration, TwoRunsOfOneCommitAreNoDifference) {
  constexpr int tries = 100;
  int different = 0;
  for (unsigned t = 0; t < tries; ++t) {
    // Threshold 0 where only the interval shall guard against the noise. At 0.95 a run holds no more than
    // eight independent frames: there the default threshold has its part.
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
  // Half of all frames wait, for up to as long as they take; with five repeats next to none waits each time.
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

/// Where a repeat's images happen to lie makes a pass a tenth slower as long as it lasts.
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

TEST(Sweep, GivesEveryCombinationOnce) {
  const auto none = app::sweep_combinations({});
  ASSERT_EQ(none.size(), 1u);
  EXPECT_TRUE(none[0].empty());
  const auto all = app::sweep_combinations({"upscaler=taau,neural", "scale=1.5,2,3"});
  ASSERT_EQ(all.size(), 6u);
  EXPECT_EQ(all[1], (std::vector<app::NamedValue>{{"upscaler", "taau"}, {"scale", "2"}}));
  EXPECT_EQ(all[5], (std::vector<app::NamedValue>{{"upscaler", "neural"}, {"scale", "3"}}));
  for (const char* wrong : {"scale", "=2", "scale=", "scale=1,,2", "scale=1,", "scale=2,2"})
    EXPECT_THROW(app::sweep_combinations({wrong}), core::UsageError) << wrong;
  EXPECT_THROW(app::sweep_combinations({"scale=1", "scale=2"}), core::UsageError);
}

TEST(Evaluation, JsonHasTheKeysOfTheDesign) {
  const fs::path file = scratch() / "evaluate.json";
  app::Evaluation evaluation{.scene = "s",
                             .device = "d",
                             .backend = "cpu",
                             .frames = 40,
                             .start = 1.5,
                             .frame_seconds = 0.02,
                             .render = {480, 270},
                             .output = {960, 540},
                             .reference_samples = 64,
                             .upscalers = {}};
  evaluation.upscalers.emplace_back("taau", app::UpscalerScore{{32, 30.5, 36.25, 0.91, 0.07}, 9.5});
  evaluation.upscalers.emplace_back("equal", app::UpscalerScore{{32, INFINITY, INFINITY, 1, 0}, 0});
  app::write_evaluation_json(file, evaluation);
  const json back = json::parse(core::read_text(file));
  for (const char* key : {"scene", "device", "backend", "frames", "start", "frame_seconds", "render",
                          "output", "reference_samples", "upscalers"})
    EXPECT_TRUE(back.contains(key)) << key;
  const json expected = {
      {"psnr_db", 30.5}, {"ssim", 0.91}, {"flip", 0.07}, {"tpsnr_db", 36.25}, {"ms_median", 9.5}};
  EXPECT_EQ(back["upscalers"]["taau"], expected);
  EXPECT_TRUE(back["upscalers"]["equal"]["psnr_db"].is_null());
  EXPECT_NE(app::evaluation_table(evaluation).find("taau"), std::string::npos);
}

TEST(Evaluation, FindsAndEnlargesTheWorstRegion) {
  neural::FlipMap map{40, 30, std::vector<float>(40 * 30), 0};
  for (int y = 12; y < 18; ++y)
    for (int x = 25; x < 33; ++x) map.error[static_cast<std::size_t>(y * 40 + x)] = 1;
  const app::Rect region = app::worst_region(map, 8, 6);
  EXPECT_EQ(region.x, 25);
  EXPECT_EQ(region.y, 12);
  core::Image red(40, 30), blue(40, 30);
  for (std::size_t i = 0; i < red.pixels(); ++i) red.rgb[3 * i] = blue.rgb[3 * i + 2] = 1;
  std::fill_n(red.at(27, 14), 3, 0.5f);
  const core::Image sheet = app::side_by_side({{"reference", red}, {"TAAU", blue}}, region);
  EXPECT_EQ(sheet.width, 84);
  EXPECT_EQ(sheet.at(0, 26)[0], 1);
  EXPECT_EQ(sheet.at(44, 26)[2], 1);
  // Pixel (27, 14) lies at (2, 2) of the region, which is enlarged five times.
  EXPECT_EQ(sheet.at(12, 26 + 30 + 4 + 12)[1], 0.5f);
  EXPECT_EQ(sheet.at(9, 26 + 30 + 4 + 12)[1], 0);
  EXPECT_THROW(app::side_by_side({{"a", red}, {"b", core::Image(3, 3)}}, {0, 0, 1, 1}), core::Error);
}

TEST(Text, MarksPixelsAndIsCutOffAtTheBorder) {
  core::Image image(60, 12);
  EXPECT_GT(app::draw_text(image, 2, 2, 1, "FLIP", 1), 15);
  const auto lit = std::count(image.rgb.begin(), image.rgb.end(), 1.0f) / 3;
  EXPECT_GT(lit, 30);
  EXPECT_LT(lit, 120);
  app::draw_text(image, 50, -3, 3, "out of the picture", 1);
  app::draw_text(image, -20, 8, 2, "here too", 1);
}

}  // namespace
