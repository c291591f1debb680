// The commands without a window: checks the files and texts that render, evaluate, profile and devices write.

#include <algorithm>
#include <cmath>
#include <glm/glm.hpp>
#include <glm/gtc/type_ptr.hpp>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "core/file.h"
#include "core/picture/image_io.h"
#include "tests/support/shell.h"

namespace {
namespace fs = std::filesystem;
using testing_support::scratch;

/// Fast on two cores, and with everything that evaluate leaves out left out.
const std::string quick =
    " courtyard --shadow-resolution 256 --validation on --scene-cache off --exposure-automatic off"
    " --bloom-enabled off --output 160x90 --frames 14 --start 1";

shell::Outcome run(const std::string& arguments) {
  const shell::Outcome outcome = shell::run(arguments);
  EXPECT_EQ(outcome.status, 0) << arguments << "\n" << outcome.error;
  EXPECT_EQ(outcome.error.find("alidation"), std::string::npos) << outcome.error;
  return outcome;
}

std::size_t count(const fs::path& folder, const char* end) {
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(folder)) files += entry.path().string().ends_with(end);
  return files;
}

/// A report names every pass and layer that ran in Vulkan; where a GPU renders, nobody has to ask for it.
TEST(Headless, ProfileOfTheNetworkInVulkan) {
  const fs::path folder = scratch();
  const shell::Outcome tried = shell::run("render --upscaler neural --backend vulkan --out " +
                                          (folder / "tried").string() + quick + " --frames 1");
  if (tried.error.find("'vulkan' cannot be opened") != std::string::npos) GTEST_SKIP() << tried.error;
  ASSERT_EQ(tried.status, 0) << tried.error;
  const std::string as_gpu = "env LD_PRELOAD=" NEURASTER_VULKAN_FAULTS " NEURASTER_AS_GPU=1 ";
  const shell::Outcome outcome =
      shell::run("profile --upscaler neural --report " + folder.string() + quick, as_gpu);
  ASSERT_EQ(outcome.status, 0) << outcome.error;
  const auto report = nlohmann::json::parse(core::read_text(folder / "profile.json"));
  EXPECT_EQ(report["backend"].get<std::string>().find("vulkan ("), 0u) << report["backend"];
  const auto& passes = report["passes"];
  ASSERT_TRUE(passes.contains("generate"));
  EXPECT_EQ(passes["generate"]["row"], "generator");
  for (const char* name : {"warp", "squeeze", "bottom", "head", "reconstruct"}) {
    ASSERT_TRUE(passes.contains(name)) << name;
    EXPECT_EQ(passes[name]["row"], "upscaler") << name;
    EXPECT_GT(passes[name]["p50_ms"].get<double>(), 0) << name;
  }
}

TEST(Headless, TwoRunsOfRenderGiveTheSameBytesAndEveryBuffer) {
  const fs::path folder = scratch();
  for (const char* name : {"a", "b"})
    run("render --upscaler taau --scale 1.5 --buffers --out " + (folder / name).string() + quick);
  ASSERT_EQ(count(folder / "a", ".png"), 14u);
  ASSERT_EQ(count(folder / "a", ".exr"), 5u * 14);
  ASSERT_EQ(count(folder / "a", ".json"), 14u);
  for (const auto& entry : fs::directory_iterator(folder / "a")) {
    const fs::path other = folder / "b" / entry.path().filename();
    EXPECT_EQ(core::read_file(entry.path()), core::read_file(other)) << other;
  }
  EXPECT_NE(core::read_file(folder / "a/frame_0000.png"), core::read_file(folder / "a/frame_0013.png"));

  const auto numbers = nlohmann::json::parse(core::read_text(folder / "a/frame_0012.json"));
  EXPECT_EQ(numbers["render"], nlohmann::json({107, 60}));
  EXPECT_EQ(numbers["output"], nlohmann::json({160, 90}));
  EXPECT_EQ(numbers["frame_index"], 12);
  EXPECT_EQ(numbers["clip_to_prev_clip_column_major"].size(), 16u);
  EXPECT_GT(numbers["exposure"].get<double>(), 0);
  EXPECT_LE(std::abs(numbers["jitter"][0].get<double>()), 0.5);
  EXPECT_NEAR(numbers["seconds"].get<double>(), 1 + 12 / 60.0, 1e-9);
  for (const char* buffer : {"color", "depth", "motion", "jitter", "reactive", "output"})
    EXPECT_TRUE(numbers["conventions"].contains(buffer)) << buffer;
  const struct {
    const char* name;
    int width, height;
    std::vector<std::string> channels;
  } buffers[] = {{"color", 107, 60, {"A", "B", "G", "R"}},
                 {"depth", 107, 60, {"Z"}},
                 {"motion", 107, 60, {"X", "Y"}},
                 {"reactive", 107, 60, {"Y"}},
                 {"output", 160, 90, {"A", "B", "G", "R"}}};
  for (const auto& buffer : buffers) {
    SCOPED_TRACE(buffer.name);
    const core::ExrImage image =
        core::read_exr(folder / ("a/frame_0012_" + std::string(buffer.name) + ".exr"));
    EXPECT_EQ(image.width, buffer.width);
    EXPECT_EQ(image.height, buffer.height);
    std::vector<std::string> channels;
    for (const auto& [name, values] : image.channels) {
      channels.push_back(name);
      const auto [low, high] = std::minmax_element(values.begin(), values.end());
      EXPECT_TRUE(name == "A" || *low < *high) << name << " is one value everywhere";
    }
    EXPECT_EQ(channels, buffer.channels);
  }
}

