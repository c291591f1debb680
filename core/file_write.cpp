// The part of core/file.h that writes.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "core/error.h"
#include "core/file.h"

namespace core {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void cannot_write(const fs::path& path, int error) {
  const char* remedy = error == ENOSPC || error == EDQUOT ? " (make room, or name a place on another disk)"
                       : error == EACCES || error == EROFS || error == EPERM
                           ? " (name a place where you may write)"
                           : "";
  errno = error;
  fail("cannot write '{}': {}{}", path.string(), errno_text(), remedy);
}

/// An open descriptor for writing, which closes itself.
class Output {
 public:
  Output(const fs::path& path, int flags) : fd_(::open(path.c_str(), flags | O_WRONLY | O_CLOEXEC, 0666)) {}
  ~Output() {
    if (fd_ >= 0) ::close(fd_);
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  explicit operator bool() const { return fd_ >= 0; }
  bool sync() const { return ::fsync(fd_) == 0; }
  /// `name` is what messages call the file.
  void write(std::span<const std::byte> bytes, const fs::path& name) const {
    while (!bytes.empty()) {
      const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) cannot_write(name, errno);
      bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
  }

 private:
  int fd_;
};

/// A new, empty file beside the one that it will replace. It is deleted unless it was renamed.
class Temporary {
 public:
  Temporary(const fs::path& target, const fs::path& name) {
    static std::atomic<unsigned> count{0};
    for (;;) {
      // It keeps the extension, because libraries choose the format by it.
      path_ = target;
      path_.replace_filename("." + target.stem().string() + "." + std::to_string(::getpid()) + "-" +
                             std::to_string(count++) + target.extension().string());
      // Exclusively, so that no link that somebody put there is followed.
      if (Output(path_, O_CREAT | O_EXCL)) return;
      if (errno == EEXIST) continue;
      const int error = errno;
      path_.clear();
      cannot_write(name, error);
    }
  }
  ~Temporary() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  const fs::path& path() const { return path_; }
  void renamed() { path_.clear(); }

 private:
  fs::path path_;
};

/// Where the bytes for `path` go.
struct Target {
  fs::path file;
  bool direct = false;  ///< into something that cannot be replaced: a device, a pipe, /dev/stdout
};

Target target_of(const fs::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    // A link that leads nowhere yet.
    std::error_code none;
    const fs::path link = fs::read_symlink(path, none);
    return none ? Target{path} : Target{path.parent_path() / link};
  }
  if (S_ISDIR(info.st_mode)) cannot_write(path, EISDIR);
  const fs::path folder = fs::weakly_canonical(fs::absolute(path).parent_path());
  const bool descriptor = folder == "/dev" || folder.string().starts_with("/proc/");
  if (descriptor || !S_ISREG(info.st_mode)) return {path, true};
  return {fs::canonical(path), false};
}

void make_parent(const fs::path& file) {
  if (file.has_parent_path()) make_folder(file.parent_path());
}

}  // namespace

void write_file(const fs::path& path, std::span<const std::byte> bytes) {
  const Target target = target_of(path);
  if (target.direct) {
    // Appending, because /dev/stdout may be a file that already holds something.
    const Output file(target.file, O_APPEND);
    if (!file) cannot_write(path, errno);
    return file.write(bytes, path);
  }
  make_parent(target.file);
  struct stat before {};
  const bool there = ::stat(target.file.c_str(), &before) == 0;
  Temporary beside(target.file, path);
  const Output file(beside.path(), 0);
  if (!file) cannot_write(path, errno);
  file.write(bytes, path);
  // Who may read the old file may read the new one.
  if (there && ::chmod(beside.path().c_str(), before.st_mode & 07777) != 0) cannot_write(path, errno);
  if (!file.sync() || ::rename(beside.path().c_str(), target.file.c_str()) != 0) cannot_write(path, errno);
  beside.renamed();
}

void write_file(const fs::path& path, std::string_view text) {
  write_file(path, std::as_bytes(std::span(text.data(), text.size())));
}

bool write_new_file(const fs::path& path, std::span<const std::byte> bytes) {
  make_parent(path);
  const Temporary beside(path, path);
  const Output file(beside.path(), 0);
  if (!file) cannot_write(path, errno);
  file.write(bytes, path);
  if (!file.sync()) cannot_write(path, errno);
  // link() refuses a name that is taken, where rename() would replace the file. Some file systems have no
  // links.
  if (::link(beside.path().c_str(), path.c_str()) == 0) return true;
  if (errno == EEXIST) return false;
  if (::renameat2(AT_FDCWD, beside.path().c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0)
    return true;
  if (errno == EEXIST) return false;
  cannot_write(path, errno);
}

void expect_writable(const fs::path& path) {
  const Target target = target_of(path);
  if (target.direct) {
    if (::access(target.file.c_str(), W_OK) != 0) cannot_write(path, errno);
    return;
  }
  make_parent(target.file);
  const Temporary tried(target.file, path);
}

void expect_writable_folder(const fs::path& folder) {
  make_folder(folder);
  const Temporary tried(folder / "new", folder);
}

void make_folder(const fs::path& path) {
  std::error_code error;
  if (fs::exists(path, error) && !fs::is_directory(path, error))
    fail("cannot create folder '{}': a file of that name is in the way", path.string());
  fs::create_directories(path, error);
  if (error) fail("cannot create folder '{}': {}", path.string(), error.message());
}

fs::path temporary_folder() {
  struct Folder {
    fs::path path;
    Folder() {
      std::error_code error;
      const fs::path base = fs::temp_directory_path(error);
      std::string name = ((error ? fs::path("/tmp") : base) / "neuraster-XXXXXX").string();
      if (!::mkdtemp(name.data())) fail("cannot create a folder in '{}': {}", base.string(), errno_text());
      path = name;
    }
    ~Folder() {
      std::error_code error;
      fs::remove_all(path, error);
    }
  };
  static const Folder folder;
  return folder.path;
}

}  // namespace core
