#pragma once
// Programs that the window runs where they are installed: a desktop's file dialog, and ffmpeg.

#include <filesystem>
#include <string>
#include <vector>

namespace app {

/// Returns where the program lies in $PATH; empty where it is not installed.
std::filesystem::path find_program(const std::string& name);

struct ChildResult {
  int status = -1;     ///< exit status; -1 where it did not start or ended by a signal
  std::string output;  ///< what it wrote to standard output
};

/// Runs a program in a folder (empty: this one) and waits for its end. Its arguments are passed as they are,
/// by no shell; its standard input is empty.
ChildResult run_child(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                      const std::filesystem::path& folder = {});

/// Asks for a file with the desktop's own dialog (zenity or kdialog), and waits for the answer. Empty where
/// the user has chosen none.
std::filesystem::path ask_desktop_for_scene(const std::filesystem::path& folder);
/// Whether one of the two is installed.
bool has_desktop_dialog();

}  // namespace app
