// Compares upscalers as a user does: divider, flicker, magnifier, error map, buffers and weights, with a real
// mouse and keyboard. The pixels on the screen are checked.

#include <cstring>

#include "tests/support/window_session.h"

namespace {

using namespace testing_desktop;

/// Presses a key, and again where the program has not seen it: a busy machine loses very short presses.
void press(Session& s, const std::string& key, const std::string& setting, const std::string& value) {
  for (int i = 0; i < 3; ++i) {
    s.desktop.key(key);
    if (s.wait_for([&](const auto& r) { return r["settings"][setting] == value; }, 5)) return;
  }
  ADD_FAILURE() << key << " does not set " << setting << " to " << value << ": " << s.report()["settings"];
}

double figure(Session& s, const char* name) {
  return s.report()["compared"].value(name, -1.0);
}

/// Native on the left has no jitter, so that a resting picture is equal from grab to grab. Nearest makes
/// blocks.
TEST(WindowComparison, DividerFlickerMagnifierErrorAndBuffers) {
  NEED_DESKTOP();
  Session s(960, 600,
            {"--upscaler", "native", "--compare-right", "nearest", "--scale", "3", "--start", "1",
             "--compare-samples", "4", "--shadow-resolution", "512"});
  ASSERT_NE(s.window, 0u) << s.log();
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("play"); }, 60)) << s.log();
  s.click("play");
  s.desktop.move(800, 560);
  const Picture native = s.settled();
  const Box left{385, 350, 80, 150}, between{510, 380, 110, 150}, right{720, 380, 200, 150};

  // F2 begins, in the middle.
  press(s, "F2", "compare.enabled", "true");
  const Picture split = s.settled();
  save(split, 960, 600, "split.png");
  EXPECT_LT(difference(split, native, left), 1);
  for (const Box& box : {between, right})
    EXPECT_GT(equal_neighbours(split, box), equal_neighbours(native, box) + 0.2);
  EXPECT_EQ(split.at(480, 450)[0], 255) << "no line";

  // The divider by the mouse: what lay on its right lies on its left.
  s.desktop.drag(480, 450, 672, 450);
  ASSERT_TRUE(s.wait_for([](const auto& r) {
    return std::abs(std::stod(r["settings"]["compare.divider"].template get<std::string>()) - 0.7) < 0.01;
  })) << s.report()["settings"];
  Picture moved = s.settled();
  EXPECT_LT(difference(moved, native, between), 1);
  EXPECT_GT(equal_neighbours(moved, right), equal_neighbours(native, right) + 0.2);
  const std::string divided = s.report()["settings"]["compare.divider"];
  // Undo is for what was set: it leaves the comparison alone.
  s.slide("upscaling.scale", 0.97, 0.5);
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["settings"]["upscaling.scale"] != "3"; }))
      << s.report();
  s.click("undo");
  ASSERT_TRUE(s.wait_setting("upscaling.scale", "3"));
  EXPECT_EQ(s.report()["settings"]["compare.divider"], divided);
  EXPECT_EQ(s.report()["settings"]["compare.enabled"], "true");

  // The camera rests: scores against the reference.
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["compared"].value("against_samples", 0.0) == 4; }, 60))
      << s.report()["compared"];
  EXPECT_GT(figure(s, "right_psnr"), 10);
  EXPECT_GT(figure(s, "left_psnr"), figure(s, "right_psnr") + 1);

  // The magnifier: panes of 180 pixels meet under the cursor, 6 times enlarged.
  s.desktop.move(560, 420);
  moved = s.settled();
  press(s, "F5", "magnifier.enabled", "true");
  const Picture lens = s.settled();
  save(lens, 960, 600, "magnifier.png");
  int wrong = 0;
  for (int y = 6; y < 174; y += 4)
    for (int x = 6; x < 174; x += 4) {
      const auto source = [](int center, int i) {
        return static_cast<int>(std::floor(center + (i + 0.5 - 90) / 6));
      };
      wrong += !std::equal(lens.at(380 + x, 330 + y), lens.at(380 + x, 330 + y) + 3,
                           moved.at(source(560, x), source(420, y)));
    }
  EXPECT_LT(wrong, 20) << "of 1764: the left pane shows something else";
  EXPECT_GT(equal_neighbours(lens, {570, 340, 150, 160}), 0.8) << "the right pane is not enlarged";
  EXPECT_GT(difference(lens, moved, {570, 340, 150, 160}), 1);
  press(s, "F5", "magnifier.enabled", "false");

  // The error map: FLIP of native is dark where nearest is not.
  press(s, "F4", "compare.error", "true");
  ASSERT_TRUE(s.wait_for(
      [](const auto& r) {
        return r["compared"].value("has_flip", 0.0) == 1 && r["compared"].value("against_samples", 0.0) == 4;
      },
      60))
      << s.report()["compared"];
  const Picture error = s.settled();
  save(error, 960, 600, "error.png");
  EXPECT_LT(mean(error, between), mean(native, between) / 2);
  EXPECT_GT(mean(error, right), mean(error, between) + 3);
  EXPECT_GT(figure(s, "right_flip"), figure(s, "left_flip"));
  press(s, "F4", "compare.error", "false");

  // The flicker shows each side everywhere, in turn.
  press(s, "F3", "compare.flicker", "true");
  bool seen[2] = {false, false};
  for (int i = 0; i < 60 && !(seen[0] && seen[1]); ++i) {
    s.wait_frames(1);
    const Picture now = s.desktop.grab();
    const bool blocks = equal_neighbours(now, between) > equal_neighbours(native, between) + 0.2;
    EXPECT_EQ(blocks, equal_neighbours(now, right) > equal_neighbours(native, right) + 0.2);
    seen[blocks] = true;
  }
  EXPECT_TRUE(seen[0] && seen[1]);
  press(s, "F3", "compare.flicker", "false");
  press(s, "F2", "compare.enabled", "false");

  // Buffers, forwards and back.
  press(s, "F6", "debug.view", "color");
  press(s, "F6", "debug.view", "depth");
  const Picture depth = s.settled();
  save(depth, 960, 600, "depth.png");
  for (int y = right.y; y < right.y + right.height; y += 9)
    for (int x = right.x; x < right.x + right.width; x += 9)
      EXPECT_TRUE(depth.at(x, y)[0] == depth.at(x, y)[1] && depth.at(x, y)[1] == depth.at(x, y)[2]);
  EXPECT_GT(mean(depth, {720, 560, 200, 30}), mean(depth, {720, 350, 200, 30})) << "below is nearer";
  press(s, "shift+F6", "debug.view", "color");
  press(s, "shift+F6", "debug.view", "picture");
  EXPECT_LT(difference(s.settled(), native, right), 1);

  quit(s);
}

