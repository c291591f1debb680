// Presets: the settings table to TOML text and back.

#include <fmt/core.h>
#include <toml++/toml.h>

#include <sstream>
#include <utility>

#include "app/settings/settings.h"
#include "app/settings/settings_history.h"
#include "app/settings/toml_file.h"
#include "core/error.h"
#include "core/file.h"

namespace app {
namespace fs = std::filesystem;
namespace {

std::string quoted(const std::string& text) {
  std::ostringstream stream;
  // Not as TOML's literal strings, which cannot hold every text.
  stream << toml::toml_formatter{toml::value{text}, toml::format_flags::none};
  return stream.str();
}

std::string toml_value(const Parameter& parameter, const Settings& settings) {
  const std::string text = format_value(parameter, parameter.get(settings));
  const bool plain =
      parameter.kind == Kind::boolean || parameter.kind == Kind::integer || parameter.kind == Kind::number;
  return plain ? text : quoted(text);
}

bool type_fits(Kind kind, const toml::node& node) {
  switch (kind) {
    case Kind::boolean:
      return node.is_boolean();
    case Kind::integer:
      return node.is_integer();
    case Kind::number:
      return node.is_number();
    default:
      return node.is_string();
  }
}

std::string text_of(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  std::ostringstream stream;
  node.visit([&](const auto& content) { stream << content; });
  return stream.str();
}

void read_key(const fs::path& path, const std::string& name, const toml::node& node, Settings& settings) {
  const Parameter* parameter = nullptr;
  for (const Parameter& candidate : parameters())
    if (candidate.name == name) parameter = &candidate;
  if (!parameter) core::fail("{}: there is no setting '{}'", place(path, node.source()), name);
  const std::string text = text_of(node);
  // Presets of earlier versions have it, empty.
  if (!parameter->in_files && !text.empty())
    core::fail("{}: {} cannot be set in a file: give {} on the command line", place(path, node.source()),
               name, parameter->option);
  if (!type_fits(parameter->kind, node))
    core::fail("{}: {} must be {}, not {}", place(path, node.source()), name, allowed(*parameter), text);
  try {
    parameter->set(settings, parse_value(*parameter, text));
  } catch (const core::Error& error) {
    core::fail("{}: {} {}", place(path, node.source()), name, error.what());
  }
}

}  // namespace

std::string to_toml(const Settings& settings, Save what) {
  std::string text, group;
  for (const Parameter& parameter : parameters()) {
    if (what == Save::changed && !changed(parameter, settings)) continue;
    if (!parameter.in_files || (what == Save::live && !parameter.live)) continue;
    if (parameter.group() != group) {
      group = parameter.group();
      text += fmt::format("{}[{}]\n", text.empty() ? "" : "\n", group);
    }
    text += fmt::format("{} = {}", parameter.key(), toml_value(parameter, settings));
    if (what == Save::all) text += fmt::format("  # {}; {}", parameter.help, allowed(parameter));
    text += '\n';
  }
  return text;
}

void save_settings(const fs::path& path, const Settings& settings, Save what) {
  core::write_file(path, to_toml(settings, what));
}

void load_settings(const fs::path& path, Settings& settings, std::string_view without) {
  const toml::table file = read_toml(path);
  Settings loaded = settings;
  for (const auto& [group, node] : file) {
    if (group.str() == without) continue;
    const toml::table* table = node.as_table();
    if (!table) core::fail("{}: there is no setting '{}'", place(path, node.source()), group.str());
    for (const auto& [key, value] : *table)
      read_key(path, fmt::format("{}.{}", group.str(), key.str()), value, loaded);
  }
  settings = std::move(loaded);
}

fs::path find_preset(const std::string& file_or_name) {
  if (file_or_name.find_first_of("/.") != std::string::npos || fs::exists(file_or_name)) return file_or_name;
  const fs::path own = user_preset_folder(), shipped = core::asset_folder() / "presets";
  for (const fs::path& folder : {own, shipped})
    if (const fs::path file = folder / (file_or_name + ".toml"); fs::exists(file)) return file;
  core::fail("there is no settings file '{}' and no preset of that name in '{}' or '{}'", file_or_name,
             own.string(), shipped.string());
}

}  // namespace app
