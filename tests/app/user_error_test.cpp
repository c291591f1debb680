// What a new user, a broken file or a full disk makes of the program: one sentence that helps, nothing lost.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/file.h"
#include "tests/support/shell.h"

namespace fs = std::filesystem;

namespace {

using shell::Outcome, shell::run;

/// A small drawing, fast enough to run in every test.
const std::string quick = " --output 64x36 --upscaler bilinear";

fs::path write_triangle(const fs::path& folder) {
  core::write_file(folder / "tri.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n");
  return folder / "tri.obj";
}

void expect_says(const std::string& arguments, int status, const std::string& sentence) {
  const Outcome outcome = run(arguments);
  EXPECT_EQ(outcome.status, status) << arguments << "\n" << outcome.error;
  EXPECT_NE(outcome.error.find(sentence), std::string::npos) << arguments << "\n" << outcome.error;
  EXPECT_EQ(std::count(outcome.error.begin(), outcome.error.end(), '\n'), 1) << outcome.error;
}

TEST(UserError, AMisspeltCommandIsSuggested) {
  expect_says("rendr courtyard --out x", 2,
              "there is no command 'rendr', nor a file of that name: did you mean 'render'?");
  expect_says("trian", 2, "did you mean 'train'?");
  expect_says("/none/scene.obj", 1, "/none/scene.obj");  // a scene, for the window
}

TEST(UserError, NoNumberIsNotANumber) {
  const std::string train = "train courtyard --out /tmp/none/w.safetensors ";
  for (const char* word : {"nan", "-nan", "NAN", "inf", "1e999", "1,5", "0x10", ""}) {
    const std::string value = std::string("'") + word + "'";
    expect_says("compare a.json b.json --threshold " + value, 2,
                "--threshold: must be a number from 0 to 1000, not ");
    expect_says(train + "--rate " + value, 2, "--rate: must be a number from 1e-06 to 1, not ");
    expect_says(train + "--batch " + value, 2, "--batch: must be a whole number from 1 to 1024, not ");
    expect_says("settings --scale " + value, 2, "--scale must be a number from 1 to 3, not ");
  }
  const fs::path file = testing_support::scratch() / "s.toml";
  core::write_file(file, "[upscaling]\nscale = nan\n");
  expect_says("settings --settings " + file.string(), 1,
              "s.toml:2: upscaling.scale must be a number from 1 to 3");
}

TEST(UserError, WhatComesLateIsSaidAtOnce) {
  const fs::path folder = testing_support::scratch();
  const std::string tri = write_triangle(folder).string(), at = " --out " + (folder / "c").string();
  expect_says("capture " + tri + at + " --frames 8", 2,
              "--frames must be at least 24, not 8: training needs");
  expect_says("capture " + tri + at + " --frames 9 --held-out", 2, "at least 10, not 9: a validation needs");
  expect_says("capture " + tri + at + " --kind rest", 2, "--kind must be one of mixed, still, turn");
  expect_says("capture " + tri + at + " --size 251", 2, "--size 251 has no crop of 192 pixels or less");
  expect_says("evaluate " + tri + " --frames 6", 2,
              "--frames must be at least 9, not 6: the first 8 are not scored");
  EXPECT_FALSE(fs::exists(folder / "c"));
  expect_says("evaluate " + tri + " --json /proc/x.json --frames 9" + quick, 1,
              "cannot write '/proc/x.json'");
  expect_says("profile " + tri + " --report " + tri + "/r --frames 25" + quick, 1, tri);
  expect_says("render " + tri + " --out " + tri + quick, 1, "a file of that name is in the way");
  expect_says("train " + tri + " --out /proc/w.safetensors", 1, "cannot write '/proc/w.safetensors'");
  expect_says("train " + tri + " --out w.csv", 2, "must not end in .csv");
}

TEST(UserError, NamesThatAreNotUtf8AreRefusedBeforeTheWork) {
  const fs::path file = testing_support::scratch() / "bad\xff.obj";
  write_triangle(file.parent_path());
  fs::rename(file.parent_path() / "tri.obj", file);
  for (const char* command : {"render --out /tmp/none ", "profile --report /tmp/none ", "evaluate "})
    expect_says(command + file.string(), 2, "bad\\xff.obj' is not UTF-8");
}

TEST(UserError, NoFileMakesItWait) {
  const fs::path folder = testing_support::scratch();
  const std::string tri = write_triangle(folder).string();
  for (const char* extension : {"obj", "toml", "json", "safetensors"})
    ASSERT_EQ(::mkfifo((folder / "f.").concat(extension).c_str(), 0600), 0);
  const std::string fifo = (folder / "f.").string();
  fs::create_directory(folder / "cap");
  ASSERT_EQ(::mkfifo((folder / "cap/shard_0000.nrs").c_str(), 0600), 0);
  expect_says("render " + fifo + "obj --out /tmp/none", 1, "f.obj': it is a named pipe");
  expect_says("render " + fifo + "toml --out /tmp/none", 1, "f.toml': it is a named pipe");
  expect_says("settings --settings " + fifo + "toml", 1, "f.toml': it is a named pipe");
  expect_says("compare " + fifo + "json " + fifo + "json", 1, "f.json': it is a named pipe");
  expect_says("profile --from " + fifo + "json --report /tmp/none", 1, "f.json': it is a named pipe");
  expect_says("train --out " + folder.string() + "/w.safetensors --from x --init " + fifo + "safetensors", 1,
              "f.safetensors': it is a named pipe");
  const Outcome shard = run("train --backend cpu --from " + folder.string() + "/cap --out " +
                            folder.string() + "/w.safetensors");
  EXPECT_EQ(shard.status, 1);
  EXPECT_NE(shard.error.find("shard_0000.nrs': it is a named pipe"), std::string::npos) << shard.error;
}

TEST(UserError, ASettingsFileOfManyDotsIsRefused) {
  const fs::path file = testing_support::scratch() / "dots.toml";
  std::string text = "a";
  for (int n = 0; n < 50000; ++n) text += ".a";
  core::write_file(file, text + " = 1\n");
  expect_says("settings --settings " + file.string(), 1, "dots.toml' line 1: keys and brackets nest");
  expect_says("render " + file.string() + " --out /tmp/none", 1, "dots.toml' line 1: keys and brackets nest");
}

/// shell::run() reads both streams, so these go through a shell of their own.
int status_of(const std::string& arguments) {
  const int status = std::system((shell::command + arguments).c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(UserError, LostOutputIsAFailure) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  EXPECT_EQ(status_of("settings > /dev/full 2> /dev/null"), 1);
  EXPECT_EQ(status_of("--help > /dev/full 2> /dev/null"), 1);
  EXPECT_EQ(status_of("settings >&- 2> /dev/null"), 1);
  EXPECT_EQ(status_of("settings > /dev/null"), 0);
}

TEST(UserError, AnErrorThatNobodyReadsIsStillOne) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  for (const char* closed : {" 2> /dev/full", " 2>&-", " 2>&- >&- <&-"}) {
    EXPECT_EQ(status_of("compare /none/a.json /none/b.json" + std::string(closed)), 1) << closed;
    EXPECT_EQ(status_of("--no-such-option" + std::string(closed)), 2) << closed;
  }
  // A file that is written while standard error is closed holds nothing but its own text.
  const fs::path file = testing_support::scratch() / "settings.toml";
  EXPECT_EQ(status_of("settings --out " + file.string() + " 2>&-"), 0);
  EXPECT_EQ(core::read_text(file).find("neuraster:"), std::string::npos);
}

TEST(UserError, WarningsAreOnStandardError) {
  const fs::path folder = testing_support::scratch();
  core::write_file(folder / "a.obj", "mtllib none.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nusemtl m\nf 1 2 3\n");
  const Outcome outcome =
      run("render " + (folder / "a.obj").string() + " --frames 1 --out " + folder.string() + quick);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out.find("none.mtl"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.error.find("neuraster: warning: "), std::string::npos) << outcome.error;
}

TEST(UserError, ResultsFollowLinks) {
  const fs::path folder = testing_support::scratch();
  core::write_file(folder / "target.json", "old");
  fs::create_symlink("target.json", folder / "link.json");
  const Outcome outcome =
      run("evaluate " + write_triangle(folder).string() + " --frames 9 --reference-samples 1" + quick +
          " --json " + (folder / "link.json").string());
  EXPECT_EQ(outcome.status, 0) << outcome.error;
  EXPECT_TRUE(fs::is_symlink(folder / "link.json"));
  EXPECT_NE(core::read_text(folder / "target.json").find("psnr_db"), std::string::npos);
}

TEST(UserError, ACacheThatCannotBeWrittenCostsOnlyTime) {
  const fs::path folder = testing_support::scratch();
  core::write_file(folder / "no_folder", "");  // root may write everywhere, but not into a file
  const std::string line =
      "evaluate " + write_triangle(folder).string() + " --frames 9 --reference-samples 1" + quick;
  setenv("XDG_CACHE_HOME", (folder / "no_folder").c_str(), 1);
  const Outcome without = run(line);
  setenv("XDG_CACHE_HOME", (folder / "cache").c_str(), 1);
  const Outcome with = run(line);
  EXPECT_EQ(without.status, 0) << without.error;
  EXPECT_NE(without.error.find("references are not kept for the next run"), std::string::npos)
      << without.error;
  EXPECT_EQ(with.error, "");
  // All but the last column, the time.
  const auto figures = [](std::string text) { return text.substr(0, text.find_last_of(' ')); };
  EXPECT_EQ(figures(without.out), figures(with.out));
}

TEST(UserError, HelpOffersWhatTheCommandDoes) {
  EXPECT_EQ(run("render --help").out.find("--window-"), std::string::npos);
  EXPECT_EQ(run("evaluate --help").out.find("--warmup"), std::string::npos);
  EXPECT_NE(run("view --help").out.find("--window-fly-speed"), std::string::npos);
}

}  // namespace
