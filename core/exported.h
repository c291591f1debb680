#pragma once
// What one API hands to another on the same GPU. A descriptor has one owner, and the type says who: until an
// import has taken it over it is ours and closed here; then release() leaves it to the importer.

#include <unistd.h>

#include <cstdint>
#include <utility>

namespace core {

/// Owns a file descriptor.
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
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// One allocation of the exporter.
struct ExportedMemory {
  UniqueFd fd;
  std::uint64_t bytes = 0;  ///< of the allocation, not of the buffer in it
  bool dedicated = true;    ///< the exporter allocated it for this one buffer
};

/// A timeline semaphore.
struct ExportedSemaphore {
  UniqueFd fd;
};

}  // namespace core
