// The station Learning, the tour, the race, scenes, bookmarks and films in the window, by real keys and
// mouse.

#include "tests/support/window_session.h"

namespace {

using namespace testing_desktop;

double number(const nlohmann::json& report, const char* group, const char* name) {
  return report.contains(group) ? report[group].value(name, 0.0) : 0.0;
}

bool says(Session& s, const std::string& what, double seconds = 30) {
  return s.wait_for(
      [&](const auto& r) { return r["message"].template get<std::string>().find(what) != std::string::npos; },
      seconds);
}

TEST(WindowLearning, FromNoiseTheNetworkPassesBilinearAndIsKept) {
  NEED_DESKTOP();
  Session s(
      1280, 720,
      {"--role", "look", "--scale", "2", "--start", "1", "--backend", "cpu", "--window-learning-share", "1"});
  ASSERT_NE(s.window, 0u) << s.log();
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("station 6"); }, 60)) << s.log();
  s.desktop.click(480, 400);
  s.desktop.key("space");
  s.desktop.key("4");  // its place on the camera's path is that of station 3
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["seconds"] == 0; }));
  s.wait_frames(8);
  const Picture shipped = s.settled();
  s.desktop.key("3");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["station"] == 3; })) << s.report();
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("learning begin"); }, 200))
      << s.report()["training"];
  const Picture noise = s.settled();
  save(noise, 960, 540, "learning_noise.png");
  const Box left{20, 130, 500, 390};
  // A still picture averages much of the noise away: 2.0 remain of 255.
  EXPECT_GT(difference(noise, shipped, left), 1) << "noise looks like the weights that ship";
  const auto panel = s.report()["panels"]["side"];
  EXPECT_LE(
      (panel[2].get<double>() - panel[0].get<double>()) * (panel[3].get<double>() - panel[1].get<double>()),
      0.2 * 1280 * 720);

  s.click("learning begin");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return number(r, "training", "steps") >= 3; }, 120))
      << s.report()["training"];
  EXPECT_TRUE(s.wait_for([](const auto& r) { return number(r, "training", "passed") > 0; }, 300))
      << s.report()["training"];
  const auto passed = s.report()["training"];
  EXPECT_GT(passed["psnr_db"], passed["bilinear_db"]);
  s.wait_frames(6);
  save(s.desktop.grab(), 960, 540, "learning_passed.png");
  // A still picture averages so much away that the first weights above bilinear need not be seen in it.
  const double of_noise = difference(noise, shipped, left);
  double now = of_noise;
  for (int i = 0; i < 40 && now >= of_noise; ++i) {
    s.wait_frames(6);
    now = difference(s.settled(), shipped, left);
  }
  EXPECT_LT(now, of_noise) << "the picture has not sharpened";

  s.click("learning pause");
  s.click("learning keep");
  ASSERT_TRUE(says(s, "kept what was learned as /")) << s.report()["message"];
  EXPECT_TRUE(fs::is_regular_file(s.folder() / "neuraster-learned-0001.safetensors"));
  const double learned = number(s.report(), "training", "psnr_db");

  // Another station shows the weights that ship; what was learned is there at the return, and can be
  // forgotten.
  s.desktop.key("4");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["station"] == 4 && !r.contains("training"); }));
  EXPECT_LT(difference(s.settled(), shipped, left), 2);
  s.desktop.key("3");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r.contains("training"); }));
  EXPECT_NEAR(number(s.report(), "training", "psnr_db"), learned, 3);
  s.click("learning forget");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return number(r, "training", "steps") == 0; }, 60));
  EXPECT_TRUE(says(s, "noise again"));
  s.click("learning load");
  s.desktop.type("neuraster-learned-0001.safetensors");
  s.desktop.key("Return");
  EXPECT_TRUE(says(s, "goes on from")) << s.report()["message"];
  EXPECT_GT(number(s.report(), "training", "psnr_db"), passed["bilinear_db"].get<double>() - 0.5);
  quit(s);
}

TEST(WindowLearning, TourRaceScenesBookmarksAndFilms) {
  NEED_DESKTOP();
  Session s(960, 540, {"--role", "look", "--scale", "3", "--start", "1", "--upscaler", "bilinear"});
  ASSERT_NE(s.window, 0u) << s.log();
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("tour"); }, 60)) << s.log();
  // The tour begins at the first station, and is left by a key.
  s.click("tour");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["touring"] == true && r["station"] == 1; }))
      << s.report();
  s.wait_frames(4);
  save(s.desktop.grab(), 960, 540, "tour.png");
  const double before = s.report()["seconds"];
  EXPECT_TRUE(s.wait_for([&](const auto& r) { return r["seconds"].template get<double>() > before + 0.3; }));
  s.desktop.key("Escape");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["touring"] == false; }));
  s.desktop.key("t");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["touring"] == true; }));
  s.desktop.key("1");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["touring"] == false && r["station"] == 1; }));

  // A view is remembered, and found again after flying away.
  s.desktop.key("space");
  s.wait_frames(3);
  const Picture here = s.settled();
  s.desktop.key("ctrl+b");
  ASSERT_TRUE(says(s, "remembered this view as 'view 1'")) << s.report()["message"];
  s.desktop.key_down("w");
  s.wait_frames(8);
  s.desktop.key_up("w");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["flying"] == true; }));
  const Box middle{200, 180, 560, 300};
  EXPECT_GT(difference(s.settled(), here, middle), 3) << "the camera has not moved";
  s.desktop.key("ctrl+o");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("gallery courtyard"); }))
      << s.report()["controls"];
  s.wait_frames(3);
  save(s.desktop.grab(), 960, 540, "scenes_page.png");
  const Box tile = s.control("gallery courtyard");
  EXPECT_GT(contrast(s.desktop.grab(), {tile.x + 2, tile.y + 2, 100, 56}), 4) << "no thumbnail";
  s.click("bookmark view 1");
  s.click("scenes");
  s.desktop.move(700, 480);
  ASSERT_TRUE(s.wait_for([](const auto& r) { return !r["controls"].contains("scenes page"); }));
  EXPECT_LT(difference(s.settled(), here, middle), 2) << "it is another view";
  EXPECT_TRUE(fs::is_regular_file(s.folder() / "config/neuraster/bookmarks.json"));

  // A film: PNGs at even steps of time.
  s.desktop.key("space");
  s.desktop.key("ctrl+r");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["filmed"] > 3; })) << s.report();
  save(s.desktop.grab(), 960, 540, "recording.png");
  s.desktop.key("ctrl+r");
  ASSERT_TRUE(says(s, "saved the film as")) << s.report()["message"];
  EXPECT_TRUE(fs::is_regular_file(s.folder() / "neuraster-film-0001/frame-000003.png"));

  // Specialist and generalist.
  s.desktop.key("F10");
  ASSERT_TRUE(s.wait_setting("window.race", "true"));
  EXPECT_TRUE(s.wait_for(
      [](const auto& r) { return number(r, "race", "cpu") > 0 && number(r, "race", "vulkan") != 0; }, 240))
      << s.report()["race"];
  s.wait_frames(2);
  save(s.desktop.grab(), 960, 540, "race.png");
  s.desktop.key("F10");
  ASSERT_TRUE(s.wait_setting("window.race", "false"));
  EXPECT_TRUE(s.wait_setting("run.backend", "auto"));
  EXPECT_EQ(s.report()["settings"]["upscaling.upscaler"], "native");
  quit(s);
}

}  // namespace
