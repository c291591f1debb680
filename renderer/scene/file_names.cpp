#include "renderer/scene/file_names.h"

#include <algorithm>
#include <cctype>
#include <system_error>

namespace scene {
namespace fs = std::filesystem;
namespace {

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

/// `folder`/`name` with every part matched without regard to case.
std::optional<fs::path> find_any_case(fs::path at, const fs::path& name) {
  for (const fs::path& part : name) {
    if (part.empty()) continue;
    if (is_there(at / part)) {
      at /= part;
      continue;
    }
    const std::string wanted = lower_case(part.string());
    std::error_code error;
    std::optional<fs::path> found;
    for (fs::directory_iterator entry(at.empty() ? "." : at, error), end; !error && entry != end;
         entry.increment(error)) {
      const fs::path candidate = entry->path().filename();
      // Of several names the smallest is taken, so that the choice does not depend on the file system.
      if (lower_case(candidate.string()) == wanted && (!found || candidate < *found)) found = candidate;
    }
    if (!found) return std::nullopt;
    at /= *found;
  }
  return at;
}

std::string with_slashes(std::string_view name) {
  name = trimmed(name);
  if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
  std::string text(name.substr(0, name.find('\0')));
  std::replace(text.begin(), text.end(), '\\', '/');
  return text;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view spaces = " \t\r\n\v\f";
  const auto first = text.find_first_not_of(spaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

fs::path expected_path(const fs::path& folder, std::string_view name) {
  return (folder / with_slashes(name)).lexically_normal();
}

std::optional<fs::path> find_file(const fs::path& folder, std::string_view name) {
  const fs::path as_written = folder / fs::path(trimmed(name));
  if (trimmed(name).find('\\') != std::string_view::npos && is_there(as_written)) return as_written;
  const fs::path relative = with_slashes(name);
  if (relative.empty()) return std::nullopt;
  const fs::path expected = expected_path(folder, name);
  if (is_there(expected)) return expected;
  if (!relative.is_absolute()) {
    if (auto found = find_any_case(folder, relative)) return found;
  }
  return find_any_case(folder, relative.filename());
}

}  // namespace scene
