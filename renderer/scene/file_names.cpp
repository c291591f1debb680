#include "renderer/scene/file_names.h"

#include <utf8proc.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <system_error>

#include "core/text.h"

namespace scene {
namespace fs = std::filesystem;
namespace {

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error) && !fs::is_directory(path, error);
}

/// Latin-1 as UTF-8; a valid UTF-8 text stays as it is.
std::string as_utf8(const std::string& bytes) {
  if (core::is_utf8(bytes)) return bytes;
  std::string text;
  for (const char byte : bytes) core::append_utf8(text, static_cast<unsigned char>(byte));
  return text;
}

/// Equal for names that a user takes for the same: whatever their case, normal form and encoding.
std::string folded(const std::string& name) {
  const std::string text = as_utf8(name);
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t length = utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
      &mapped, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD));
  if (length < 0) return core::lower_case(name);
  const std::unique_ptr<utf8proc_uint8_t, void (*)(void*)> owned(mapped, std::free);
  return {reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(length)};
}

/// `folder`/`name` with every part matched as `folded` does.
std::optional<fs::path> find_alike(fs::path at, const fs::path& name) {
  for (const fs::path& part : name) {
    if (part.empty()) continue;
    if (is_there(at / part)) {
      at /= part;
      continue;
    }
    const std::string wanted = folded(part.string());
    std::error_code error;
    std::optional<fs::path> found;
    for (fs::directory_iterator entry(at.empty() ? "." : at, error), end; !error && entry != end;
         entry.increment(error)) {
      const fs::path candidate = entry->path().filename();
      // Of several names the smallest is taken, so that the choice does not depend on the file system.
      if (folded(candidate.string()) == wanted && (!found || candidate < *found)) found = candidate;
    }
    if (!found) return std::nullopt;
    at /= *found;
  }
  if (!is_file(at)) return std::nullopt;
  return at;
}

/// With %20 and the like as the bytes that they stand for; the same where there are none.
std::string without_percents(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    unsigned value = 0;
    const char* const digits = name.data() + i + 1;
    if (name[i] == '%' && i + 2 < name.size() &&
        std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2 && value >= 0x20) {
      text.push_back(static_cast<char>(value));
      i += 2;
    } else {
      text.push_back(name[i]);
    }
  }
  return text;
}

std::string with_slashes(std::string_view name) {
  name = core::trimmed(name);
  if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
  std::string text(name.substr(0, name.find('\0')));
  std::replace(text.begin(), text.end(), '\\', '/');
  return text;
}

}  // namespace

fs::path expected_path(const fs::path& folder, std::string_view name) {
  return (folder / with_slashes(name)).lexically_normal();
}

std::optional<fs::path> find_file(const fs::path& folder, std::string_view name) {
  const fs::path as_written = folder / fs::path(core::trimmed(name));
  if (core::trimmed(name).find('\\') != std::string_view::npos && is_file(as_written)) return as_written;
  const fs::path relative = with_slashes(name);
  if (relative.empty()) return std::nullopt;
  const fs::path expected = expected_path(folder, name);
  if (is_file(expected)) return expected;
  // "//maps/a.png" was not meant to begin at the root.
  if (const auto found = find_alike(folder, relative.relative_path())) return found;
  if (relative.has_filename())
    if (const auto found = find_alike(folder, relative.filename())) return found;
  if (const std::string decoded = without_percents(name); decoded != name)
    if (const auto found = find_file(folder, decoded)) return found;
  if (relative.has_filename() && is_there(expected)) return expected;
  return std::nullopt;
}

}  // namespace scene
