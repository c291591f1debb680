#include "core/nesting.h"

#include <algorithm>
#include <vector>

#include "core/error.h"

namespace core {
namespace {

/// Where the string that begins at `at` ends: after its closing quotes, or at the end of its line or of the
/// text where there are none.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const std::string_view three = quote == '"' ? "\"\"\"" : "'''";
  const bool multiline = text.substr(at, 3) == three;
  for (std::size_t i = at + (multiline ? 3 : 1); i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (multiline && text.substr(i, 3) == three) {
      return i + 3;
    } else if (!multiline && (text[i] == quote || text[i] == '\n')) {
      return text[i] == quote ? i + 1 : i;
    }
  }
  return text.size();
}

/// Counts the levels at the place that was read last: those of the table's header, of each open bracket, and
/// of the key before it.
class Levels {
 public:
  std::size_t here() const { return header_ + dots_ + outer_.size() + (outer_.empty() ? 0 : outer_.back()); }
  void open() { outer_.push_back(dots_ + (outer_.empty() ? 0 : outer_.back())), dots_ = 0; }
  void close() {
    if (!outer_.empty()) outer_.pop_back();
  }
  void dot() { ++dots_; }
  void next_element() { dots_ = 0; }
  void begin_line(bool is_header) {
    if (!outer_.empty()) return;
    if (is_header_) header_ = dots_;  // of the line that ends here
    dots_ = 0;
    is_header_ = is_header;
    if (is_header) header_ = 0;
  }

 private:
  std::vector<std::size_t> outer_;  // for each open bracket: the dots of the keys around it
  std::size_t header_ = 0, dots_ = 0;
  bool is_header_ = false;
};

}  // namespace

void check_toml_nesting(std::string_view text, const std::string& name) {
  Levels levels;
  bool line_begins = true;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (line_begins && c != ' ' && c != '\t' && c != '\r') {
      levels.begin_line(c == '[');
      line_begins = false;
    }
    if (c == '"' || c == '\'') {
      i = end_of_string(text, i);
      continue;
    }
    if (c == '#') {
      i = std::min(text.find('\n', i), text.size());
      continue;
    }
    if (c == '[' || c == '{') levels.open();
    if (c == ']' || c == '}') levels.close();
    if (c == '.') levels.dot();
    if (c == ',') levels.next_element();
    if (c == '\n') line_begins = true;
    if (levels.here() > deepest_nesting)
      fail("'{}' line {}: keys and brackets nest more than {} levels deep", name,
           1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(i), '\n'),
           deepest_nesting);
    ++i;
  }
}

void check_json_nesting(std::string_view text, const std::string& name) {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\')
      ++i;
    else if (c == '"')
      quoted = !quoted;
    else if (!quoted && (c == '}' || c == ']') && depth > 0)
      --depth;
    else if (!quoted && (c == '{' || c == '[') && ++depth > deepest_nesting)
      fail("{}: the JSON is nested more than {} levels deep", name, deepest_nesting);
  }
}

}  // namespace core
