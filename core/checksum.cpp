#include "core/checksum.h"

#define XXH_INLINE_ALL
#include <fmt/core.h>
#include <xxhash.h>

namespace core {

std::uint64_t checksum(std::span<const std::byte> bytes, std::uint64_t before) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), before);
}

std::uint64_t checksum(std::string_view text, std::uint64_t before) {
  return checksum(std::as_bytes(std::span(text.data(), text.size())), before);
}

std::string checksum_text(std::uint64_t checksum) {
  return fmt::format("{:016x}", checksum);
}

}  // namespace core
