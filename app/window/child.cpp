#include "app/window/child.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <sstream>
#include <system_error>

namespace app {
namespace fs = std::filesystem;

fs::path find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const fs::path file = fs::path(folder) / name;
    if (!folder.empty() && ::access(file.c_str(), X_OK) == 0 && fs::is_regular_file(file)) return file;
  }
  return {};
}

ChildResult run_child(const fs::path& program, const std::vector<std::string>& arguments,
                      const fs::path& folder) {
  ChildResult result;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return result;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  if (!folder.empty()) posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  std::string name = program.string();
  std::vector<std::string> words = arguments;
  std::vector<char*> list{name.data()};
  for (std::string& word : words) list.push_back(word.data());
  list.push_back(nullptr);
  pid_t child = -1;
  const bool started = ::posix_spawn(&child, name.c_str(), &actions, nullptr, list.data(), environ) == 0;
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  std::array<char, 4096> block;
  while (started) {
    const ssize_t count = ::read(ends[0], block.data(), block.size());
    if (count <= 0) break;
    result.output.append(block.data(), static_cast<std::size_t>(count));
  }
  ::close(ends[0]);
  int status = 0;
  if (started && ::waitpid(child, &status, 0) == child && WIFEXITED(status))
    result.status = WEXITSTATUS(status);
  return result;
}

bool has_desktop_dialog() {
  return !find_program("zenity").empty() || !find_program("kdialog").empty();
}

fs::path ask_desktop_for_scene(const fs::path& folder) {
  const std::string from = folder.string() + "/";
  ChildResult answer;
  if (const fs::path zenity = find_program("zenity"); !zenity.empty())
    answer = run_child(zenity, {"--file-selection", "--title=Open a scene", "--filename=" + from,
                                "--file-filter=Scenes | *.obj *.toml"});
  else if (const fs::path kdialog = find_program("kdialog"); !kdialog.empty())
    answer = run_child(kdialog, {"--getopenfilename", from, "*.obj *.toml"});
  if (answer.status != 0) return {};
  while (!answer.output.empty() && answer.output.back() == '\n') answer.output.pop_back();
  return answer.output;
}

}  // namespace app
