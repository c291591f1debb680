#include "app/command_line/settings_options.h"

#include <fmt/core.h>

#include <algorithm>

#include "app/command_line/options.h"

namespace app {
namespace {

std::string placeholder(const Parameter& parameter) {
  switch (parameter.kind) {
    case Kind::boolean:
      return "on|off";
    case Kind::size:
      return "WxH";
    case Kind::text:
      return "TEXT";
    case Kind::choice:
      return "NAME";
    default:
      return fmt::format("{}..{}", parameter.min, parameter.max);
  }
}

std::string help_of(const Parameter& parameter) {
  const Settings defaults;
  std::string help = parameter.help;
  if (parameter.kind == Kind::choice) help += fmt::format(": {}", allowed(parameter));
  std::string initial = format_value(parameter, parameter.get(defaults));
  if (parameter.kind == Kind::boolean) initial = initial == "true" ? "on" : "off";
  return initial.empty() ? help : fmt::format("{} [{}]", help, initial);
}

}  // namespace

SettingsOptions::SettingsOptions(CLI::App& app, std::initializer_list<std::string_view> without) {
  add_option(app, "--settings", files_,
             "settings file (TOML), or the name of a preset: your own or one that ships")
      .placeholder("FILE");
  for (const Parameter& parameter : parameters()) {
    const auto left_out = [&](std::string_view name) {
      return name == parameter.name || name == parameter.group();
    };
    if (std::any_of(without.begin(), without.end(), left_out)) continue;
    add_option_function(
        app, parameter.option,
        [this, row = &parameter](const std::string& text) { given_.emplace_back(row, text); },
        help_of(parameter))
        .placeholder(placeholder(parameter))
        .group(fmt::format("[{}]", parameter.group()))
        .last_one_counts();
  }
}

Settings SettingsOptions::resolve(Settings settings) const {
  for (const std::string& file : files_) load_settings(find_preset(file), settings);
  for (const auto& [parameter, text] : given_) set(settings, parameter->option, text);
  return settings;
}

}  // namespace app
