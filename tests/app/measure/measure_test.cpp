// Tests runs along a camera path that are scored or timed, on any Vulkan device.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "app/measure/cpu_contention.h"
#include "app/measure/memory_use.h"
#include "app/measure/other_pictures.h"
#include "app/measure/references.h"
#include "app/measure/score.h"
#include "app/measure/time_frames.h"
#include "core/error.h"
#include "core/file.h"
#include "core/picture/image_io.h"
#include "neural/upscale/plan.h"
#include "tests/support/scratch.h"
#include "tests/support/trace_check.h"

namespace fs = std::filesystem;
using testing_support::message_of;
using testing_support::scratch;

namespace {

app::Settings small_settings() {
  app::Settings settings;
  settings.run.output = {160, 90};
  settings.run.frames = 14;
  settings.run.reference_samples = 16;
  settings.render.shadow.resolution = 256;
  settings.render.scale = 2;
  settings.render.upscaler = renderer::Upscaler::taau;
  return settings;
}

const auto nothing = [] {};

class Measure : public testing::Test {
 protected:
  void SetUp() override { setenv("XDG_CACHE_HOME", (folder / "cache").c_str(), 1); }
  void TearDown() override {
    EXPECT_EQ(device.validation_messages(), 0u) << "the validation layer has complained";
  }
  /// Does what `evaluate` does: exposures, references, scores of the upscalers.
  std::vector<app::Scored> evaluate(const std::vector<std::string>& upscalers) {
    app::Settings settings = small_settings();
    app::CameraRun path = app::make_camera_run(scene, settings.run, 0);
    app::fix_exposures(device, scene, settings, path, nothing);
    references = app::make_references(device, scene, settings, path, app::unscored_frames,
                                      [&] { ++references_drawn; });
    std::vector<app::Scored> result;
    for (const std::string& name : upscalers) {
      app::set(settings, "upscaler", name);
      result.push_back(app::score_upscaler(device, scene, settings, path, {.files = references}, nothing));
    }
    return result;
  }
  const fs::path folder = scratch();
  gpu::Device device{{.validation = true}};
  scene::Scene scene = scene::make_test_scene();
  std::vector<fs::path> references;
  int references_drawn = 0;
};

TEST_F(Measure, MoreSamplesAreNearerToTheReference) {
  const auto scored = evaluate({"nearest", "bilinear", "taau"});
  ASSERT_EQ(references.size(), 6u);
  EXPECT_EQ(references_drawn, 6);
  for (const app::Scored& one : scored) {
    EXPECT_EQ(one.score.scores.frames, 6);
    EXPECT_GT(one.score.scores.psnr_db, 18);
    EXPECT_GT(one.score.ms_median, 0);
    EXPECT_EQ(one.middle.picture.width, 160);
  }
  EXPECT_GT(scored[1].score.scores.psnr_db, scored[0].score.scores.psnr_db + 0.5);
  EXPECT_GT(scored[2].score.scores.psnr_db, scored[1].score.scores.psnr_db + 0.5);
  EXPECT_GT(scored[2].score.scores.tpsnr_db, scored[1].score.scores.tpsnr_db + 0.5);
}

TEST_F(Measure, ReferencesComeFromTheCacheAndRunsAreDeterministic) {
  const auto first = evaluate({"taau"});
  const auto written = [&] {
    std::vector<ino_t> files;
    for (const fs::path& file : references) files.push_back(testing_support::file_number(file));
    return files;
  };
  const auto before = written();
  const auto again = evaluate({"taau"});
  EXPECT_EQ(written(), before) << "a reference was rendered twice";
  EXPECT_EQ(again[0].score.scores.psnr_db, first[0].score.scores.psnr_db);
  EXPECT_EQ(again[0].score.scores.flip, first[0].score.scores.flip);
  // A damaged file is rendered again, and to the same bytes, because the frames before it are drawn as well.
  const auto bytes = core::read_file(references[3]);
  core::write_file(references[3], std::span(bytes).first(bytes.size() / 2));
  evaluate({});
  EXPECT_EQ(core::read_file(references[3]), bytes);
  EXPECT_EQ(written()[2], before[2]);
}

TEST_F(Measure, AllScalesShareOneExposureAndOneReference) {
  app::Settings settings = small_settings();
  std::vector<float> first;
  for (const float scale : {2.0f, 1.5f, 3.0f}) {
    settings.render.scale = scale;
    app::CameraRun path = app::make_camera_run(scene, settings.run, 0);
    app::fix_exposures(device, scene, settings, path, nothing);
    std::vector<float> exposures;
    for (const app::FrameRequest& request : path.frames) exposures.push_back(request.exposure.value());
    if (first.empty()) first = exposures;
    EXPECT_EQ(exposures, first) << "at scale " << scale;
  }
}

TEST_F(Measure, ReferencesDependOnThePictureAndNotOnTheUpscaler) {
  app::Settings settings = small_settings();
  settings.run.frames = 9;
  settings.run.reference_samples = 1;
  app::CameraRun path = app::make_camera_run(scene, settings.run, 0);
  for (auto& request : path.frames) request.exposure = 1.0f;
  const auto file = [&] { return app::make_references(device, scene, settings, path, 8, nothing).at(0); };
  const fs::path plain = file();
  settings.render.taau.blend = 0.2f;
  settings.render.scale = 3;
  settings.render.bloom.strength = 0.2f;
  EXPECT_EQ(file(), plain);
  settings.render.shadow.softness = 0.1f;
  const fs::path other = file();
  EXPECT_NE(other, plain);
  path.frames[8].exposure = 1.5f;
  EXPECT_NE(file(), other);
}

TEST_F(Measure, OtherPeoplesPicturesAreScoredByTheirNumbers) {
  evaluate({});
  const fs::path theirs = folder / "theirs";
  fs::create_directories(theirs);
  for (std::size_t i = 0; i < references.size(); ++i)
    fs::copy_file(references[i],
                  theirs / ("v2_frame_00" + std::to_string(app::unscored_frames + i) + "_.png"));
  const app::Settings settings = small_settings();
  const app::CameraRun path = app::make_camera_run(scene, settings.run, 0);
  const auto score = [&](const fs::path& of) {
    const app::OtherPictures others[] = {{"theirs", app::numbered_pictures(of, path.frames.size())}};
    return app::score_pictures(device, settings, path, others, {.files = references}, nothing).at(0);
  };
  const app::Scored same = score(theirs);
  EXPECT_TRUE(std::isinf(same.score.scores.psnr_db));
  EXPECT_DOUBLE_EQ(same.score.scores.ssim, 1);
  fs::remove(theirs / "v2_frame_0010_.png");
  EXPECT_NE(message_of([&] { score(theirs); }).find("no picture of frame 10"), std::string::npos);
  core::write_png(theirs / "v2_frame_0010_.png", core::Image(20, 20));
  const std::string wrong_size = message_of([&] { score(theirs); });
  EXPECT_NE(wrong_size.find("v2_frame_0010_.png' is 20 x 20 pixels large; it must be "), std::string::npos)
      << wrong_size;
  core::write_file(theirs / "b8.png", "");
  EXPECT_NE(message_of([&] { app::numbered_pictures(theirs, 0); }).find("both claim to be frame 8"),
            std::string::npos);
  EXPECT_NE(message_of([&] { app::numbered_pictures(theirs / "none", 0); }).find("no folder"),
            std::string::npos);
}

/// Frames at rest have one reference, and each folder of pictures is scored as it would be alone.
TEST_F(Measure, ManyFoldersAtRestShareOneReference) {
  app::Settings settings = small_settings();
  settings.run.still = true;
  app::CameraRun path = app::make_camera_run(scene, settings.run, 0);
  EXPECT_EQ(path.frames.front().seconds, path.frames.back().seconds);
  app::fix_exposures(device, scene, settings, path, nothing);
  EXPECT_EQ(path.frames.front().exposure, path.frames.back().exposure);
  app::Truth truth{.files = app::make_references(device, scene, settings, path, app::unscored_frames,
                                                 [&] { ++references_drawn; })};
  ASSERT_EQ(truth.files.size(), 6u);
  EXPECT_EQ(references_drawn, 6) << "a bar that counts them would not come to its end";
  EXPECT_EQ(std::set<fs::path>(truth.files.begin(), truth.files.end()).size(), 1u);

  truth.crop = app::Rect{20, 10, 60, 40};
  truth.pictures = folder / "scored";
  std::vector<app::OtherPictures> others{{"taau", {}}, {"a/out", {}}};
  for (const char* name : {"taau", "bilinear"}) {
    app::set(settings, "upscaler", name);
    app::Frame frame(device, scene, settings.render, settings.run.output);
    auto& files = others[name == std::string("taau") ? 0 : 1].files;
    fs::create_directories(folder / name);
    for (std::size_t n = 0; n < path.frames.size(); ++n) {
      settings.render.bloom.enabled = false;
      frame.draw(settings.render, path.frames[n]);
      if (n < app::unscored_frames) continue;
      files[n] = folder / name / ("frame_" + std::to_string(n) + ".png");
      core::write_png(files[n], 160, 90, frame.read_picture());
    }
  }
  int frames = 0;
  app::write_references(truth);
  const auto both = app::score_pictures(device, settings, path, others, truth, [&] { ++frames; });
  EXPECT_EQ(frames, 14) << "one pass over the frames";
  const auto alone =
      app::score_pictures(device, settings, path, std::span(others).last(1), truth, nothing).at(0);
  EXPECT_EQ(both[1].score.scores.psnr_db, alone.score.scores.psnr_db);
  EXPECT_EQ(both[1].score.scores.flip, alone.score.scores.flip);
  EXPECT_GT(both[0].score.scores.psnr_db, both[1].score.scores.psnr_db + 0.5) << "TAAU converges at rest";
  EXPECT_EQ(both[0].middle.picture.width, 60);
  app::set(settings, "upscaler", "taau");
  const auto ours = app::score_upscaler(device, scene, settings, path, truth, nothing);
  EXPECT_EQ(ours.score.scores.psnr_db, both[0].score.scores.psnr_db);
  const core::Image written = core::read_png(folder / "scored/a_out/frame_0009.png"),
                    whole = core::read_png(others[1].files.at(9));
  ASSERT_EQ(written.width, 60);
  ASSERT_EQ(written.height, 40);
  EXPECT_EQ(written.at(3, 5)[1], whole.at(23, 15)[1]);
  EXPECT_TRUE(fs::exists(folder / "scored/reference/frame_0013.png"));
}

TEST(OtherPictures, HaveNamesOfTheirOwn) {
  using Names = std::vector<std::string>;
  const auto names = [](const Names& folders, const Names& taken = {}) {
    return app::distinct_names(folders, taken);
  };
  EXPECT_EQ(names({"x/a/", "x/b"}), (Names{"a", "b"}));
  EXPECT_EQ(names({"x/a/out", "x/b/out", "c"}), (Names{"a/out", "b/out", "c"}));
  EXPECT_EQ(names({"x/a/out", "y/a/out"}), (Names{"x/a/out", "y/a/out"}));
  EXPECT_EQ(names({"results/taau"}, {"taau"}), (Names{"results/taau"})) << "not the upscaler of this program";
  EXPECT_THROW(names({"a", "./a/"}), core::UsageError);
}

/// Checks trace and JSON of real frames, upscaled by TAAU and, where it can run, by the network.
TEST_F(Measure, ReportsOfRealFramesAgree) {
  app::Profile profile{.scene = scene.name, .device = "", .driver = "", .program = "", .runs = {}};
  for (const char* upscaler : {"taau", "neural"}) {
    app::Settings settings = small_settings();
    settings.run.weights = (folder / "untrained.safetensors").string();
    neural::save_weights(settings.run.weights, neural::initial_weights(1));
    app::set(settings, "upscaler", upscaler);
    if (upscaler == std::string("neural") && !app::neural_unavailable(settings).empty()) continue;
    const auto stages = std::make_shared<app::StageLog>();
    app::Frame frame(device, scene, settings.render, settings.run.output);
    app::set(settings, "backend", "cpu");
    app::give_generators(frame, device, settings, stages);
    profile.runs.push_back(
        {.settings = {},
         .upscaler = upscaler,
         .backend = "cpu",
         .render = {},
         .output = {160, 90},
         .frames = app::time_frames(frame, settings.render, app::make_camera_run(scene, settings.run, 2),
                                    nothing, {.stages = stages.get()}),
         .quality = {}});
    EXPECT_EQ(frame.generated_by().substr(0, 4), upscaler == std::string("neural") ? "cpu " : "none");
  }
  app::write_report(folder, profile);
  expect_trace_of(nlohmann::json::parse(core::read_text(folder / "trace.json")),
                  nlohmann::json::parse(core::read_text(folder / "profile.json")));
}

TEST_F(Measure, TracesHoldEveryFrameAndPass) {
  app::Settings settings = small_settings();
  const app::CameraRun path = app::make_camera_run(scene, settings.run, 3);
  ASSERT_EQ(path.frames.size(), 17u);
  EXPECT_EQ(path.frames[0].seconds, path.frames[3].seconds) << "warm-up stands at the start";
  app::Frame frame(device, scene, settings.render, settings.run.output);
  int drawn = 0;
  app::ProfileRun run{.settings = {},
                      .upscaler = "taau",
                      .backend = "cpu",
                      .render = {},
                      .output = {160, 90},
                      .frames = app::time_frames(frame, settings.render, path, [&] { ++drawn; }),
                      .quality = {}};
  EXPECT_EQ(drawn, 17);
  ASSERT_EQ(run.frames.size(), 14u);
  double before = -1;
  for (std::size_t n = 0; n < run.frames.size(); ++n) {
    const app::FrameTrace& trace = run.frames[n];
    EXPECT_EQ(trace.index, n);
    EXPECT_EQ(trace.render.width, 80);
    EXPECT_GT(trace.end_ms, trace.begin_ms);
    EXPECT_EQ(trace.begin_ms, n > 0 ? run.frames[n - 1].end_ms : trace.begin_ms) << "the clock has a gap";
    std::set<std::string> names;
    for (const app::Span& span : trace.spans) {
      names.insert(span.name);
      EXPECT_GE(span.end_ms, span.begin_ms) << span.name;
      if (span.row != app::Row::gpu) continue;
      EXPECT_GE(span.begin_ms, before - 1e-6) << span.name << ": passes of a GPU follow each other";
      before = span.end_ms;
    }
    EXPECT_EQ(trace.calibrated, device.clocks().has_value());
    for (const char* pass : {"record", "shadow", "gbuffer", "lighting", "upscale", "composite"})
      EXPECT_TRUE(names.contains(pass)) << pass << " in frame " << n;
  }
}

/// lavapipe writes a timestamp when it flushes. Once that was after the composite's dispatch, whose time was
/// then missing from the passes.
TEST_F(Measure, NothingLiesBetweenPassesOfAProcessorThatRenders) {
  if (!device.is_cpu()) GTEST_SKIP() << "a GPU has two timestamps a pass";
  const app::Settings settings = small_settings();
  app::Frame frame(device, scene, settings.render, settings.run.output);
  const app::CameraRun path = app::make_camera_run(scene, settings.run, 0);
  frame.draw(settings.render, path.frames[0]);
  frame.finish();
  const auto& passes = frame.passes();
  const auto composite = std::find_if(passes.begin(), passes.end(),
                                      [](const gpu::PassTime& pass) { return pass.name == "composite"; });
  ASSERT_NE(composite, passes.end());
  ASSERT_EQ((composite - 1)->name, "bloom");
  EXPECT_EQ(composite->begin_ms, (composite - 1)->end_ms);
  EXPECT_GT(composite->ms(), 0);
}

/// Where the device can read both clocks, no pass may begin before it was submitted or end after the host
/// knew that it was finished.
TEST_F(Measure, GpuPassesLieBetweenTheirSubmissionAndTheirEnd) {
  if (!device.clocks()) GTEST_SKIP() << "this device reads its own clock alone";
  const app::Settings settings = small_settings();
  app::Frame frame(device, scene, settings.render, settings.run.output);
  const app::CameraRun path = app::make_camera_run(scene, settings.run, 0);
  frame.draw(settings.render, path.frames[0]);
  for (int n = 0; n < 5; ++n) {
    frame.finish();
    const auto before = app::Frame::Clock::now();
    frame.draw(settings.render, path.frames[1]);
    frame.finish();
    const auto after = app::Frame::Clock::now();
    ASSERT_TRUE(frame.passes_began());
    EXPECT_GE(*frame.passes_began(), before);
    double last = 0;
    for (const gpu::PassTime& pass : frame.passes()) last = std::max(last, pass.end_ms);
    EXPECT_LE(*frame.passes_began() + std::chrono::microseconds(static_cast<int>(1000 * last)), after);
  }
  const auto frames =
      app::time_frames(frame, settings.render, app::make_camera_run(scene, settings.run, 1), nothing);
  const auto end_of = [](const app::FrameTrace& trace, const char* name) {
    for (const app::Span& span : trace.spans)
      if (span.name == name) return span.end_ms;
    ADD_FAILURE() << "no " << name;
    return 0.0;
  };
  constexpr double rounding = 0.02;
  for (std::size_t n = 0; n + 2 < frames.size(); ++n) {
    const double submitted = end_of(frames[n], "record"), known = end_of(frames[n + 2], "wait for slot");
    for (const app::Span& span : frames[n].spans) {
      if (span.row != app::Row::gpu) continue;
      EXPECT_GE(span.begin_ms, submitted - rounding) << span.name << " of " << n;
      EXPECT_LE(span.end_ms, known + rounding) << span.name << " of " << n;
    }
  }
}

TEST_F(Measure, MemoryHasARowOfCudasWhereThereIsSome) {
  const auto of_cuda = [&](std::optional<std::uint64_t> bytes) {
    std::vector<std::uint64_t> rows;
    for (const app::MemoryUse& use : app::memory_use(device, bytes))
      if (use.owner == "network") rows.push_back(use.bytes);
    return rows;
  };
  EXPECT_EQ(of_cuda(5 << 20), std::vector<std::uint64_t>{5 << 20});
  EXPECT_TRUE(of_cuda({}).empty());
}

TEST_F(Measure, TracesShowTheStagesOfTheNetwork) {
  app::Settings settings = small_settings();
  settings.run.frames = 3;
  settings.run.weights = (folder / "untrained.safetensors").string();
  neural::save_weights(settings.run.weights, neural::initial_weights(1));
  if (const std::string why = app::neural_unavailable(settings); !why.empty()) GTEST_SKIP() << why;
  app::set(settings, "upscaler", "neural");
  const auto stages = std::make_shared<app::StageLog>();
  app::Frame frame(device, scene, settings.render, settings.run.output);
  app::set(settings, "backend", "cpu");
  app::give_generators(frame, device, settings, stages);
  for (const app::FrameTrace& trace :
       app::time_frames(frame, settings.render, app::make_camera_run(scene, settings.run, 1), nothing,
                        {.stages = stages.get()})) {
    std::map<std::string, app::Span> spans;
    for (const app::Span& span : trace.spans) spans[span.name] = span;
    for (const char* name : {"clean", "network", "reconstruct", "generate"})
      ASSERT_TRUE(spans.contains(name)) << name;
    EXPECT_EQ(spans["network"].row, app::Row::upscaler);
    EXPECT_GT(spans["network"].end_ms, spans["network"].begin_ms);
    EXPECT_NEAR(spans["clean"].begin_ms, spans["generate"].begin_ms, 1e-6);
    EXPECT_LE(spans["reconstruct"].end_ms, spans["generate"].end_ms + 1e-6);
  }
}

TEST(Contention, IsTheShareOfTimeSpentWaiting) {
  const app::Contention contention;
  volatile double sum = 0;
  for (int i = 0; i < 20000000; ++i) sum = sum + i;
  EXPECT_GE(contention.waited(), 0);
  EXPECT_LT(contention.waited(), 1);
}

}  // namespace
