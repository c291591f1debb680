#pragma once
// Text that a user typed or named: its encoding, its case, what stands around it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace core {

/// Whether the bytes are well-formed UTF-8, which JSON, TOML and the reports can hold.
bool is_utf8(std::string_view text);

/// Appends a character, given by its number, in UTF-8.
void append_utf8(std::string& text, std::uint32_t character);

/// The text with every byte that is not UTF-8 written as \xNN, for messages.
std::string printable(std::string_view text);

/// Without spaces, tabs and line ends at both ends.
std::string_view trimmed(std::string_view text);
/// With ASCII letters in lower case.
std::string lower_case(std::string_view text);

/// How many letters must be added, left out, changed or swapped with their neighbour to make one of the
/// other.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace core
