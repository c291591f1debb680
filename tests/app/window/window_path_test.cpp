// The path in the window: the stations by keys and mouse, the gauge as a slider, the roles, and the pages.

#include "tests/support/window_session.h"

namespace {

using namespace testing_desktop;

bool wait_station(Session& s, int number) {
  return s.wait_for([&](const auto& r) { return r["station"] == number; });
}

TEST(WindowPath, KeysButtonsAndTheGaugeGoAlongTheStations) {
  NEED_DESKTOP();
  Session s(1280, 720, {"--role", "look", "--scale", "2", "--start", "1", "--precision", "f32"});
  ASSERT_NE(s.window, 0u) << s.log();
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("station 6"); }, 60)) << s.log();
  EXPECT_TRUE(wait_station(s, 4)) << s.report();
  EXPECT_FALSE(s.report()["controls"].contains("search")) << "the role look shows settings";
  s.desktop.click(800, 500);
  s.desktop.key("space");
  s.wait_frames(12);
  save(s.settled(), 1280, 720, "station_4.png");
  EXPECT_NEAR(s.report()["generated"].get<double>(), 0.75, 0.01);

  // Key 1: every pixel is rasterized.
  s.desktop.key("1");
  ASSERT_TRUE(wait_station(s, 1)) << s.report();
  EXPECT_TRUE(s.wait_for([](const auto& r) { return r["generated"] == 0 && r["render"] == r["output"]; }));
  save(s.settled(), 1280, 720, "station_1.png");

  // What this scene does not have says so in a sentence, which goes again.
  s.desktop.key("2");
  EXPECT_TRUE(s.wait_for([](const auto& r) {
    return r["message"].template get<std::string>().find("Computing: this scene has no water") !=
           std::string::npos;
  })) << s.report()["message"];
  EXPECT_EQ(s.report()["station"], 2);
  save(s.desktop.grab(), 1280, 720, "station_missing.png");
  EXPECT_TRUE(s.wait_for([](const auto& r) { return r["message"] == ""; }, 30)) << "the message stays";

  // By the mouse: the button, and the gauge as a slider.
  s.click("station 4");
  ASSERT_TRUE(wait_station(s, 4));
  const Box gauge = s.control("gauge");
  const auto at = [&](double share) { return gauge.x + static_cast<int>(share * gauge.width); };
  s.desktop.drag(at(0.75), gauge.y + 8, at(0.6), gauge.y + 8);
  EXPECT_TRUE(s.wait_for([](const auto& r) {
    return std::abs(r["generated"].template get<double>() - 0.6) < 0.02;
  })) << s.report()["generated"];
  s.desktop.drag(at(0.6), gauge.y + 8, at(0.02), gauge.y + 8);
  ASSERT_TRUE(wait_station(s, 2));  // as much is generated as at 1, and station 4 has let the mouse poke
  s.desktop.drag(at(0.02), gauge.y + 8, at(0.99), gauge.y + 8);
  EXPECT_TRUE(s.wait_for([](const auto& r) {
    return std::abs(r["generated"].template get<double>() - 17 / 18.0) < 0.01 && r["station"] == 5;
  })) << s.report()["generated"];

  // How it counts is one click away.
  s.click("how it counts");
  EXPECT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("count"); }));
  save(s.settled(), 1280, 720, "how_it_counts.png");
  s.click("how it counts");
  quit(s);
}

