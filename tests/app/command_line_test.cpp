// The program as seen from a shell: exit status 0, 1 or 2, and one sentence on standard error.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "tests/support/shell.h"

namespace fs = std::filesystem;

namespace {

using shell::Outcome, shell::run;

TEST(CommandLine, WrongUsageIsTwoAndWhatGoesWrongIsOne) {
  const struct {
    int status;
    const char *arguments, *sentence;
  } cases[] = {
      {2, "--scale 0", "--scale must be a number from 1 to 3, not '0'"},
      {2, "render courtyard --out /tmp/none --scale 3.5", "--scale must be a number from 1 to 3, not '3.5'"},
      {2, "render courtyard --out /tmp/none --output 0x10", "--output must be WIDTHxHEIGHT"},
      {2, "render courtyard --out /tmp/none --upscaler dlss", "--upscaler must be one of native, nearest"},
      {2, "render courtyard --out /tmp/none --frames -1", "--frames must be a whole number from 1"},
      {2, "render courtyard", "--out is required"},
      {2, "render courtyard --out", "--out"},
      {2, "render --out x --no-such-option", "--no-such-option"},
      {2, "evaluate courtyard --frames 9 --output 160x90 --region 100,0,61,9", "does not lie within 160x90"},
      {2, "settings too many words", "too"},
      {2, "compare only_one.json", "B is required"},
      {1, "settings --settings /none.toml", "/none.toml"},
      {1, "settings --settings no_such_preset", "no preset of that name"},
      {1, "compare /none/a.json /none/b.json", "/none/a.json"},
      {1, "render /none/scene.obj --out /tmp/none", "/none/scene.obj"},
      {1, "render courtyard --out /tmp/none --device no_such_device", "no_such_device"},
      {2, "render courtyard --out /tmp/none --output 16385x64", "each from 16 to 16384"},
      {1, "view courtyard", "cannot open a window"},
  };
  for (const auto& [status, arguments, sentence] : cases) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, status) << arguments << "\n" << outcome.error;
    EXPECT_NE(outcome.error.find(sentence), std::string::npos) << arguments << "\n" << outcome.error;
    EXPECT_TRUE(outcome.error.starts_with("neuraster: ")) << outcome.error;
    EXPECT_EQ(std::count(outcome.error.begin(), outcome.error.end(), '\n'), 1) << outcome.error;
  }
}

TEST(CommandLine, HelpNamesEveryCommandAndEveryOptionOnce) {
  const Outcome help = run("--help");
  EXPECT_EQ(help.status, 0);
  for (const char* command :
       {"view", "render", "evaluate", "profile", "compare", "train", "capture", "devices", "settings"}) {
    EXPECT_NE(help.out.find(std::string("\n  ") + command + " "), std::string::npos) << command;
    const Outcome own = run(std::string(command) + " --help");
    EXPECT_EQ(own.status, 0) << command << "\n" << own.error;
    EXPECT_NE(own.out.find("Usage: neuraster " + std::string(command)), std::string::npos);
  }
  EXPECT_EQ(run("--version").status, 0);
}

TEST(CommandLine, PrintedSettingsAreAFileThatLoads) {
  const fs::path file = testing_support::scratch() / "settings.toml";
  ASSERT_EQ(run("settings --scale 1.5 --bloom-enabled off --out " + file.string()).status, 0);
  const Outcome outcome = run("settings --changed --settings " + file.string());
  EXPECT_EQ(outcome.status, 0) << outcome.error;
  EXPECT_EQ(outcome.out, "[upscaling]\nscale = 1.5\n\n[bloom]\nenabled = false\n");
}

}  // namespace
