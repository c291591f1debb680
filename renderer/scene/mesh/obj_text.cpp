#include "renderer/scene/mesh/obj_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "core/error.h"
#include "core/text.h"

namespace scene {
namespace fs = std::filesystem;
namespace {

std::string from_utf16(std::string_view bytes, bool big_endian) {
  std::string text;
  text.reserve(bytes.size() / 2);
  const auto unit = [&](std::size_t i) {
    const auto first = static_cast<unsigned char>(bytes[i]),
               second = static_cast<unsigned char>(bytes[i + 1]);
    return big_endian ? std::uint32_t{first} << 8 | second : std::uint32_t{second} << 8 | first;
  };
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    std::uint32_t c = unit(i);
    if (c >= 0xd800 && c < 0xdc00 && i + 3 < bytes.size()) {
      const std::uint32_t low = unit(i + 2);
      if (low >= 0xdc00 && low < 0xe000) c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00), i += 2;
    }
    core::append_utf8(text, c);
  }
  return text;
}

/// Where a NUL or a Ctrl-Z ends the text, provided that nothing but such and blanks follow.
std::string_view without_end_marks(std::string_view text, const fs::path& path) {
  constexpr std::size_t most_end_marks = 4096;
  const std::size_t nul = text.find('\0');
  if (nul != std::string_view::npos) {
    const std::string_view tail = text.substr(nul);
    const bool padding = tail.size() <= most_end_marks && tail.find_first_not_of(std::string_view(
                                                              "\0\x1a \t\r\n", 6)) == std::string_view::npos;
    if (!padding)
      core::fail("'{}' line {}: it holds NUL bytes: a binary file, or one that was not written to its end",
                 path.string(),
                 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(nul), '\n'));
    text = text.substr(0, nul);
  }
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  if (last != std::string_view::npos && text[last] == '\x1a') text = text.substr(0, last);
  return text;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// Keys whose value is a name, in which '#' may occur.
bool takes_a_name(std::string_view line) {
  switch (line[0]) {
    case 'v':
    case 'V':
    case 'f':
    case 'F':
    case 's':
    case 'S':
    case 'l':
    case 'L':
    case 'p':
    case 'P':
    case '#':
      return false;
    default:
      break;
  }
  const std::string key = core::lower_case(line.substr(0, line.find_first_of(" \t")));
  for (const std::string_view one :
       {"usemtl", "newmtl", "mtllib", "o", "g", "bump", "norm", "disp", "decal", "refl"})
    if (key == one) return true;
  return key.starts_with("map_");
}

std::string_view without_comment(std::string_view line) {
  std::size_t hash = line.find('#');
  if (hash == std::string_view::npos || hash == 0) return line.substr(0, std::min(hash, line.size()));
  const bool name = takes_a_name(line);
  for (; hash != std::string_view::npos; hash = line.find('#', hash + 1)) {
    const char before = line[hash - 1];
    const bool alone = is_blank(before) && (hash + 1 == line.size() || is_blank(line[hash + 1]));
    if (name ? alone : before != '.') return line.substr(0, hash);
  }
  return line;
}

/// The spellings of "not a number" and of infinity: nan, -nan(ind), inf, 1.#QNAN, -1.#IND, 1.#INF.
bool is_not_finite(std::string_view word) {
  if (word.find(".#") != std::string_view::npos) return true;
  if (word.front() == '-' || word.front() == '+') word.remove_prefix(1);
  const std::string lower = core::lower_case(word.substr(0, 3));
  return lower == "nan" || lower == "inf";
}

}  // namespace

ObjText::ObjText(std::string_view bytes, const fs::path& path) {
  const auto starts = [&](std::string_view mark) { return bytes.starts_with(mark); };
  const auto nul_at = [&](std::size_t i) { return i < bytes.size() && bytes[i] == '\0'; };
  if (starts("\xef\xbb\xbf")) bytes.remove_prefix(3);
  const bool marked = starts("\xff\xfe") || starts("\xfe\xff");
  const bool little = starts("\xff\xfe") || (!nul_at(0) && nul_at(1) && !nul_at(2) && nul_at(3));
  const bool big = starts("\xfe\xff") || (nul_at(0) && !nul_at(1) && nul_at(2) && !nul_at(3));
  if (little || big) {
    if (bytes.size() > std::size_t{512} << 20)
      core::fail("'{}' is a UTF-16 text of {} MB; save it as UTF-8", path.string(), bytes.size() >> 20);
    decoded_ = from_utf16(bytes.substr(marked ? 2 : 0), big);
    bytes = decoded_;
  }
  rest_ = without_end_marks(bytes, path);
  next_end_ = rest_.find('\n');
}

