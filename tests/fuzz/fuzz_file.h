#pragma once
// A file for readers that take a path: in memory where possible, since a fuzzer writes millions of them.

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace fuzz {

inline const std::filesystem::path& folder() {
  static const std::filesystem::path path = [] {
    namespace fs = std::filesystem;
    const fs::path base = fs::exists("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path();
    const fs::path made = base / ("neuraster_fuzz_" + std::to_string(::getpid()));
    fs::create_directories(made);
    return made;
  }();
  return path;
}

inline std::filesystem::path put(const std::string& name, std::string_view content) {
  const std::filesystem::path file = folder() / name;
  std::ofstream(file, std::ios::binary) << content;
  return file;
}

}  // namespace fuzz
