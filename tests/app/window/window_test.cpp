// The window as a user sees it: a real X server, a real mouse and keyboard, a real drag and drop. The pixels
// on the screen are checked. Screenshots go to build/screenshots (README shows them).
#include "tests/support/window_session.h"

namespace {

using namespace testing_desktop;

/// A red square that faces the default camera from all sides and looks unlike the scene before it.
fs::path write_red_box(const fs::path& folder) {
  const fs::path file = folder / "red box.obj";
  std::ofstream(folder / "red.mtl") << "newmtl red\nKd 0.9 0.02 0.02\n";
  std::ofstream(file) << "mtllib red.mtl\nusemtl red\n"
                         "v -1 0 -1\nv 1 0 -1\nv 1 0 1\nv -1 0 1\nv -1 2 -1\nv 1 2 -1\nv 1 2 1\nv -1 2 1\n"
                         "f 1 2 3 4\nf 8 7 6 5\nf 1 5 6 2\nf 2 6 7 3\nf 3 7 8 4\nf 4 8 5 1\n";
  return file;
}

TEST(Window, TheMouseAndTheKeyboardDoWhatTheySay) {
  NEED_DESKTOP();
  Session s(960, 600, {"--upscaler", "bilinear", "--scale", "3", "--start", "1"});
  ASSERT_NE(s.window, 0u) << s.log();
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("upscaling.upscaler"); }, 60))
      << s.log();
  const Box right{640, 350, 300, 230};  // beside and below the panels

  // A picture, and time stops.
  s.click("play");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["playing"] == false; }));
  const Picture bilinear = s.settled();
  EXPECT_GT(contrast(bilinear, right), 5) << "the picture is flat";
  save(bilinear, 960, 600, "bilinear.png");

  // The upscaler by its list: nearest makes blocks of equal pixels, in the window.
  s.click("upscaling.upscaler");
  s.click("upscaling.upscaler=nearest");
  ASSERT_TRUE(s.wait_setting("upscaling.upscaler", "nearest"));
  const Picture nearest = s.settled();
  save(nearest, 960, 600, "nearest.png");
  EXPECT_GT(equal_neighbours(nearest, right), equal_neighbours(bilinear, right) + 0.2);

  // The scale by its slider: from 3 down to about 1.
  s.slide("upscaling.scale", 0.97, 0.02);
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["render"][0].template get<int>() > 900; }))
      << s.report();
  EXPECT_LT(equal_neighbours(s.settled(), right), equal_neighbours(nearest, right) - 0.2);

  // Undo brings the slider's whole drag back.
  s.click("undo");
  ASSERT_TRUE(s.wait_setting("upscaling.scale", "3"));
  EXPECT_NEAR(equal_neighbours(s.settled(), right), equal_neighbours(nearest, right), 0.05);

  // Search, a slider of what was found, and its reset.
  s.search("exposure.ev");
  const double before = mean(s.settled(), right);
  s.slide("exposure.ev", 0.5, 0.62);
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("reset exposure.ev"); }));
  const double brighter = mean(s.settled(), right);
  EXPECT_GT(brighter, before + 10);
  s.click("reset exposure.ev");
  ASSERT_TRUE(s.wait_setting("exposure.ev", "0"));
  EXPECT_NEAR(mean(s.settled(), right), before, 4);

  // F12 saves what the window shows, without the panels. Native has no jitter: both are the same frame.
  s.search("upscaler");
  s.click("upscaling.upscaler");
  s.click("upscaling.upscaler=native");
  ASSERT_TRUE(s.wait_setting("upscaling.upscaler", "native"));
  s.settled();
  s.desktop.click(800, 450);
  s.desktop.key("F12");
  ASSERT_TRUE(s.wait_for([&](const auto& r) {
    return r["message"].template get<std::string>().find(".png") != std::string::npos;
  }));
  const core::Image saved = core::read_png(s.folder() / "neuraster-0001.png");
  EXPECT_EQ(saved.width, 960);
  EXPECT_EQ(saved.height, 600);
  const Picture shown = s.desktop.grab();
  double error = 0;
  for (int y = right.y; y < right.y + right.height; ++y)
    for (int x = right.x; x < right.x + right.width; ++x)
      error += std::abs(255 * saved.at(x, y)[1] - static_cast<float>(shown.at(x, y)[1]));
  EXPECT_LT(error / (right.width * right.height), 1);

  quit(s);
}

