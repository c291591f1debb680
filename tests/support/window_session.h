#pragma once
// Runs the program in a window on a private X server, and measures what the screen shows.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/picture/image_io.h"
#include "tests/support/desktop.h"
#include "tests/support/scratch.h"

namespace testing_desktop {
namespace fs = std::filesystem;

struct Box {
  int x = 0, y = 0, width = 0, height = 0;
};

/// The mean of all channels, 0 to 255.
inline double mean(const Picture& picture, const Box& box) {
  double sum = 0;
  for (int y = box.y; y < box.y + box.height; ++y)
    for (int x = box.x; x < box.x + box.width; ++x)
      for (int c = 0; c < 3; ++c) sum += picture.at(x, y)[c];
  return sum / (3.0 * box.width * box.height);
}

/// The standard deviation of green: 0 for a picture of one colour.
inline double contrast(const Picture& picture, const Box& box) {
  double sum = 0, squares = 0;
  const double count = 1.0 * box.width * box.height;
  for (int y = box.y; y < box.y + box.height; ++y) {
    for (int x = box.x; x < box.x + box.width; ++x) {
      sum += picture.at(x, y)[1];
      squares += 1.0 * picture.at(x, y)[1] * picture.at(x, y)[1];
    }
  }
  return std::sqrt(std::max(0.0, squares / count - sum / count * sum / count));
}

/// The share of pixels that equal their right neighbour: high for nearest, low for upscalers that
/// interpolate.
inline double equal_neighbours(const Picture& picture, const Box& box) {
  int equal = 0;
  for (int y = box.y; y < box.y + box.height; ++y)
    for (int x = box.x; x + 1 < box.x + box.width; ++x)
      equal += std::equal(picture.at(x, y), picture.at(x, y) + 3, picture.at(x + 1, y));
  return 1.0 * equal / (box.height * (box.width - 1));
}

/// The mean absolute difference of two screen grabs, 0 to 255.
inline double difference(const Picture& a, const Picture& b, const Box& box) {
  double sum = 0;
  for (int y = box.y; y < box.y + box.height; ++y)
    for (int x = box.x; x < box.x + box.width; ++x)
      for (int c = 0; c < 3; ++c) sum += std::abs(a.at(x, y)[c] - b.at(x, y)[c]);
  return sum / (3.0 * box.width * box.height);
}

inline fs::path screenshot_folder() {
  const fs::path folder = fs::path(NEURASTER_BUILD_FOLDER) / "screenshots";
  fs::create_directories(folder);
  return folder;
}

inline void save(const Picture& picture, int width, int height, const char* name) {
  std::vector<std::byte> rgb;
  for (int y = 0; y < height; ++y)
    for (int i = 0; i < 3 * width; ++i) rgb.push_back(static_cast<std::byte>(picture.at(0, y)[i]));
  core::write_png(screenshot_folder() / name, width, height, rgb);
}

/// The scene that the tests show. NEURASTER_WINDOW_SCENE chooses another one, for README's pictures.
inline std::string scene() {
  const char* wanted = std::getenv("NEURASTER_WINDOW_SCENE");
  return wanted && *wanted ? wanted : "courtyard";
}

/// The program in a window on a private desktop.
class Session {
 public:
  Session(int width, int height, std::vector<std::string> extra, int dpi = 96,
          const std::vector<std::string>& extra_environment = {})
      : folder_(testing_support::scratch()), desktop(2600, 1500, folder_) {
    desktop.set_dpi(dpi);
    std::vector<std::string> command{NEURASTER_PROGRAM,
                                     "view",
                                     scene(),
                                     "--controls",
                                     report_file().string(),
                                     "--output",
                                     std::to_string(width) + "x" + std::to_string(height),
                                     "--validation",
                                     "on",
                                     "--vsync",
                                     "off",
                                     "--role",
                                     "tune",
                                     "--exposure-speed",
                                     "20"};
    command.insert(command.end(), extra.begin(), extra.end());
    std::vector<std::string> environment{"DISPLAY=" + desktop.display(), "WAYLAND_DISPLAY=",
                                         "XDG_CONFIG_HOME=" + (folder_ / "config").string()};
    environment.insert(environment.end(), extra_environment.begin(), extra_environment.end());
    program = std::make_unique<Process>(command, environment, folder_ / "program.log", folder_);
    desktop.settle = [this] { wait_frames(2); };
    window = desktop.find_window("Neuraster", 60);
  }

  const fs::path& folder() const { return folder_; }
  std::string log() const { return text_of(folder_ / "program.log"); }

  /// The program's own report of what it shows, see Panels::report_controls.
  nlohmann::json report() const {
    const auto json = nlohmann::json::parse(text_of(report_file()), nullptr, false);
    return json.is_discarded() ? nlohmann::json::object() : json;
  }
  bool wait_for(const std::function<bool(const nlohmann::json&)>& state, double seconds = 20) {
    for (int i = 0; i < seconds * 40; ++i) {
      if (const auto now = report(); now.contains("settings") && state(now)) return true;
      if (!program->running()) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }
    return false;
  }
  bool wait_setting(const std::string& name, const std::string& value) {
    return wait_for([&](const auto& r) { return r["settings"][name] == value; });
  }
  Box control(const std::string& name) {
    if (!wait_for([&](const auto& r) { return r["controls"].contains(name); })) {
      ADD_FAILURE() << "no control '" << name << "' is visible";
      return {};
    }
    const auto box = report()["controls"][name];
    return {box[0], box[1], box[2], box[3]};
  }
  void click(const std::string& name) {
    const Box box = control(name);
    desktop.click(box.x + box.width / 2, box.y + box.height / 2);
  }
  /// Types into the search field and waits until the whole text has arrived. ImGui takes one key per frame
  /// since 1.87, and rows move until it has the last one.
  void search(const std::string& text) {
    click("search");
    desktop.key("ctrl+a");
    desktop.type(text);
    EXPECT_TRUE(wait_for([&](const auto& r) { return r["search"] == text; })) << report()["search"];
    wait_frames(2);
  }
  /// Drags a slider's handle to a share of its width.
  void slide(const std::string& name, double from, double to) {
    const Box box = control(name);
    const auto at = [&](double share) { return box.x + static_cast<int>(share * box.width); };
    desktop.drag(at(from), box.y + box.height / 2, at(to), box.y + box.height / 2);
  }
  /// Waits until the program has drawn this many more frames, or has ended.
  void wait_frames(int count) {
    const auto number = [this] { return report().value("frame", 0); };
    const int until = number() + count;
    for (int i = 0; i < 3000 && number() < until && program->running(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  /// Grabs the screen once exposure has adapted and the history is full. In this time exposure comes within a
  /// four-hundredth of a stop at the session's speed.
  Picture settled() {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    wait_frames(10);
    return desktop.grab();
  }

 private:
  static std::string text_of(const fs::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  fs::path report_file() const { return folder_ / "controls.json"; }

  fs::path folder_;

 public:
  Desktop desktop;
  std::unique_ptr<Process> program;
  unsigned long window = 0;
};

/// Ends the program by its key: it ends well, and the validation layer has said nothing.
inline void quit(Session& s) {
  s.desktop.key("ctrl+q");
  EXPECT_EQ(s.program->wait(60), 0) << s.log();
  EXPECT_EQ(s.log().find("alidation"), std::string::npos) << s.log();
}

}  // namespace testing_desktop

#define NEED_DESKTOP()                                                                   \
  if (const std::string missing = testing_desktop::Desktop::missing(); !missing.empty()) \
  GTEST_SKIP() << missing
