#pragma once
// Memory and semaphores that one API exports and another one imports on the same GPU. Each is a file
// descriptor with exactly one owner: UniqueFd closes it, unless an import has taken it over and release() was
// called.

#include <unistd.h>

#include <cstdint>
#include <utility>

namespace core {

/// Owns a file descriptor and closes it in the destructor. Move-only.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  ~UniqueFd() {
    if (fd_ >= 0) close(fd_);
  }
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  int get() const { return fd_; }  ///< -1 where there is none
  /// Gives the descriptor up without closing it, once an importer owns it.
  int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// One memory allocation of the exporter.
struct ExportedMemory {
  UniqueFd fd;
  std::uint64_t bytes = 0;  ///< size of the allocation, which may be larger than the buffer in it
  bool dedicated = true;    ///< whether the exporter made the allocation for this one buffer
};

/// A timeline semaphore of the exporter.
struct ExportedSemaphore {
  UniqueFd fd;
};

}  // namespace core
