#pragma once
// Notices that bytes are no longer those that were written.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace core {

/// XXH3 with 64 bits. `before` is the checksum of the bytes that precede these, so that parts give one
/// number.
std::uint64_t checksum(std::span<const std::byte> bytes, std::uint64_t before = 0);
std::uint64_t checksum(std::string_view text, std::uint64_t before = 0);

/// Sixteen hexadecimal digits.
std::string checksum_text(std::uint64_t checksum);

}  // namespace core