/// A copy of the weights that ship, each value multiplied.
fs::path write_weights(const fs::path& file, float factor) {
  std::ifstream from(fs::path(NEURASTER_SOURCE_FOLDER) / "assets/weights/neuraster.safetensors",
                     std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(from), {}};
  std::uint64_t header = 0;
  std::memcpy(&header, bytes.data(), sizeof header);
  // Without the checksum, as another program writes it.
  const std::size_t begin = bytes.find("\"checksum\":"), end = bytes.find("\",", begin) + 2;
  bytes.replace(begin, end - begin, end - begin, ' ');
  for (std::size_t at = 8 + header; at + 4 <= bytes.size(); at += 4) {
    float value = 0;
    std::memcpy(&value, &bytes[at], 4);
    value *= factor;
    std::memcpy(&bytes[at], &value, 4);
  }
  // The file is renamed, as training does, so that it is never incomplete.
  std::ofstream(file.string() + ".part", std::ios::binary) << bytes;
  fs::rename(file.string() + ".part", file);
  return file;
}

TEST(WindowComparison, WeightsAreReadAgainAndTwoStandBesideEachOther) {
  NEED_DESKTOP();
  Session s(800, 500,
            {"--scale", "3", "--upscaler", "neural", "--start", "1", "--debug-view", "kernel-shape",
             "--compare-divider", "0.7"});
  ASSERT_NE(s.window, 0u) << s.log();
  ASSERT_TRUE(s.wait_for([](const auto& r) { return r["controls"].contains("play"); }, 60)) << s.log();
  if (s.report()["settings"]["upscaling.upscaler"] != "neural") GTEST_SKIP() << s.log();
  s.click("play");
  const Box left{385, 180, 150, 170}, right{580, 180, 200, 170};  // between message and legend
  // The network's kernels: one for all without weights, of many shapes with those that ship.
  const Picture shipped = s.settled();
  EXPECT_GT(contrast(shipped, right), 4);
  EXPECT_NEAR(s.report()["generated"].get<double>(), 1 - 1 / 9.0, 0.01);
  EXPECT_TRUE(s.report()["generator"].get<std::string>().starts_with("cpu")) << s.report()["generator"];

  // With another number format the network is opened again. One that cannot run changes nothing.
  const auto by = [](const char* format) {
    return [=](const auto& r) {
      return r["generator"].template get<std::string>().find(format) != std::string::npos;
    };
  };
  s.search("run.precision");
  s.click("run.precision");
  s.click("run.precision=f32");
  ASSERT_TRUE(s.wait_for(by(" f32,"))) << s.report()["generator"] << s.report()["message"];
  EXPECT_GT(contrast(s.settled(), right), 4) << "the same network";
  s.click("run.precision");
  s.click("run.precision=f16");
  ASSERT_TRUE(s.wait_for([](const auto& r) {
    return r["message"].template get<std::string>().find("runs on as it did") != std::string::npos;
  })) << s.report()["message"];
  ASSERT_TRUE(s.wait_setting("run.precision", "f32"));
  s.wait_frames(3);
  EXPECT_TRUE(by(" f32,")(s.report())) << s.report()["generator"];
  EXPECT_EQ(s.report()["settings"]["upscaling.upscaler"], "neural");
  EXPECT_GT(contrast(s.settled(), right), 4);

  // Another file by its name.
  const fs::path mine = write_weights(s.folder() / "mine.safetensors", 0);
  s.search("run.weights");
  s.click("run.weights");
  s.desktop.type("mine.safetensors");
  s.desktop.key("Return");
  const auto says_read = [](const auto& r) {
    return r["message"].template get<std::string>().find("mine.safetensors") != std::string::npos;
  };
  ASSERT_TRUE(s.wait_for(says_read)) << s.report()["message"];
  EXPECT_LT(contrast(s.settled(), right), 2);

  // The same name, another content: read again by itself.
  write_weights(mine, 1);
  s.wait_frames(3);
  const Picture sound = s.settled();
  EXPECT_GT(contrast(sound, right), 4);

  // A broken file changes nothing but the message; one that is whole again is read.
  std::ofstream(mine) << "nothing";
  ASSERT_TRUE(s.wait_for([](const auto& r) {
    return r["message"].template get<std::string>().find("stay as they were") != std::string::npos;
  })) << s.report()["message"];
  EXPECT_EQ(s.report()["settings"]["upscaling.upscaler"], "neural");
  EXPECT_GT(contrast(s.settled(), right), 4);
  write_weights(mine, 0);
  ASSERT_TRUE(s.wait_for([](const auto& r) {
    return r["message"].template get<std::string>().find("read again") != std::string::npos;
  })) << s.report()["message"];
  EXPECT_LT(contrast(s.settled(), right), 2);
  write_weights(mine, 1);
  s.wait_frames(3);

  // Beside each other: the right side with weights of 0.
  write_weights(s.folder() / "other.safetensors", 0);
  s.search("compare.");
  s.click("compare.weights");
  s.desktop.type("other.safetensors");
  s.desktop.key("Return");
  ASSERT_TRUE(s.wait_setting("compare.weights", "other.safetensors"));
  s.click("compare.right");
  s.click("compare.right=neural");
  press(s, "F2", "compare.enabled", "true");
  const Picture both = s.settled();
  save(both, 800, 500, "two_weights.png");
  EXPECT_GT(contrast(both, left), 5) << "the picture is flat";
  EXPECT_LT(contrast(both, right), 2);

  // A file that holds no weights gives a message, and the right side stays.
  std::ofstream(s.folder() / "broken.safetensors") << "nothing";
  s.click("reset compare.weights");
  s.click("compare.weights");
  s.desktop.type("broken.safetensors");
  s.desktop.key("Return");
  ASSERT_TRUE(s.wait_for([](const auto& r) {
    const std::string message = r["message"];
    return message.find("stay as they were") != std::string::npos &&
           message.find("broken.safetensors") != std::string::npos;
  })) << s.report()["message"];
  EXPECT_EQ(s.report()["settings"]["compare.right"], "neural");

  quit(s);
}

}  // namespace
