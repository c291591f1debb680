#include "app/settings/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "app/settings/number.h"
#include "core/error.h"

namespace app {
namespace {

/// Whole for the kinds whose values are.
template <typename Number>
std::optional<Number> read_number(const Parameter& parameter, std::string_view text) {
  return number_within(text, static_cast<Number>(parameter.min), static_cast<Number>(parameter.max));
}

std::optional<Value> read_size(const Parameter& parameter, std::string_view text) {
  const std::size_t cross = text.find_first_of("xX");
  if (cross == std::string_view::npos) return {};
  const auto width = read_number<std::int32_t>(parameter, text.substr(0, cross));
  const auto height = read_number<std::int32_t>(parameter, text.substr(cross + 1));
  if (!width || !height) return {};
  return core::Size{*width, *height};
}

std::optional<Value> read_bool(std::string_view text) {
  for (const auto word : {"true", "on", "yes", "1"})
    if (text == word) return true;
  for (const auto word : {"false", "off", "no", "0"})
    if (text == word) return false;
  return {};
}

std::optional<Value> read_value(const Parameter& parameter, std::string_view text) {
  switch (parameter.kind) {
    case Kind::boolean:
      return read_bool(text);
    case Kind::integer: {
      const auto number = read_number<std::int32_t>(parameter, text);
      return number ? std::optional<Value>(*number) : std::nullopt;
    }
    case Kind::number: {
      const auto number = read_number<double>(parameter, text);
      return number ? std::optional<Value>(*number) : std::nullopt;
    }
    case Kind::size:
      return read_size(parameter, text);
    case Kind::text:
      return std::string(text);
    case Kind::choice: {
      const auto found = std::find(parameter.choices.begin(), parameter.choices.end(), text);
      if (found == parameter.choices.end()) return {};
      return static_cast<std::int32_t>(found - parameter.choices.begin());
    }
  }
  return {};
}

const Parameter& need_parameter(std::string_view name_or_option) {
  if (const Parameter* parameter = find_parameter(name_or_option)) return *parameter;
  core::fail_usage("there is no setting '{}'; 'neuraster settings' lists them", name_or_option);
}

}  // namespace

const Parameter* find_parameter(std::string_view name_or_option) {
  std::string_view option = name_or_option;
  if (option.starts_with("--")) option.remove_prefix(2);
  for (const Parameter& parameter : parameters())
    if (parameter.name == name_or_option || std::string_view(parameter.option).substr(2) == option)
      return &parameter;
  return nullptr;
}

std::string allowed(const Parameter& parameter) {
  switch (parameter.kind) {
    case Kind::boolean:
      return "true or false";
    case Kind::integer:
      return fmt::format("a whole number from {} to {}", parameter.min, parameter.max);
    case Kind::number:
      return fmt::format("a number from {} to {}", parameter.min, parameter.max);
    case Kind::size:
      return fmt::format("WIDTHxHEIGHT, each from {} to {}", parameter.min, parameter.max);
    case Kind::text:
      return "text";
    case Kind::choice:
      return fmt::format("one of {}", fmt::join(parameter.choices, ", "));
  }
  return {};
}

Value parse_value(const Parameter& parameter, std::string_view text) {
  if (auto value = read_value(parameter, text)) return std::move(*value);
  core::fail("must be {}, not '{}'", allowed(parameter), text);
}

std::string format_value(const Parameter& parameter, const Value& value) {
  switch (parameter.kind) {
    case Kind::boolean:
      return std::get<bool>(value) ? "true" : "false";
    case Kind::integer:
      return fmt::format("{}", std::get<std::int32_t>(value));
    case Kind::number:
      return fmt::format("{}", std::get<double>(value));
    case Kind::size: {
      const auto size = std::get<core::Size>(value);
      return fmt::format("{}x{}", size.width, size.height);
    }
    case Kind::text:
      return std::get<std::string>(value);
    case Kind::choice:
      return std::string(parameter.choices.at(static_cast<std::size_t>(std::get<std::int32_t>(value))));
  }
  return {};
}

void set(Settings& settings, std::string_view name_or_option, std::string_view text) {
  const Parameter& parameter = need_parameter(name_or_option);
  try {
    parameter.set(settings, parse_value(parameter, text));
  } catch (const core::Error& error) {
    core::fail_usage("{} {}", name_or_option, error.what());
  }
}

std::string get(const Settings& settings, std::string_view name_or_option) {
  const Parameter& parameter = need_parameter(name_or_option);
  return format_value(parameter, parameter.get(settings));
}

bool changed(const Parameter& parameter, const Settings& settings) {
  static const Settings defaults;
  return parameter.get(settings) != parameter.get(defaults);
}

}  // namespace app