/// Uses the numbers beside the buffers: the point that each pixel of a floor shows must lie on the floor.
TEST(Headless, APixelOfTheBuffersIsPutBackIntoTheWorld) {
  const fs::path folder = scratch();
  core::write_file(folder / "floor.obj",
                   std::string("v -50 2 -50\nv -50 2 50\nv 50 2 50\nv 50 2 -50\nf 1 2 3 4\n"));
  core::write_file(
      folder / "s.toml",
      std::string("[[model]]\npath = \"floor.obj\"\n[camera]\nfov_y_degrees = 40\n"
                  "[[camera.keyframe]]\ntime = 0\nposition = [10, 6, 7]\nlook_at = [4, 2, 1]\n"));
  run("render " + (folder / "s.toml").string() + " --upscaler taau --scale 1.5 --buffers --out " +
      (folder / "a").string() + " --validation on --scene-cache off --output 160x90 --frames 2");
  const auto json = nlohmann::json::parse(core::read_text(folder / "a/frame_0001.json"));
  const core::ExrImage image = core::read_exr(folder / "a/frame_0001_depth.exr");
  const auto& depth = image.channels.at("Z");
  const auto column_major = [&](const char* key) {
    const auto values = json[key].get<std::vector<double>>();
    return glm::make_mat4(values.data());
  };
  const glm::dmat4 world_from_clip = column_major("world_from_clip_column_major"),
                   clip_from_world = column_major("clip_from_world_column_major");
  const auto at = [](const glm::dmat4& m, const glm::dvec3& p) {
    const glm::dvec4 h = m * glm::dvec4(p, 1);
    return glm::dvec3(h) / h.w;
  };
  for (const int y : {3, 30, 56})
    for (const int x : {5, 53, 100}) {
      const double u = (x + 0.5 + json["jitter"][0].get<double>()) / image.width,
                   v = (y + 0.5 + json["jitter"][1].get<double>()) / image.height;
      const float z = depth[static_cast<std::size_t>(y * image.width + x)];
      ASSERT_GT(z, 0) << x << " " << y;
      EXPECT_NEAR(at(world_from_clip, {2 * u - 1, 2 * v - 1, z}).y, 2, 1e-3) << x << " " << y;
    }
  const glm::dvec3 middle = at(clip_from_world, {4, 2, 1});  // what the camera looks at
  EXPECT_NEAR(middle.x, 0, 1e-9);
  EXPECT_NEAR(middle.y, 0, 1e-9);
  EXPECT_EQ(json["eye"], nlohmann::json({10.0, 6.0, 7.0}));
  const auto axes = json["view_axes_column_major"].get<std::vector<double>>();
  const glm::dvec3 backward = glm::normalize(glm::dvec3(6, 4, 6));
  ASSERT_EQ(axes.size(), 9u);
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(axes[static_cast<std::size_t>(6 + i)], backward[i], 1e-9);
}