TEST(Window, ResizesTakesDroppedScenesAndFlies) {
  NEED_DESKTOP();
  Session s(960, 540, {"--upscaler", "taau", "--scale", "2"});
  ASSERT_NE(s.window, 0u) << s.log();
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("upscaling.upscaler"); }, 60))
      << s.log();
  // Larger: the picture fills the new area.
  s.desktop.resize(s.window, 1280, 720);
  ASSERT_TRUE(s.wait_for([](const auto& r) {
    return r["output"] == nlohmann::json({1280, 720});
  })) << s.report();
  const Picture larger = s.settled();
  save(larger, 1280, 720, "window.png");
  EXPECT_GT(contrast(larger, {980, 560, 280, 150}), 2) << "the new area is empty";

  // A scene is dropped: red fills what was not red.
  const Box middle{560, 250, 300, 250};
  const auto redness = [&](const Picture& p) {
    double sum = 0;
    for (int y = middle.y; y < middle.y + middle.height; ++y)
      for (int x = middle.x; x < middle.x + middle.width; ++x) sum += p.at(x, y)[0] - p.at(x, y)[1];
    return sum / (middle.width * middle.height);
  };
  const double before = redness(s.desktop.grab());
  ASSERT_TRUE(s.desktop.drop_file(s.window, 700, 300, write_red_box(s.folder()), 20));
  ASSERT_TRUE(s.wait_for([](const auto& r) {
    return r["scene"].template get<std::string>().find("red box") != std::string::npos;
  })) << s.report();
  const Picture red = s.settled();
  save(red, 1280, 720, "dropped.png");
  EXPECT_GT(redness(red), before + 30);

  // A file that is no scene gives a message in the panel, and the old scene stays.
  std::ofstream(s.folder() / "broken.obj") << "f 1 2 3\n";
  ASSERT_TRUE(s.desktop.drop_file(s.window, 700, 300, s.folder() / "broken.obj", 20));
  EXPECT_TRUE(s.wait_for([](const auto& r) {
    return r["message"].template get<std::string>().find("broken.obj") != std::string::npos;
  })) << s.report();
  EXPECT_GT(redness(s.settled()), before + 30);

  // A drag whose source goes away changes nothing: the program's answer reaches a window that is no more.
  s.desktop.abandon_drag(s.window, 700, 300);
  s.wait_frames(10);
  ASSERT_TRUE(s.program->running()) << s.log();
  EXPECT_GT(redness(s.settled()), before + 30);

  // Flying: S moves back and the box becomes smaller; the mouse turns it out of the picture.
  s.click("play");
  s.click("fly");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["flying"] == true; }));
  const Picture near_by = s.settled();
  s.desktop.move(700, 400);
  s.desktop.key_down("shift");  // faster: the speed is that of a thing of this size
  s.desktop.key_down("s");
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  s.desktop.key_up("s");
  s.desktop.key_up("shift");
  const Picture far_off = s.settled();
  EXPECT_LT(redness(far_off), redness(near_by) - 5);
  s.desktop.drag(700, 400, 1000, 400, 3);
  EXPECT_GT(difference(s.settled(), far_off, middle), 2);

  // Panels go and come.
  s.desktop.key("F1");
  EXPECT_TRUE(s.wait_for([](const auto& r) { return r["controls"].empty(); }));
  s.desktop.key("F1");
  EXPECT_TRUE(s.wait_for([](const auto& r) { return !r["controls"].empty(); }));
  s.desktop.key("F11");
  EXPECT_TRUE(s.wait_for([](const auto& r) {
    return r["output"] == nlohmann::json({2600, 1500});
  })) << s.report();
  s.desktop.key("F11");
  EXPECT_TRUE(s.wait_for([](const auto& r) {
    return r["output"] == nlohmann::json({1280, 720});
  })) << s.report();

  quit(s);
}

TEST(Window, PresetsAreSavedAndLoadedAtDoubleSize) {
  NEED_DESKTOP();
  Session s(1920, 1080, {"--upscaler", "nearest", "--scale", "3", "--ui-scale", "2", "--start", "1"});
  ASSERT_NE(s.window, 0u) << s.log();
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("preset name"); }, 60)) << s.log();
  s.click("play");  // blocks are compared of the same picture
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["playing"] == false; }));
  s.click("preset name");
  s.desktop.type("mine");
  s.click("preset save");
  const fs::path file = s.folder() / "config/neuraster/presets/mine.toml";
  ASSERT_TRUE(s.wait_for([&](const auto&) { return fs::exists(file); }));
  std::ifstream stream(file);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  EXPECT_NE(text.find("scale = 3"), std::string::npos) << text;

  const Box picture{1000, 640, 800, 400};
  const double blocks = equal_neighbours(s.settled(), picture);
  s.click("presets");
  s.click("preset performance");
  ASSERT_TRUE(s.wait_setting("upscaling.scale", "2"));
  const double smaller_blocks = equal_neighbours(s.settled(), picture);
  EXPECT_LT(smaller_blocks, blocks - 0.07);
  s.click("presets");
  s.click("preset mine");
  ASSERT_TRUE(s.wait_setting("upscaling.scale", "3"));
  const Picture mine = s.settled();
  save(mine, 1920, 1080, "double_size.png");
  EXPECT_GT(equal_neighbours(mine, picture), smaller_blocks + 0.07);

  // A new size of the controls and a new present mode, both live: text is drawn again, frames go on.
  s.search("size of text");
  const Box large = s.control("window.ui_scale");
  s.slide("window.ui_scale", 0.5, 0.27);
  ASSERT_TRUE(s.wait_for([&](const auto& r) {
    return r["controls"].contains("window.ui_scale") &&
           r["controls"]["window.ui_scale"][3].template get<int>() < 0.75 * large.height;
  })) << s.report();
  const Box search = s.control("search");
  EXPECT_GT(contrast(s.settled(), search), 10) << "the text is gone";
  s.search("vsync");
  s.click("window.vsync");
  ASSERT_TRUE(s.wait_setting("window.vsync", "true"));
  s.wait_frames(5);

  quit(s);
}

