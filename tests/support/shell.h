#pragma once
// Runs the program by a shell and returns its output and exit status.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/scratch.h"

namespace shell {

/// Runs it without a display, even where the machine has one.
inline const std::string environment = "DISPLAY= WAYLAND_DISPLAY= XDG_RUNTIME_DIR=/tmp exec ";
inline const std::string command = environment + NEURASTER_PROGRAM + " ";

struct Outcome {
  int status = 0;
  std::string out, error;
};

/// `before` stands before the program's name, "env NAME=VALUE ".
inline Outcome run(const std::string& arguments, const std::string& before = {}) {
  static const std::filesystem::path error_file = testing_support::scratch("command") / "errors.txt";
  const std::string line =
      environment + before + NEURASTER_PROGRAM + " " + arguments + " 2>" + error_file.string();
  Outcome outcome;
  FILE* pipe = popen(line.c_str(), "r");
  char buffer[4096];
  for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) outcome.out.append(buffer, n);
  const int status = pclose(pipe);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  std::ifstream stream(error_file);
  outcome.error.assign(std::istreambuf_iterator<char>(stream), {});
  return outcome;
}

}  // namespace shell
