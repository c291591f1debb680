#include "core/file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <new>
#include <utility>

#include "core/error.h"

namespace core {
namespace fs = std::filesystem;
namespace {

/// An open descriptor that closes itself.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags, mode_t mode = 0)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a named pipe (FIFO), not a regular file";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device, not a regular file";
  return "not a regular file";
}

/// An open file that is known to be regular, and its size.
struct RegularFile {
  Descriptor descriptor;
  std::size_t size = 0;

  RegularFile(const fs::path& path, std::uintmax_t limit)
      // Opening a FIFO waits for its other end, and some devices for theirs, unless it is non-blocking. It
      // changes nothing for a regular file.
      : descriptor(path, O_RDONLY | O_NONBLOCK | O_NOCTTY) {
    if (!descriptor) fail("cannot open '{}': {}", path.string(), errno_text());
    struct stat info {};
    if (::fstat(descriptor.get(), &info) != 0) fail("cannot read '{}': {}", path.string(), errno_text());
    if (!S_ISREG(info.st_mode)) fail("cannot read '{}': it is {}", path.string(), kind_of(info.st_mode));
    size = static_cast<std::size_t>(info.st_size);
    if (size > limit)
      fail("cannot read '{}': it is {} MB large; at most {} MB are read", path.string(), size >> 20,
           limit >> 20);
  }
};

template <typename Container>
Container read_whole(const fs::path& path, std::uintmax_t limit) {
  const RegularFile file(path, limit);
  Container content;
  try {
    content.resize(file.size);
  } catch (const std::bad_alloc&) {
    fail("cannot read '{}': there is not enough memory for its {} MB", path.string(), file.size >> 20);
  }
  std::size_t done = 0;
  while (done < content.size()) {
    const ssize_t n = ::read(file.descriptor.get(), content.data() + done, content.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("cannot read '{}': {}", path.string(), errno_text());
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  content.resize(done);
  return content;
}

}  // namespace

void require_regular_file(const fs::path& path, std::uintmax_t limit) {
  const RegularFile file(path, limit);
}

std::vector<std::byte> read_file(const fs::path& path, std::uintmax_t limit) {
  return read_whole<std::vector<std::byte>>(path, limit);
}
std::string read_text(const fs::path& path, std::uintmax_t limit) {
  return read_whole<std::string>(path, limit);
}

MappedFile::MappedFile(const fs::path& path, std::uintmax_t limit) {
  const RegularFile file(path, limit);
  size_ = file.size;
  if (size_ == 0) return;
  void* mapped = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.descriptor.get(), 0);
  if (mapped == MAP_FAILED) fail("cannot map '{}': {}", path.string(), errno_text());
  data_ = static_cast<const std::byte*>(mapped);
}

MappedFile::~MappedFile() {
  if (data_) ::munmap(const_cast<std::byte*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

std::filesystem::path free_name(std::string_view stem, std::string_view extension) {
  for (int number = 1;; ++number) {
    const std::filesystem::path name = fmt::format("{}-{:04}{}", stem, number, extension);
    if (!std::filesystem::exists(name)) return std::filesystem::absolute(name);
  }
}

fs::path cache_folder() {
  if (const char* xdg = std::getenv("XDG_CACHE_HOME"); xdg && *xdg) return fs::path(xdg) / "neuraster";
  if (const char* home = std::getenv("HOME"); home && *home) return fs::path(home) / ".cache" / "neuraster";
  return temporary_folder() / "neuraster";
}

void touch(const fs::path& file) {
  std::error_code error;
  fs::last_write_time(file, fs::file_time_type::clock::now(), error);
}

void trim_cache(const fs::path& folder, std::uintmax_t max_bytes) {
  struct Entry {
    fs::file_time_type used;
    std::uintmax_t size;
    fs::path path;
  };
  std::vector<Entry> entries;
  std::uintmax_t total = 0;
  std::error_code error;
  for (const fs::directory_entry& file : fs::directory_iterator(folder, error)) {
    std::error_code vanished;
    const Entry entry{file.last_write_time(vanished), file.file_size(vanished), file.path()};
    if (vanished || !file.is_regular_file(vanished)) continue;
    entries.push_back(entry);
    total += entry.size;
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.used < b.used; });
  for (const Entry& entry : entries) {
    if (total <= max_bytes) return;
    if (fs::remove(entry.path, error)) total -= entry.size;
  }
}

fs::path asset_folder() {
  if (const char* folder = std::getenv("NEURASTER_ASSETS"); folder && *folder) return folder;
  return NEURASTER_ASSET_FOLDER;
}

}  // namespace core
