#pragma once
// The one way in which JSON from outside is parsed. Only files that use JSON include this header, because
// nlohmann's takes six seconds to compile.

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.h"
#include "core/nesting.h"

namespace core {

/// Parses a text. `name` is the file's, and what the text is where it is only a part of it. Throws Error with
/// it where the text is no JSON, with the line, or nests more deeply than deepest_nesting: writing or copying
/// such a value would overflow the stack. `watch` is nlohmann's callback.
template <typename Json = nlohmann::json>
Json parse_json(std::string_view text, const std::string& name,
                const typename Json::parser_callback_t& watch = nullptr) {
  // Editors of another system put a byte-order mark first.
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  check_json_nesting(text, name);
  try {
    return Json::parse(text, watch);
  } catch (const nlohmann::json::parse_error& error) {
    const auto at = static_cast<std::ptrdiff_t>(std::min(error.byte, text.size()));
    fail("{}: line {}: not valid JSON", name, 1 + std::count(text.begin(), text.begin() + at, '\n'));
  } catch (const nlohmann::json::exception&) {
    fail("{}: not valid JSON: it has a number that is out of range", name);  // 1e999
  }
}

/// The text of a value. Bytes that are not UTF-8 become U+FFFD, so that a name never costs a result.
template <typename Json>
std::string json_text(const Json& value, int indent = -1) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

/// Returns a value that must be an integer that fits; `name` is the file's. nlohmann's get() would convert
/// any number, which is undefined for one that is too large.
template <typename Integer, typename Json>
Integer json_integer(const Json& value, const std::string& name) {
  if (value.is_number_unsigned()) {
    if (const auto number = value.template get<std::uint64_t>(); std::in_range<Integer>(number))
      return static_cast<Integer>(number);
  } else if (value.is_number_integer()) {
    if (const auto number = value.template get<std::int64_t>(); std::in_range<Integer>(number))
      return static_cast<Integer>(number);
  }
  fail("{}: {} stands where an integer belongs, or is out of range", name, json_text(value).substr(0, 40));
}

}  // namespace core