TEST(Window, ShowsTheTimelineAndWhatTheSelfCheckSays) {
  NEED_DESKTOP();
  Session s(1000, 620,
            {"--upscaler", "taau", "--window-self-check", "on", "--target-ms", "5", "--upscaling-max-scale",
             "1.55"});
  ASSERT_NE(s.window, 0u) << s.log();
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["frame"] > 5; }, 60)) << s.log();
  const Box lower{420, 460, 560, 140};
  const Picture without = s.desktop.grab();
  s.desktop.click(700, 380);
  s.desktop.key("F7");
  ASSERT_TRUE(s.wait_setting("window.timeline", "true"));
  // A panel darkens what it lies on, and 20 frames later it has something to show.
  s.wait_frames(20);
  const Picture with = s.desktop.grab();
  save(with, 1000, 620, "timeline.png");
  EXPECT_LT(mean(with, lower), mean(without, lower) - 15);
  EXPECT_GT(contrast(with, lower), 10);
  EXPECT_TRUE(s.report()["findings"].empty()) << s.report()["findings"];
  const std::string checked = s.report()["self_check"];
  EXPECT_NE(checked.find("nothing wrong in "), std::string::npos) << checked;
  // No machine here draws this in 5 ms: the scale goes to its coarsest.
  EXPECT_TRUE(s.wait_for([](const auto& r) { return r["render"][1] == 400; })) << s.report();
  // Without its bias the courtyard's textures are blurred, and the check says so.
  s.click("search");
  s.desktop.type("mip_bias");
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["search"] == "mip_bias"; })) << s.report();
  s.wait_frames(2);  // the list is drawn by what was typed
  s.slide("upscaling.mip_bias", 0.5, 0.8);
  ASSERT_TRUE(s.wait_for([](const auto& r) {
    return std::stod(r["settings"]["upscaling.mip_bias"].template get<std::string>()) > 1;
  })) << s.report();
  ASSERT_TRUE(s.wait_for([](const auto& r) { return !r["findings"].empty(); }, 60)) << s.report();
  EXPECT_NE(s.report()["findings"][0].get<std::string>().find("mip bias"), std::string::npos)
      << s.report()["findings"] << s.report()["self_check"];
  // Back at once: the picture changes as a whole, which is no cut without a reset.
  s.click("undo");
  ASSERT_TRUE(s.wait_setting("upscaling.mip_bias", "0"));
  s.wait_frames(6);
  EXPECT_TRUE(s.report()["findings"].empty()) << s.report()["findings"];
  quit(s);
}

/// Everything there is to show in a role, at once.
void expect_panels_fit(int width, int height, const char* ui_scale, const char* role,
                       const std::vector<std::string>& names, const char* picture) {
  SCOPED_TRACE(picture);
  Session s(width, height,
            {"--scale", "3", "--compare", "on", "--timeline", "on", "--window-self-check", "on", "--ui-scale",
             ui_scale, "--start", "1", "--role", role});
  ASSERT_NE(s.window, 0u) << s.log();
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["frame"] > 8; }, 120)) << s.log();
  save(s.desktop.grab(), width, height, picture);
  const auto panels = s.report()["panels"];
  EXPECT_EQ(panels["cut"], false) << "not all passes have room";
  for (const auto& name : names) {
    const auto& a = panels[name];
    EXPECT_GT(a[2], a[0]) << name << " is not there";
    EXPECT_GE(a[0], 0) << name;
    EXPECT_GE(a[1], 0) << name;
    EXPECT_LE(a[2], width) << name;
    EXPECT_LE(a[3], height) << name;
    const double share = (a[2].get<double>() - a[0].get<double>()) *
                         (a[3].get<double>() - a[1].get<double>()) / (width * height);
    EXPECT_LE(share, 0.2) << name << " covers more than a fifth";
    for (const auto& other : names) {
      const auto& b = panels[other];
      EXPECT_TRUE(name == other || a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1])
          << name << " lies over " << other << ": " << panels;
    }
  }
  quit(s);
}

TEST(Window, AllPanelsHaveRoomBesideEachOther) {
  NEED_DESKTOP();
  expect_panels_fit(1280, 720, "1", "tune", {"strip", "main", "timeline"}, "panels.png");
  expect_panels_fit(1280, 720, "1", "measure", {"strip", "times", "timeline"}, "measure.png");
  expect_panels_fit(2560, 1440, "2", "tune", {"strip", "main", "timeline"}, "panels_double_size.png");
}

}  // namespace
