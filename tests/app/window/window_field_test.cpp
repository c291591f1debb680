// The station A generated world in the window, by real keys and mouse: a field learns the scene and takes the
// rasterizer's place.

#include "tests/support/window_session.h"

namespace {

using namespace testing_desktop;

double number(const nlohmann::json& report, const char* name) {
  return report.contains("training") ? report["training"].value(name, 0.0) : 0.0;
}

bool says(Session& s, const std::string& what) {
  return s.wait_for(
      [&](const auto& r) { return r["message"].template get<std::string>().find(what) != std::string::npos; },
      60);
}

TEST(WindowField, LearnsTakesTheRasterizersPlaceAndIsKept) {
  NEED_DESKTOP();
  Session s(960, 540,
            {"--role", "look", "--start", "1", "--backend", "cpu", "--window-learning-share", "1",
             "--shadow-resolution", "256", "--upscaler", "bilinear", "--scale", "3"});
  ASSERT_NE(s.window, 0u) << s.log();
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("station 6"); }, 60)) << s.log();
  s.desktop.click(400, 400);
  s.desktop.key("space");
  EXPECT_TRUE(s.report()["rasterized"].get<bool>());

  // While it prepares, the rasterizer draws on, and what is shown counts as that; then the surfels show at
  // once.
  s.desktop.key("6");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["station"] == 6 && r.contains("training"); }, 30))
      << s.report();
  const auto prepares = s.report();
  EXPECT_TRUE(prepares["training"]["preparing"] == false || prepares["generated"].get<double>() < 0.95);
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("learning begin"); }, 300))
      << s.report()["training"];

  s.click("learning begin");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["rasterized"] == false && r["generated"] == 1; }, 120))
      << s.report()["training"];
  save(s.desktop.grab(), 960, 540, "field_begun.png");
  EXPECT_TRUE(s.wait_for([](const auto& r) { return number(r, "passed") > 0; }, 300))
      << s.report()["training"];
  EXPECT_GT(number(s.report(), "psnr_db"), number(s.report(), "bilinear_db")) << "than the surfels alone";
  EXPECT_GT(number(s.report(), "flip"), 0.01);
  EXPECT_GT(number(s.report(), "bytes"), 1e6);
  s.wait_frames(4);
  save(s.desktop.grab(), 960, 540, "field_learned.png");

  // Walking does not stop it.
  s.desktop.key_down("w");
  s.wait_frames(6);
  s.desktop.key_up("w");
  EXPECT_TRUE(s.wait_for([](const auto& r) { return r["flying"] == true && r["rasterized"] == false; }));
  s.click("learning pause");
  s.click("learning keep");
  ASSERT_TRUE(says(s, "--source field --field takes it")) << s.report()["message"];
  EXPECT_TRUE(fs::is_regular_file(s.folder() / "neuraster-field-0001.safetensors"));

  // The rasterizer, and back to what was learned.
  s.desktop.key("1");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["rasterized"] == true && !r.contains("training"); }));
  EXPECT_EQ(s.report()["generated"], 0);
  s.desktop.key("6");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["rasterized"] == false; }, 60));
  s.click("learning load");
  s.desktop.type("neuraster-field-0001.safetensors");
  s.desktop.key("Return");
  EXPECT_TRUE(says(s, "goes on from")) << s.report()["message"];
  s.click("learning forget");
  EXPECT_TRUE(says(s, "begins anew")) << s.report()["message"];
  quit(s);
}

}  // namespace
