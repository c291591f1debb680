#include "app/settings/toml_file.h"

#include "core/error.h"
#include "core/file.h"
#include "core/nesting.h"

namespace app {

std::string place(const std::filesystem::path& path, const toml::source_region& source) {
  return fmt::format("{}:{}", path.string(), source.begin.line);
}

toml::table read_toml(const std::filesystem::path& path) {
  const std::string text = core::read_text(path);
  core::check_toml_nesting(text, path.string());
  try {
    return toml::parse(std::string_view(text));
  } catch (const toml::parse_error& error) {
    core::fail("{}: {}", place(path, error.source()), error.description());
  }
}

}  // namespace app