/// One line of the file, whatever ends it.
std::string_view ObjText::physical_line() {
  std::string_view line = rest_.substr(0, next_end_);
  std::size_t used = next_end_ == std::string_view::npos ? rest_.size() : next_end_ + 1;
  ended_ = next_end_ != std::string_view::npos;
  const std::size_t carriage = line.find('\r');
  // CR alone ends a line too; before LF it belongs to that.
  if (carriage != std::string_view::npos && carriage + 1 < line.size()) {
    line = line.substr(0, carriage);
    used = carriage + 1;
    ended_ = true;
  } else if (carriage != std::string_view::npos) {
    ended_ = true;
  }
  rest_.remove_prefix(used);
  if (next_end_ != std::string_view::npos) next_end_ = used > next_end_ ? rest_.find('\n') : next_end_ - used;
  ++lines_;
  return core::trimmed(line);
}

bool ObjText::next() {
  while (!rest_.empty()) {
    number_ = lines_ + 1;
    line_ = without_comment(physical_line());
    if (line_.ends_with('\\')) {
      joined_.clear();
      while (line_.ends_with('\\') && !rest_.empty()) {
        joined_.append(line_.substr(0, line_.size() - 1)).push_back(' ');
        line_ = without_comment(physical_line());
      }
      joined_.append(line_.ends_with('\\') ? line_.substr(0, line_.size() - 1) : line_);
      line_ = joined_;
    }
    line_ = core::trimmed(line_);
    if (!line_.empty()) return true;
  }
  return false;
}

std::string_view take_word(std::string_view& rest) {
  std::size_t begin = 0;
  while (begin < rest.size() && is_blank(rest[begin])) ++begin;
  std::size_t end = begin;
  while (end < rest.size() && !is_blank(rest[end])) ++end;
  const std::string_view word = rest.substr(begin, end - begin);
  while (end < rest.size() && is_blank(rest[end])) ++end;
  rest.remove_prefix(end);
  return word;
}

ParsedNumber parse_number(std::string_view word) {
  if (word.empty()) return {};
  const bool plus = word.size() > 1 && word[0] == '+' && word[1] != '-';  // which from_chars does not take
  const std::string_view digits = word.substr(plus ? 1 : 0);
  double value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, value);
  if (at == end && error == std::errc() && std::isfinite(value)) return {NumberKind::good, value, false};
  if (at == end && error == std::errc::result_out_of_range)
    return {digits.find("e-") != std::string_view::npos || digits.find("E-") != std::string_view::npos
                ? NumberKind::good  // too small for a double
                : NumberKind::not_finite,
            0, false};
  if (is_not_finite(word)) return {NumberKind::not_finite, 0, false};
  if (std::count(word.begin(), word.end(), ',') == 1 && word.find('.') == std::string_view::npos) {
    std::string with_point(word);
    std::replace(with_point.begin(), with_point.end(), ',', '.');
    ParsedNumber number = parse_number(with_point);
    number.comma = true;
    return number;
  }
  return {};
}

void LineWarnings::add(std::size_t line, const std::string& text) {
  const auto [entry, fresh] = numbers_.emplace(text, in_order_.size());
  if (fresh) in_order_.push_back({&entry->first, {line, 1, line}});
  Place& place = in_order_[entry->second].second;
  place.count += place.last != line;
  place.last = line;
}

void LineWarnings::append_to(std::vector<std::string>& warnings, const fs::path& path) const {
  constexpr std::size_t most = 20;
  for (std::size_t i = 0; i < std::min(most, in_order_.size()); ++i) {
    const auto& [text, place] = in_order_[i];
    std::string more;
    if (place.count > 1)
      more = fmt::format(" (and on {} more line{})", place.count - 1, place.count > 2 ? "s" : "");
    warnings.push_back(fmt::format("'{}' line {}: {}{}", path.string(), place.line, *text, more));
  }
  if (in_order_.size() > most)
    warnings.push_back(
        fmt::format("'{}': {} more kinds of warnings", path.string(), in_order_.size() - most));
}

}  // namespace scene