TEST(WindowPath, RolesPagesAndOverlaysComeAndGo) {
  NEED_DESKTOP();
  Session s(1280, 720, {"--upscaler", "bilinear", "--scale", "3", "--start", "1"});
  ASSERT_NE(s.window, 0u) << s.log();
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("search"); }, 60)) << s.log();
  s.click("play");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["playing"] == false; }));
  // What cannot change live is not there; a search without hits says so; groups go back to how they were.
  s.search("validation");
  save(s.settled(), 1280, 720, "no_hits.png");
  EXPECT_FALSE(s.report()["controls"].contains("run.validation"));
  s.search("window.fly");
  EXPECT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("window.fly_speed"); }));
  s.click("search");
  s.desktop.key("ctrl+a");
  s.desktop.key("BackSpace");
  EXPECT_TRUE(s.wait_for([](const auto& r) { return r["search"] == ""; }));
  s.wait_frames(2);
  EXPECT_FALSE(s.report()["controls"].contains("window.fly_speed")) << "the search has left its group open";
  EXPECT_TRUE(s.report()["controls"].contains("upscaling.scale"));

  // The preset's name follows the state.
  EXPECT_EQ(s.report()["preset"], "");
  s.click("presets");
  s.click("preset performance");
  EXPECT_TRUE(s.wait_for([](const auto& r) { return r["preset"] == "performance"; })) << s.report()["preset"];
  s.slide("upscaling.scale", 0.5, 0.8);
  EXPECT_TRUE(s.wait_for([](const auto& r) { return r["preset"] == ""; })) << s.report()["preset"];

  s.click("role measure");
  ASSERT_TRUE(s.wait_setting("window.role", "measure"));
  s.wait_frames(20);
  s.desktop.move(1200, 180);
  save(s.settled(), 1280, 720, "role_measure.png");
  EXPECT_TRUE(s.report()["controls"].contains("pass gbuffer")) << s.report()["controls"];
  s.click("role look");
  ASSERT_TRUE(s.wait_setting("window.role", "look"));
  s.click("help");
  EXPECT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("key help"); }));
  save(s.settled(), 1280, 720, "key_help.png");
  s.desktop.move(900, 650);
  s.desktop.key("question");
  EXPECT_TRUE(s.wait_for([](const auto& r) { return !r["controls"].contains("key help"); }));
  s.click("about");
  EXPECT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("about page"); }));
  s.wait_frames(3);
  save(s.settled(), 1280, 720, "about.png");
  s.click("about");

  // The frames per second alone: F1 hides the panels, F8 shows them.
  s.desktop.move(900, 650);
  s.desktop.key("F1");
  ASSERT_TRUE(s.wait_setting("window.panels", "false"));
  const Box corner{1120, 0, 160, 40};
  const Picture without = s.settled();
  s.desktop.key("F8");
  ASSERT_TRUE(s.wait_setting("window.fps", "true"));
  const Picture with = s.settled();
  save(with, 1280, 720, "fps.png");
  EXPECT_GT(difference(with, without, corner), 10);
  EXPECT_LT(difference(with, without, {100, 100, 900, 500}), 6);  // bilinear shows the jitter
  quit(s);
}

TEST(WindowPath, SunLegendsAndPicturesOfTheWindow) {
  NEED_DESKTOP();
  Session s(1280, 720,
            {"--upscaler", "nearest", "--scale", "3", "--start", "1", "--lighting-point-lights", "off"});
  ASSERT_NE(s.window, 0u) << s.log();
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("play"); }, 60)) << s.log();
  s.click("play");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["playing"] == false; }));
  // The time of day: what the sun lit is dark at night, even where exposure helps.
  const Box right{700, 300, 500, 380};
  s.search("exposure.automatic");
  s.click("exposure.automatic");
  ASSERT_TRUE(s.wait_setting("exposure.automatic", "false"));
  const double day = mean(s.settled(), right);
  s.slide("quick lighting.time_of_day", 0.5, 0.98);
  ASSERT_TRUE(s.wait_for([](const auto& r) {
    return std::stod(r["settings"]["lighting.time_of_day"].template get<std::string>()) > 10;
  })) << s.report()["settings"];
  const Picture night = s.settled();
  save(night, 1280, 720, "night.png");
  EXPECT_LT(mean(night, right), 0.6 * day);
  s.slide("quick lighting.time_of_day", 0.98, 0.75);
  save(s.settled(), 1280, 720, "evening.png");
  s.click("quick reset lighting.time_of_day");
  ASSERT_TRUE(s.wait_setting("lighting.time_of_day", "0"));
  EXPECT_NEAR(mean(s.settled(), right), day, 3);

  // Each buffer has a caption; the motion of what stands still is black and says so.
  s.desktop.move(900, 300);
  for (int n = 0; n < 17; ++n) {
    const std::string before = s.report()["legend"];
    s.desktop.key("F6");
    ASSERT_TRUE(s.wait_for([&](const auto& r) { return r["legend"] != before || n >= 11; })) << n;
    EXPECT_NE(s.report()["legend"], "") << n;
    if (n == 2) save(s.settled(), 1280, 720, "legend_motion.png");
    if (n == 1) save(s.settled(), 1280, 720, "legend_depth.png");
    if (n < 4 || n > 8) continue;  // what is known of surfaces
    s.wait_frames(3);
    const Picture surfaces = s.desktop.grab();
    const std::string name = s.report()["settings"]["debug.view"];
    save(surfaces, 1280, 720, ("legend_" + name + ".png").c_str());
    EXPECT_GT(mean(surfaces, right), 5) << n;
  }
  s.desktop.key("F6");
  EXPECT_TRUE(s.wait_for([](const auto& r) { return r["legend"] == ""; }));

  // Shift+F12 saves what is on the screen, panels included, and says where.
  s.desktop.key("shift+F12");
  ASSERT_TRUE(s.wait_for([](const auto& r) {
    return r["message"].template get<std::string>().find("saved the window as /") == 0;
  })) << s.report()["message"];
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["message"] == ""; }, 30));
  const core::Image saved = core::read_png(s.folder() / "neuraster-0001.png");
  ASSERT_EQ(saved.width, 1280);
  const Picture shown = s.settled();
  double error = 0;
  for (int y = 0; y < 90; ++y)
    for (int x = 0; x < 500; ++x)
      error += std::abs(255 * saved.at(x, y)[0] - static_cast<float>(shown.at(x, y)[0]));
  EXPECT_LT(error / (500 * 90), 2) << "the strip";

  // The error has a bar and a gain.
  s.desktop.key("F4");
  EXPECT_TRUE(s.wait_for([](const auto& r) { return r["legend"] != ""; })) << s.report()["settings"];
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["compared"].value("has_flip", 0.0) == 1; }, 120));
  s.wait_frames(4);
  save(s.desktop.grab(), 1280, 720, "legend_error.png");
  const double before = mean(s.desktop.grab(), right);
  s.search("error_gain");
  s.slide("compare.error_gain", 0.02, 0.9);
  ASSERT_TRUE(s.wait_setting("compare.error", "true"));
  bool brighter = false;
  for (int i = 0; i < 60 && !brighter; ++i) {
    s.wait_frames(3);
    brighter = mean(s.desktop.grab(), right) > before + 3;
  }
  EXPECT_TRUE(brighter) << "the gain changes nothing";
  quit(s);
}

