// Tests the reports of a profile on invented times.

#include "app/report/report.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>
#include <tuple>

#include "app/report/picture.h"
#include "core/error.h"
#include "core/file.h"
#include "tests/support/made_up_run.h"
#include "tests/support/scratch.h"
#include "tests/support/trace_check.h"

namespace fs = std::filesystem;
using testing_support::make_run;
using testing_support::passes;
using testing_support::scratch;

namespace {

using nlohmann::json;

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
      core::Scores{.frames = 32, .psnr_db = 30, .tpsnr_db = 35, .ssim = 0.9, .flip = 0.08};
  return profile;
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

/// A frame's number and a size must be integers: a conversion of what does not fit would be undefined.
TEST(ProfileJson, NumbersThatAreNoIntegersAreNamed) {
  const fs::path file = scratch() / "a.json";
  for (const auto& [index, width, wrong] : {std::tuple{"3e53", "8", "3e+53"},
                                            {"-1", "8", "-1"},
                                            {"0.5", "8", "0.5"},
                                            {"0", "4294967296", "4294967296"}}) {
    core::write_file(
        file,
        fmt::format(R"({{"scene":"s","device":"d","runs":[{{"label":"a","render":[{},4],"output":[16,8],)"
                    R"("passes":{{}},"per_frame":{{"index":[{}],"frame_ms":[1],"passes_ms":{{}}}}}}]}})",
                    width, index));
    try {
      app::read_profile(file);
      FAIL() << wrong;
    } catch (const core::Error& error) {
      EXPECT_NE(
          std::string(error.what()).find(file.string() + ": " + wrong + " stands where an integer belongs"),
          std::string::npos)
          << error.what();
    }
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

/// Runs 3 and 4 of make_profile(3). The frames of the second one are calibrated.
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
  // A scene's name must not end the element that holds the data: all between its tags is JSON.
  const std::string open = R"(<script type="application/json" id="profile">)";
  const std::size_t begin = page.find(open) + open.size(), end = page.find("</script>", begin);
  const json data = json::parse(page.substr(begin, end - begin));
  EXPECT_EQ(data["scene"], "Light</script>house");
}

/// The text of the element with this id.
std::string element(const std::string& page, const std::string& id) {
  const std::string open = "<script type=\"application/json\" id=\"" + id + "\">";
  const std::size_t begin = page.find(open) + open.size();
  return page.substr(begin, page.find("</script>", begin) - begin);
}

TEST(HtmlReport, NoNameEndsItsData) {
  const fs::path file = scratch() / "report.html";
  for (const char* name :
       {"</script>", "<!--<script>", "<!--", "]]>", "</SCRIPT ", "\u2028", "/*PICTURES*/"}) {
    app::Profile profile = make_profile(5, 50);
    profile.scene = name;
    app::write_html_report(file, profile);
    const std::string data = element(core::read_text(file), "profile");
    EXPECT_EQ(json::parse(data)["scene"], name);
    EXPECT_EQ(data.find('<'), std::string::npos) << name;
  }
  app::write_html_page(file, "\xef\xbb\xbf{\"scene\":1}", {});
  EXPECT_EQ(element(core::read_text(file), "profile"), "{\"scene\":1}") << "the byte-order mark";
}

TEST(HtmlReport, HoldsThePicturesThatLieBesideIt) {
  const fs::path folder = scratch();
  const std::vector<std::byte> grey(3 * 16 * 8, std::byte{90});
  app::write_jpeg(folder / "picture_00.jpg", {16, 8}, grey);
  core::write_file(folder / "secret.txt", "private");
  core::write_file(folder / "text.jpg", "private");
  app::Profile profile = make_profile(5, 50);
  profile.runs[0].picture = "picture_00.jpg";
  app::write_report(folder, profile);
  const json pictures = json::parse(element(core::read_text(folder / "report.html"), "pictures"));
  ASSERT_EQ(pictures.size(), profile.runs.size());
  EXPECT_TRUE(pictures[0].get<std::string>().starts_with("data:image/jpeg;base64,/9j/"));
  EXPECT_EQ(pictures[1], "");
  EXPECT_EQ(json::parse(core::read_text(folder / "profile.json"))["runs"][0]["picture"], "picture_00.jpg");
  EXPECT_EQ(app::read_profile(folder / "profile.json").runs[0].picture, "picture_00.jpg");
  // A profile of somebody else must not put the user's own files into a page.
  for (const char* name : {"../a.jpg", "/etc/passwd", "secret.txt", "text.jpg", "none.jpg", "", ".."})
    EXPECT_EQ(app::picture_for_page(folder, name), "") << name;
}

TEST(TimerCheck, OneSentenceStandsForAll) {
  const auto disagreeing = [](unsigned seed) {
    app::ProfileRun run = make_run(seed, 50);
    for (auto& frame : run.frames) frame.end_ms = frame.begin_ms + (frame.end_ms - frame.begin_ms) / 2;
    return run;
  };
  EXPECT_EQ(app::timer_warning({make_run(6, 50)}), "");
  const std::string one = app::timer_warning({make_run(6, 50), disagreeing(7)});
  EXPECT_TRUE(one.starts_with("the GPU timers of ")) << one;
  const std::string all = app::timer_warning({disagreeing(6), make_run(7, 50), disagreeing(8)});
  EXPECT_TRUE(all.starts_with("2 of the 3 combinations have timers that disagree")) << all;
  EXPECT_NE(all.find(app::check_timers(disagreeing(6)).warning), std::string::npos) << all;
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
  // On a fast GPU the frames consist of latency only.
  app::ProfileRun quick = run_with_gap(7);
  for (auto& frame : quick.frames) {
    frame.begin_ms /= 50, frame.end_ms /= 50;
    for (auto& span : frame.spans) span.begin_ms /= 50, span.end_ms /= 50;
  }
  EXPECT_EQ(app::check_timers(quick).warning, "");
}

}  // namespace
