#pragma once
// Reads, maps and writes files. Writing goes to a temporary file that is then renamed, so that a full disk
// never damages the old file.
//
// Every function may be called from any thread.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace core {

/// The largest file of a kind that is read. What is larger is not that kind of file but a mistake or an
/// attack, and is refused by its size before any of it is read.
namespace file_limit {
inline constexpr std::uintmax_t none = ~std::uintmax_t{0};
inline constexpr std::uintmax_t text = std::uintmax_t{256} << 20;     ///< scene files, MTL files, settings
inline constexpr std::uintmax_t picture = std::uintmax_t{512} << 20;  ///< PNG, JPEG, TGA, BMP, EXR
inline constexpr std::uintmax_t weights = std::uintmax_t{1} << 30;    ///< of a network
}  // namespace file_limit

/// Throws Error unless `path` is a regular file of at most `limit` bytes that can be opened: a FIFO or a
/// device would make the program wait for ever, or never end. Never waits itself. Everything that opens a
/// file whose name comes from outside goes through here; functions below do so themselves, a library that
/// opens a path is called after it.
void require_regular_file(const std::filesystem::path& path, std::uintmax_t limit = file_limit::none);

/// Reads the whole file. Throws Error with the path and the reason (missing, a directory, a FIFO or a device,
/// larger than `limit` bytes, unreadable).
std::vector<std::byte> read_file(const std::filesystem::path& path, std::uintmax_t limit = file_limit::none);
std::string read_text(const std::filesystem::path& path, std::uintmax_t limit = file_limit::text);

/// Writes to a temporary file in the same folder, flushes it to disk and renames it over `path`.
/// Throws Error and leaves the old file untouched when anything fails. Where `path` is a link, the file that
/// it leads to is replaced and the link stays; a device or pipe is written into.
void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes);
void write_file(const std::filesystem::path& path, std::string_view text);

/// Writes the file unless one of that name is there already: then it returns false and writes nothing. Of two
/// processes that try at once, one gets true.
bool write_new_file(const std::filesystem::path& path, std::span<const std::byte> bytes);

/// Throws the Error that write_file would throw for this path, before hours of work end with it. Makes the
/// missing folders. `expect_writable_folder` is the same for a folder that will hold files.
void expect_writable(const std::filesystem::path& path);
void expect_writable_folder(const std::filesystem::path& folder);

/// Creates the folder and its parents where they are missing. Throws Error where a file has that name.
void make_folder(const std::filesystem::path& path);

/// A read-only memory map of a file. Move-only. The constructor throws Error as read_file does.
class MappedFile {
 public:
  MappedFile() = default;
  explicit MappedFile(const std::filesystem::path& path, std::uintmax_t limit = file_limit::none);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  std::span<const std::byte> bytes() const { return {data_, size_}; }

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// A folder that only this process uses and only this user may enter. It is made at the first call, and
/// deleted when the program ends by itself. Throws Error where it cannot be made.
std::filesystem::path temporary_folder();

/// The first of STEM-0001EXTENSION, STEM-0002EXTENSION, ... that is not there, in the current folder,
/// absolute.
std::filesystem::path free_name(std::string_view stem, std::string_view extension);

/// The folder of the program's caches: $XDG_CACHE_HOME/neuraster, or ~/.cache/neuraster. It may not exist
/// yet. Without both variables it lies in temporary_folder(), because another user could own any fixed name.
std::filesystem::path cache_folder();

/// Marks a file of a cache as used just now, by setting its modification time. Errors are ignored.
void touch(const std::filesystem::path& file);

/// Deletes the least recently used files of a cache's folder (see `touch`) until at most `max_bytes` are
/// left. Errors are ignored, because another process may be trimming the same folder.
void trim_cache(const std::filesystem::path& folder, std::uintmax_t max_bytes);

/// The folder of the files that ship with the program (weights, presets): $NEURASTER_ASSETS where that is
/// set, else assets/ in the source tree that the program was built from.
std::filesystem::path asset_folder();

}  // namespace core