TEST(Headless, SomebodyElsesPicturesOfTheSameFramesScoreAsOurs) {
  const fs::path folder = scratch();
  setenv("XDG_CACHE_HOME", (folder / "cache").c_str(), 1);
  const fs::path theirs = folder / "other tool";
  run("render --upscaler taau --scale 2 --out '" + theirs.string() + "'" + quick);
  const fs::path json = folder / "f.json";
  run("evaluate --upscaler taau,bilinear --scale 2 --reference-samples 4 --from '" + theirs.string() +
      "' --json " + json.string() + " --out " + (folder / "pictures").string() + quick);
  const auto figures = nlohmann::json::parse(core::read_text(json));
  for (const char* key : {"scene", "device", "backend", "frames", "start", "frame_seconds", "render",
                          "output", "reference_samples", "upscalers"})
    EXPECT_TRUE(figures.contains(key)) << key;
  EXPECT_EQ(figures["backend"], "none");
  const auto& ours = figures["upscalers"]["taau"];
  const auto& from = figures["upscalers"]["other tool"];
  for (const char* key : {"psnr_db", "ssim", "flip", "tpsnr_db"}) {
    SCOPED_TRACE(key);
    EXPECT_NEAR(from[key].get<double>(), ours[key].get<double>(), 0.002 * std::abs(ours[key].get<double>()));
    EXPECT_NE(figures["upscalers"]["bilinear"][key], ours[key]);
  }
  EXPECT_GT(ours["ms_median"].get<double>(), 0);
  EXPECT_TRUE(fs::exists(folder / "pictures/side_by_side.png"));
  EXPECT_TRUE(fs::exists(folder / "pictures/flip_taau.png"));
  EXPECT_TRUE(fs::exists(folder / "pictures/flip_other tool.png"));
}

/// With bloom, automatic exposure and another scale than the references' own: what researchers get.
TEST(Headless, LinearPicturesMadeOfTheBuffersScoreAsOurs) {
  const fs::path folder = scratch();
  setenv("XDG_CACHE_HOME", (folder / "cache").c_str(), 1);
  const std::string same =
      " courtyard --shadow-resolution 256 --validation on --scene-cache off --output 160x90 --frames 12 "
      "--start 1"
      " --scale 1.5";
  const fs::path theirs = folder / "theirs", json = folder / "f.json";
  run("render --upscaler taau --buffers --out " + theirs.string() + same);
  run("evaluate --upscaler taau --reference-samples 4 --json " + json.string() + " --from " +
      theirs.string() + same);
  const auto evaluation = nlohmann::json::parse(core::read_text(json));
  EXPECT_EQ(evaluation["scene"], "Courtyard") << "--from has taken the scene for one more folder";
  const auto& figures = evaluation["upscalers"];
  for (const char* key : {"psnr_db", "ssim", "flip", "tpsnr_db"})
    EXPECT_NEAR(figures["theirs"][key].get<double>(), figures["taau"][key].get<double>(), 1e-9) << key;

  const std::string again = "evaluate --reference-samples 4 --from " + theirs.string() + same;
  std::vector<float> pixels(160 * 90 * 3, 0.5f);
  pixels[3 * (160 * 7 + 5)] = std::numeric_limits<float>::quiet_NaN();
  core::Image picture(160, 90);
  picture.rgb = pixels;
  core::write_exr(theirs / "frame_0009_output.exr", picture);
  const shell::Outcome nan = shell::run(again);
  EXPECT_EQ(nan.status, 1);
  EXPECT_NE(nan.error.find("frame_0009_output.exr' holds a value that is not finite, at 5, 7"),
            std::string::npos)
      << nan.error;
  core::write_exr(theirs / "frame_0009_output.exr", core::Image(80, 90));
  const shell::Outcome small = shell::run(again);
  EXPECT_EQ(small.status, 1);
  EXPECT_NE(small.error.find("frame_0009_output.exr' is 80 x 90; the frames are 160 x 90"), std::string::npos)
      << small.error;
}

/// A picture of the tour is that of a run which begins at its time with the same warm-up.
TEST(Headless, TheTourShowsTheWholePath) {
  const fs::path folder = scratch();
  const std::string same = quick + " --warmup 2 --upscaler taau --start 0 --out ";
  run("render --tour 3" + same + (folder / "tour").string());
  ASSERT_EQ(count(folder / "tour", ".png"), 3u);
  run("render" + same + (folder / "first").string() + " --frames 1");
  ASSERT_EQ(count(folder / "first", ".png"), 1u);
  const auto picture = [&](const char* name) { return core::read_png(folder / name); };
  EXPECT_EQ(picture("tour/frame_0000.png").rgb, picture("first/frame_0000.png").rgb);
  for (const char* other : {"tour/frame_0001.png", "tour/frame_0002.png"}) {
    const core::Image a = picture("tour/frame_0000.png"), b = picture(other);
    double difference = 0;
    for (std::size_t i = 0; i < a.rgb.size(); ++i)
      difference += static_cast<double>(std::abs(a.rgb[i] - b.rgb[i])) / static_cast<double>(a.rgb.size());
    EXPECT_GT(difference, 0.03) << other << ": 0.27 seconds of the path differ by less";
  }
}