TEST(WindowPath, TheRibbonShowsTheFrameAndFillsTheScreen) {
  NEED_DESKTOP();
  Session s(1280, 720, {"--role", "look", "--scale", "2", "--start", "1", "--precision", "f32"});
  ASSERT_NE(s.window, 0u) << s.log();
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("gauge"); }, 60)) << s.log();
  s.desktop.click(900, 400);
  s.desktop.key("space");
  s.wait_frames(4);
  const Picture before = s.settled();
  s.desktop.key("F9");
  ASSERT_TRUE(s.wait_setting("window.ribbon", "true"));
  s.wait_frames(20);  // the upscaler's own values come every eighth frame
  s.desktop.move(900, 300);
  const Picture with = s.settled();
  save(with, 1280, 720, "ribbon.png");
  const auto panel = s.report()["panels"]["ribbon"];
  EXPECT_LE(
      (panel[2].get<double>() - panel[0].get<double>()) * (panel[3].get<double>() - panel[1].get<double>()),
      0.2 * 1280 * 720);
  // Thumbnails of the rasterizer, the kernels and the picture are no flat areas; they lie at the tiles' left.
  for (const char* tile : {"ribbon raster", "ribbon kernels", "ribbon layers", "ribbon picture"}) {
    const Box box = s.control(tile);
    EXPECT_GT(contrast(with, {box.x + 8, box.y + 8, box.width / 3, box.height - 16}), 2) << tile;
  }
  // The thumbnail of the picture looks like the picture.
  const Box last = s.control("ribbon picture");
  EXPECT_NEAR(mean(with, {last.x + 8, last.y + 8, last.width / 3, last.height - 16}),
              mean(before, {0, 100, 850, 500}), 40);
  // A click fills the screen with the kernels, with a legend; another brings the picture back.
  s.click("ribbon kernels");
  ASSERT_TRUE(s.wait_setting("debug.view", "kernel-shape"));
  s.wait_frames(6);
  EXPECT_NE(s.report()["legend"], "");
  const Picture kernels = s.settled();
  save(kernels, 1280, 720, "ribbon_kernels.png");
  EXPECT_GT(difference(kernels, with, {400, 150, 500, 300}), 10);
  s.click("ribbon kernels");
  ASSERT_TRUE(s.wait_setting("debug.view", "picture"));
  EXPECT_LT(difference(s.settled(), with, {400, 150, 500, 300}), 4);
  quit(s);
}

}  // namespace
