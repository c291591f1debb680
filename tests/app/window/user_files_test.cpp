// What the window remembers of its user: recent scenes with a small picture, and bookmarks; and films.

#include "app/window/user_files.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "app/window/child.h"
#include "app/window/film.h"
#include "core/error.h"
#include "core/picture/image_io.h"
#include "tests/support/scratch.h"

namespace {

namespace fs = std::filesystem;
using app::UserFiles;

TEST(UserFiles, RecentScenesAreTheNewestFirstAndOnceEach) {
  const fs::path folder = testing_support::scratch();
  UserFiles files(folder / "new" / "config", folder / "cache");
  EXPECT_TRUE(files.recent().empty());
  for (const char* scene : {"a", "b", "a"}) files.opened(scene);
  EXPECT_EQ(files.recent(), (std::vector<std::string>{"a", "b"}));
  for (int n = 0; n < 20; ++n) files.opened(std::to_string(n));
  EXPECT_EQ(files.recent().size(), 8u);
  const UserFiles again(folder / "new" / "config", folder / "cache");
  EXPECT_EQ(again.recent(), files.recent());
  EXPECT_EQ(again.problem(), "");
}

TEST(UserFiles, BookmarksBelongToTheirSceneAndAreFoundAgain) {
  const fs::path folder = testing_support::scratch();
  UserFiles files(folder, folder);
  files.add("town", {"quay", {1, 2, 3}, {4, 5.5f, 6}, 12.25});
  files.add("town", {"roof", {0, 9, 0}, {0, 0, 0}, 0});
  files.add("other", {"quay", {7, 7, 7}, {8, 8, 8}, 1});
  files.add("town", {"quay", {1, 2, 4}, {4, 5.5f, 6}, 12.25});
  files.remove("town", "roof");
  const auto marks = UserFiles(folder, folder).bookmarks("town");
  ASSERT_EQ(marks.size(), 1u);
  EXPECT_EQ(marks[0].name, "quay");
  EXPECT_EQ(marks[0].position, glm::vec3(1, 2, 4));
  EXPECT_EQ(marks[0].look_at, glm::vec3(4, 5.5f, 6));
  EXPECT_EQ(marks[0].seconds, 12.25);
  EXPECT_EQ(files.bookmarks("other").size(), 1u);
}

TEST(UserFiles, ABrokenFileIsSaidAndNotOverwritten) {
  const char* broken[] = {
      "{",
      "{}",
      "[1]",
      "[{}]",
      "[{\"scene\":\"a\",\"name\":\"b\",\"position\":[1,2],\"look_at\":[1,2,3],\"seconds\":0}]",
      "[{\"scene\":\"a\",\"name\":\"b\",\"position\":[1,2,3],\"look_at\":[1,2,3],\"seconds\":\"0\"}]"};
  for (const char* text : broken) {
    const fs::path folder = testing_support::scratch();
    std::ofstream(folder / "bookmarks.json") << text;
    UserFiles files(folder, folder);
    EXPECT_NE(files.problem().find("bookmarks.json"), std::string::npos) << text;
    EXPECT_EQ(files.problem().find('\n'), std::string::npos);
    EXPECT_THROW(files.add("a", {"b"}), core::Error) << text;
    std::string now;
    std::getline(std::ifstream(folder / "bookmarks.json"), now);
    EXPECT_EQ(now, text);
    std::ofstream(folder / "recent.json") << text;
    UserFiles again(folder, folder);
    again.opened("x");  // remembered for this run alone
    std::getline(std::ifstream(folder / "recent.json"), now);
    EXPECT_EQ(now, text);
  }
}

TEST(UserFiles, AThumbnailIsTheMiddleOfThePicture) {
  const fs::path folder = testing_support::scratch();
  const UserFiles files(folder, folder / "cache");
  // A tall picture: red, with a white band in the middle that has the thumbnail's shape.
  const core::Size size{128, 300};
  std::vector<std::byte> rgb;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x)
      for (int c = 0; c < 3; ++c)
        rgb.push_back(static_cast<std::byte>(c == 0 || (y >= 114 && y < 186) ? 255 : 0));
  files.keep_thumbnail("scene", size, rgb);
  const core::Image small = core::read_png(files.thumbnail("scene"));
  EXPECT_EQ(small.width, UserFiles::thumbnail_size.width);
  EXPECT_EQ(small.height, UserFiles::thumbnail_size.height);
  for (const float value : small.rgb) EXPECT_EQ(value, 1);
  EXPECT_NE(files.thumbnail("scene"), files.thumbnail("scene2"));
}

