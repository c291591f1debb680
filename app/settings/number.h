#pragma once
// The one place that decides whether text is a number that an option or a setting takes.

#include <charconv>
#include <optional>
#include <string_view>

namespace app {

/// The number, where the whole text is one from `min` to `max`; else nothing. NaN lies in no range, which a
/// check for what lies outside would not see. `Number` is int or double.
template <typename Number>
std::optional<Number> number_within(std::string_view text, Number min, Number max) {
  if (text.starts_with('+')) text.remove_prefix(1);
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  if (!(number >= min && number <= max)) return {};
  return number;
}

}  // namespace app