TEST(Headless, ProfileGivesEveryPassByName) {
  const fs::path folder = scratch();
  run("profile --upscaler taau --scale 2 --warmup 2 --report " + folder.string() + quick);
  const auto json = nlohmann::json::parse(core::read_text(folder / "profile.json"));
  for (const char* key : {"scene", "device", "driver", "backend", "frames", "render", "output", "upscaler",
                          "generated_fraction"})
    EXPECT_TRUE(json.contains(key)) << key;
  EXPECT_EQ(json["backend"], "none") << "no network has generated anything";
  EXPECT_EQ(json["frames"], 14);
  EXPECT_GT(json["frame"]["fps"].get<double>(), 0);
  for (const char* pass :
       {"shadow", "gbuffer", "lighting", "transparent", "exposure", "upscale", "composite"})
    EXPECT_GT(json["passes"][pass]["p50_ms"].get<double>(), 0) << pass;
  // Rebuilds the report's page from the figures alone.
  run("profile --from " + (folder / "profile.json").string() + " --report " + (folder / "again").string());
  EXPECT_EQ(core::read_text(folder / "again/report.html"), core::read_text(folder / "report.html"));
}

TEST(Headless, TheTourHasAPageAndFiguresInTheOrderOfTheStations) {
  const fs::path folder = scratch();
  run("tour courtyard --frames 10 --reference-samples 2 --pictures 2 --output 160x90 --shadow-resolution 256 "
      "--learn-seconds 1 --out " +
      folder.string());
  const auto json = nlohmann::json::parse(core::read_text(folder / "tour.json"));
  EXPECT_EQ(json["output"], nlohmann::json({160, 90}));
  EXPECT_FALSE(json["device"].get<std::string>().empty());
  ASSERT_EQ(json["stations"].size() + json["left_out"].size(), 6u);
  ASSERT_GE(json["stations"].size(), 3u);
  double before = 0;
  for (const auto& station : json["stations"]) {
    for (const char* key : {"name", "year", "generated_fraction", "shaded_per_output", "psnr_db", "flip",
                            "tpsnr_db", "frame_ms", "parts"})
      EXPECT_TRUE(station.contains(key)) << key;
    EXPECT_GE(station["generated_fraction"].get<double>(), before);
    before = station["generated_fraction"];
    EXPECT_GT(station["psnr_db"].get<double>(), 15) << station["name"];
    const bool rasterized = before < 1;
    EXPECT_GT(station["parts"][rasterized ? "gbuffer" : "generate"].get<double>(), 0) << station["name"];
    for (const auto& picture : station["pictures"])
      EXPECT_TRUE(fs::exists(folder / picture["file"].get<std::string>()));
  }
  EXPECT_EQ(json["stations"][0]["generated_fraction"], 0);
  EXPECT_EQ(json["stations"][0]["shaded_per_output"], 1);
  EXPECT_EQ(json["stations"][1]["generated_fraction"], 0);
  EXPECT_EQ(json["stations"].back()["name"], "A generated world");
  EXPECT_EQ(json["stations"].back()["generated_fraction"], 1);
  const std::string page = core::read_text(folder / "tour.html"), text = core::read_text(folder / "tour.md");
  for (const char* part : {"Generated pixels", "2018", "75 %", "Generated frames",
                           "it never learned from has", "surfels alone have"}) {
    EXPECT_NE(page.find(part), std::string::npos) << part;
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
  EXPECT_NE(page.find("data:image/jpeg;base64,"), std::string::npos);
  EXPECT_TRUE(fs::exists(folder / "learned.safetensors"));
  EXPECT_TRUE(fs::exists(folder / "contact_sheet.jpg") && fs::exists(folder / "strip.jpg"));
}

TEST(Headless, DevicesNamesWhatCanRenderAndGenerate) {
  const shell::Outcome outcome = run("devices");
  for (const char* word : {"Render (--device NAME or INDEX):", "\n  0: ", "Generate (--backend NAME):",
                           "\n  cpu: ", "Train (train --backend NAME):"})
    EXPECT_NE(outcome.out.find(word), std::string::npos) << word << "\n" << outcome.out;
  const shell::Outcome elsewhere = run("devices --cudnn /nowhere");
  EXPECT_EQ(elsewhere.status, 0) << elsewhere.error;
  if (outcome.out.find("cuDNN: 9; found") != std::string::npos) {
    EXPECT_NE(elsewhere.out.find("cuDNN: 9; found none"), std::string::npos) << elsewhere.out;
  }
}

}  // namespace