/// Adds four frames and returns what the film says at its end.
std::string record(const fs::path& folder) {
  app::Film film(folder, {16, 8});
  for (int n = 0; n < 4; ++n) film.add(std::vector<std::byte>(3 * 16 * 8, static_cast<std::byte>(60 * n)));
  film.finish();
  while (film.done().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return film.done();
}

TEST(Film, WritesNumberedPicturesAndAnMp4WhereFfmpegIsInstalled) {
  const fs::path folder = testing_support::scratch();
  const std::string path = std::getenv("PATH");
  fs::create_directories(folder / "bin");
  ASSERT_EQ(setenv("PATH", (folder / "bin").c_str(), 1), 0);
  const std::string without = record(folder / "without");
  EXPECT_NE(without.find("4 pictures"), std::string::npos) << without;
  EXPECT_NE(without.find("ffmpeg"), std::string::npos) << without;
  EXPECT_NEAR(core::read_png(folder / "without/frame-000004.png").at(3, 3)[1], 180 / 255.0, 1e-3);
  EXPECT_FALSE(fs::exists(folder / "without/frame-000005.png"));

  // A stand-in, which must be called in the film's folder with its pattern.
  std::ofstream(folder / "bin/ffmpeg")
      << "#!/bin/sh\nfor last; do :; done\n[ -f frame-000004.png ] && echo \"$*\" > \"$last\"\n";
  fs::permissions(folder / "bin/ffmpeg", fs::perms::owner_all);
  const std::string with = record(folder / "with");
  EXPECT_NE(with.find("film.mp4"), std::string::npos) << with;
  std::string arguments;
  std::getline(std::ifstream(folder / "with/film.mp4"), arguments);
  EXPECT_NE(arguments.find("frame-%06d.png"), std::string::npos) << arguments;

  std::ofstream(folder / "bin/ffmpeg") << "#!/bin/sh\nexit 1\n";
  EXPECT_NE(record(folder / "fails").find("no MP4"), std::string::npos);
  ASSERT_EQ(setenv("PATH", path.c_str(), 1), 0);
}

TEST(Child, TheDesktopsDialogIsAskedWhereItIsInstalled) {
  const fs::path folder = testing_support::scratch();
  const std::string path = std::getenv("PATH");
  fs::create_directories(folder / "bin");
  ASSERT_EQ(setenv("PATH", (folder / "bin").c_str(), 1), 0);
  EXPECT_FALSE(app::has_desktop_dialog());
  EXPECT_EQ(app::ask_desktop_for_scene(folder), fs::path());
  std::ofstream(folder / "bin/zenity") << "#!/bin/sh\necho '/a folder/a scene.obj'\n";
  fs::permissions(folder / "bin/zenity", fs::perms::owner_all);
  EXPECT_TRUE(app::has_desktop_dialog());
  EXPECT_EQ(app::ask_desktop_for_scene(folder), fs::path("/a folder/a scene.obj"));
  std::ofstream(folder / "bin/zenity") << "#!/bin/sh\nexit 1\n";  // the user has cancelled
  EXPECT_EQ(app::ask_desktop_for_scene(folder), fs::path());
  ASSERT_EQ(setenv("PATH", path.c_str(), 1), 0);
}

}  // namespace
