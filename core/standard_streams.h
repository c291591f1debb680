#pragma once
// Standard output and error as they are in the wild: closed, full, or a pipe whose reader has gone.

#include <string_view>

namespace core {

/// Fills the places of standard input, output and error where the caller has closed them. Otherwise the next
/// file that is opened would get such a place, and messages would be written into it. First in main.
void open_standard_streams();

/// Writes "neuraster: TEXT" as a line on standard error. Never throws: there is nobody to tell.
void tell(std::string_view text) noexcept;

/// Writes out what standard output holds back. Throws core::Error where any of the program's output was lost.
/// Last in main.
void flush_standard_output();

}  // namespace core
