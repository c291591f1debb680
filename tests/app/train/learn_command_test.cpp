// Learning a scene and drawing it as a user does: files on disk, a process that is killed.
#include <fcntl.h>
#include <signal.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/file.h"
#include "core/picture/image_io.h"
#include "core/picture/metrics.h"
#include "neural/field/field.h"
#include "tests/support/shell.h"

namespace {
namespace fs = std::filesystem;

const char* const small = " --lines 90 --rays 2048 --held-out 1 --shadow-resolution 256 ";

/// The courtyard, learned once for a few seconds.
struct LearnedCourtyard {
  fs::path folder = testing_support::scratch("learn"), field = folder / "court.field.safetensors";
  shell::Outcome outcome = shell::run("learn courtyard --minutes 0.15 --out " + field.string() + small);
};
const LearnedCourtyard& courtyard() {
  static const LearnedCourtyard one;
  return one;
}

TEST(Learn, WritesAFieldAndItsCurve) {
  const shell::Outcome& outcome = courtyard().outcome;
  ASSERT_EQ(outcome.status, 0) << outcome.error;
  EXPECT_NE(outcome.out.find("the surfels alone"), std::string::npos) << outcome.out;
  const auto field = neural::load_field(courtyard().field);
  EXPECT_EQ(field->origin.scene, "Courtyard");
  EXPECT_GT(field->surfels->count(), 1000u);
  EXPECT_GT(field->origin.seconds, 8);
  const std::string curve = core::read_text(fs::path(courtyard().field).replace_extension(".csv"));
  EXPECT_EQ(curve.find("seconds,cpu_seconds,views,steps,loss,psnr_db,flip\n"), 0u);
  EXPECT_GT(std::count(curve.begin(), curve.end(), '\n'), 1);

  const shell::Outcome again =
      shell::run("learn courtyard --minutes 0.1 --out " + courtyard().field.string() + small);
  EXPECT_EQ(again.status, 2);
  EXPECT_NE(again.error.find("--resume goes on"), std::string::npos) << again.error;
}

TEST(Learn, TheFieldFillsTheFrame) {
  const fs::path folder = testing_support::scratch();
  const std::string common =
      "courtyard --frames 1 --output 160x90 --upscaler native --shadow-resolution 256 --out " +
      folder.string();
  ASSERT_EQ(shell::run("render " + common + "/rasterizer").status, 0);
  const shell::Outcome outcome = shell::run("render " + common + "/field --source field --buffers --field " +
                                            courtyard().field.string());
  ASSERT_EQ(outcome.status, 0) << outcome.error;
  const core::Image a = core::read_png(folder / "rasterizer/frame_0000.png"),
                    b = core::read_png(folder / "field/frame_0000.png");
  EXPECT_GT(core::psnr_db(core::mean_squared_error(b, a)), 14);
  EXPECT_NE(a.rgb, b.rgb);
  EXPECT_TRUE(fs::exists(folder / "field/frame_0000_depth.exr"));

  // The same in Vulkan, where there is a device.
  if (shell::run("devices").out.find("vulkan: vulkan (") != std::string::npos) {
    const shell::Outcome vulkan =
        shell::run("render " + common + "/vulkan --validation on --backend vulkan --source field --field " +
                   courtyard().field.string());
    ASSERT_EQ(vulkan.status, 0) << vulkan.error;
    const core::Image c = core::read_png(folder / "vulkan/frame_0000.png");
    EXPECT_GT(core::psnr_db(core::mean_squared_error(c, b)), 45);
  }

  const shell::Outcome profile = shell::run(
      "profile courtyard --frames 3 --warmup 1 --output 160x90 --upscaler bilinear --source field --field " +
      courtyard().field.string() + " --report " + (folder / "report").string());
  ASSERT_EQ(profile.status, 0) << profile.error;
  const auto json = nlohmann::json::parse(core::read_text(folder / "report/profile.json"));
  EXPECT_EQ(json["generated_fraction"], 1.0);
  EXPECT_GT(json["passes"]["field"]["p50_ms"].get<double>(), 0);
  EXPECT_FALSE(json["passes"].contains("gbuffer")) << "the rasterizer draws all the same";
}

TEST(Learn, EvaluateScoresTheSource) {
  const fs::path file = testing_support::scratch() / "scores.json";
  const std::string run =
      "evaluate courtyard --frames 10 --output 160x90 --reference-samples 2 --shadow-resolution 256 "
      "--upscaler bilinear "
      "--poses held-out --source field --field " +
      courtyard().field.string() + " --json " + file.string();
  const shell::Outcome outcome = shell::run(run);
  ASSERT_EQ(outcome.status, 0) << outcome.error;
  const auto json = nlohmann::json::parse(core::read_text(file));
  const auto& source = json["source"];
  EXPECT_EQ(source["name"], "field");
  for (const char* key : {"psnr_db", "flip", "tpsnr_db", "depth_wrong", "motion_wrong", "ms_median"})
    EXPECT_TRUE(source.contains(key)) << key;
  EXPECT_GT(source["psnr_db"].get<double>(), 12);
  EXPECT_LT(source["psnr_db"].get<double>(), source["rasterizer"]["psnr_db"].get<double>());
  EXPECT_LT(source["depth_wrong"].get<double>(), 0.5);
  EXPECT_GT(json["upscalers"]["bilinear"]["psnr_db"].get<double>(), 12);
}

TEST(Learn, WrongFilesGetOneSentence) {
  const fs::path folder = testing_support::scratch();
  const auto says = [](const std::string& arguments, int status, const std::string& what) {
    const shell::Outcome outcome = shell::run("render courtyard --frames 1 --output 64x36 " + arguments);
    EXPECT_EQ(outcome.status, status) << arguments;
    EXPECT_NE(outcome.error.find(what), std::string::npos) << outcome.error;
  };
  const std::string out = "--out " + (folder / "out").string() + " ";
  says(out + "--source field", 2, "--field FILE");
  says(out + "--source field --field /nowhere", 1, "/nowhere");
  says(out + "--source field --field assets/weights/neuraster.safetensors", 1, "holds no field");
  // Of another scene: a warning, and a picture.
  auto other = std::make_shared<neural::Field>(*neural::load_field(courtyard().field));
  other->origin.scene_hash ^= 1;
  neural::save_field(folder / "changed.safetensors", *other);
  says(out + "--source field --field " + (folder / "changed.safetensors").string(), 0, "has changed since");
}

TEST(Learn, GoesOnAfterItWasKilled) {
  const fs::path field = testing_support::scratch() / "killed.safetensors";
  const pid_t child = fork();
  if (child == 0) {
    const int nothing = open("/dev/null", O_WRONLY);
    dup2(nothing, 1);
    dup2(nothing, 2);
    const std::string line =
        shell::command + "learn courtyard --minutes 5 --save-minutes 0.05 --out " + field.string() + small;
    execl("/bin/sh", "sh", "-c", line.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  for (int wait = 0; wait < 2400 && !fs::exists(field); ++wait)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(fs::exists(field));
  const double before = neural::load_field(field)->origin.seconds;
  EXPECT_GT(before, 2);
  const std::string minutes = std::to_string((before + 4) / 60);
  const shell::Outcome outcome =
      shell::run("learn courtyard --resume --minutes " + minutes + " --out " + field.string() + small);
  ASSERT_EQ(outcome.status, 0) << outcome.error;
  EXPECT_GE(neural::load_field(field)->origin.seconds, before + 4);
}

}  // namespace
