#pragma once
// Files: read whole, mapped, or written beside and renamed so that a full disk never eats what was there.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace core {

/// The whole file. Throws Error with the path and the reason (missing, a directory, unreadable).
std::vector<std::byte> read_file(const std::filesystem::path& path);
std::string read_text(const std::filesystem::path& path);

/// Writes to a temporary file in the same folder, flushes it to disk and renames it over `path`.
/// Throws Error and leaves the old file untouched when anything fails.
void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes);
void write_file(const std::filesystem::path& path, std::string_view text);

/// The same for libraries that write by name: `write` gets the temporary path.
void write_file_with(const std::filesystem::path& path,
                     const std::function<void(const std::filesystem::path&)>& write);

/// Creates the folder and its parents. Throws Error where a file stands in the way.
void make_folder(const std::filesystem::path& path);

/// A read-only memory map of a file. Move-only.
class MappedFile {
 public:
  MappedFile() = default;
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  std::span<const std::byte> bytes() const { return {data_, size_}; }

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// $XDG_CACHE_HOME/neuraster or ~/.cache/neuraster. Not created.
std::filesystem::path cache_folder();

/// Notes that a file of a cache was used, as its time of writing. Errors are passed over.
void touch(const std::filesystem::path& file);

/// Deletes the least recently used files of a cache's folder (see `touch`) until at most `most` bytes are
/// left. Errors are passed over: another process may do the same.
void trim_cache(const std::filesystem::path& folder, std::uintmax_t most);

/// What ships with the program (scene, weights, presets): $NEURASTER_ASSETS, else assets/ of the source tree.
std::filesystem::path asset_folder();

}  // namespace core
