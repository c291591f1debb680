#pragma once
// How deeply a text nests. Parsers that recurse end the whole program when their stack overflows, so a text
// from outside is checked before they see it.

#include <cstddef>
#include <string>
#include <string_view>

namespace core {

/// Far more than any file of ours needs, and far less than a stack of 8 MB holds.
inline constexpr std::size_t deepest_nesting = 100;

/// Throws Error with `name` (of the file) and the line where brackets, braces and dotted keys of a TOML text
/// nest more deeply than deepest_nesting. toml++ limits the brackets itself, but not the parts of a key. What
/// is no TOML is left to the parser to refuse.
void check_toml_nesting(std::string_view text, const std::string& name);

/// The same for the brackets and braces of a JSON text.
void check_json_nesting(std::string_view text, const std::string& name);

}  // namespace core
