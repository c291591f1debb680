#pragma once
// Files of a cache: a header that says what a file is and whether it is whole, then its content. Neither
// damage nor a full disk is an error: what is cached can be made again.

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace core {

/// What a cache's files hold. Raise the version whenever the same input gets other content.
struct CacheKind {
  std::string_view magic;  ///< eight letters
  std::uint64_t version = 1;
};

/// Room for the header, with which the bytes given to write_cache_file() begin.
inline constexpr std::size_t cache_header_bytes = 24;

/// Gives `read` the content of a file of this kind that is whole; it returns whether that is still of use,
/// and may throw Error where it is not. Returns the same, and false where there is no such file. A file that
/// was of use counts as used just now.
bool read_cache_file(const std::filesystem::path& file, const CacheKind& kind,
                     const std::function<bool(std::span<const std::byte>)>& read);

/// Writes the header into the room that `bytes` begins with, writes the file, and deletes the least recently
/// used ones beside it until at most `limit` bytes are left.
void write_cache_file(const std::filesystem::path& file, const CacheKind& kind, std::span<std::byte> bytes,
                      std::uintmax_t limit);

}  // namespace core
