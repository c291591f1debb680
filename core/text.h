#pragma once
// Questions about text that a user typed.

#include <cstddef>
#include <string>
#include <string_view>

namespace core {

/// Whether the bytes are well-formed UTF-8, which JSON, TOML and the reports can hold.
bool is_utf8(std::string_view text);

/// The text with every byte that is not UTF-8 written as \xNN, for messages.
std::string printable(std::string_view text);

/// How many letters must be added, left out, changed or swapped with their neighbour to make one of the
/// other.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace core
