#pragma once
// Keeps two processes from working on the same files.

#include <filesystem>
#include <string>

namespace core {

/// Held from the constructor to the destructor; the system also lets go of it when the process ends.
/// Move-only.
class FileLock {
 public:
  /// Makes the file, which the destructor deletes. Throws Error with `what` ("another training writes 'x'")
  /// where another process holds the lock. On a file system without locks it holds nothing.
  FileLock(const std::filesystem::path& path, const std::string& what);
  ~FileLock();
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;

 private:
  std::filesystem::path path_;
  int fd_ = -1;
};

}  // namespace core
