#include "core/cache_file.h"

#include <cstring>

#include "core/checksum.h"
#include "core/error.h"
#include "core/file.h"

namespace core {
namespace fs = std::filesystem;
namespace {

struct Header {
  std::array<char, 8> magic{};
  std::uint64_t version = 0;
  std::uint64_t checksum = 0;  ///< of all that follows
  friend bool operator==(const Header&, const Header&) = default;
};
static_assert(sizeof(Header) == cache_header_bytes);

Header header_of(const CacheKind& kind, std::span<const std::byte> content) {
  Header header{.version = kind.version, .checksum = checksum(content)};
  kind.magic.copy(header.magic.data(), header.magic.size());
  return header;
}

}  // namespace

bool read_cache_file(const fs::path& file, const CacheKind& kind,
                     const std::function<bool(std::span<const std::byte>)>& read) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return false;
  try {
    const MappedFile mapped(file);
    Header header;
    if (mapped.bytes().size() < sizeof header) return false;
    std::memcpy(&header, mapped.bytes().data(), sizeof header);
    const auto content = mapped.bytes().subspan(sizeof header);
    if (header != header_of(kind, content) || !read(content)) return false;
  } catch (const Error&) {
    return false;
  }
  touch(file);
  return true;
}

void write_cache_file(const fs::path& file, const CacheKind& kind, std::span<std::byte> bytes,
                      std::uintmax_t limit) {
  const Header header = header_of(kind, bytes.subspan(sizeof(Header)));
  std::memcpy(bytes.data(), &header, sizeof header);
  try {
    write_file(file, bytes);
    trim_cache(file.parent_path(), limit);
  } catch (const Error&) {
  }
}

}  // namespace core
