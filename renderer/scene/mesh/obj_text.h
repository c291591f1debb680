#pragma once
// The lines and numbers of OBJ and MTL files, as the programs of thirty years have written them.

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace scene {

/// Goes through the lines of an OBJ or MTL file. A line comes without its end (LF, CR LF or CR), without
/// spaces around it and without its comment, and joined with the next one where it ends in a backslash. Empty
/// lines are passed over. Byte-order marks and what old editors put at the end of a file (NUL, Ctrl-Z) are
/// left out, and UTF-16 is read as well.
///
/// '#' begins a comment, except inside names ("usemtl Material #25"), where it needs a space on both sides,
/// and in numbers such as -1.#IND.
class ObjText {
 public:
  /// `bytes` must outlive this. Throws core::Error that names `path` where they are no text.
  ObjText(std::string_view bytes, const std::filesystem::path& path);
  ObjText(const ObjText&) = delete;
  ObjText& operator=(const ObjText&) = delete;

  bool next();  ///< false at the end
  std::string_view line() const { return line_; }
  std::size_t number() const { return number_; }  ///< of the line in the file, counted from 1
  /// Whether the file ends in the middle of this line.
  bool is_cut_short() const { return rest_.empty() && !ended_; }

 private:
  std::string_view physical_line();

  std::string decoded_, joined_;  // the whole text where it was UTF-16; a line of several
  std::string_view rest_, line_;
  std::size_t next_end_ = 0;  // of rest_: where its first LF is
  std::size_t number_ = 0, lines_ = 0;
  bool ended_ = true;
};

/// Removes the first word of `rest` and the blanks around it, and returns it; empty where there is none.
std::string_view take_word(std::string_view& rest);

enum class NumberKind : unsigned char { good, not_finite, malformed };
struct ParsedNumber {
  NumberKind kind = NumberKind::malformed;
  double value = 0;    ///< 0 where it is not good
  bool comma = false;  ///< written with a decimal comma
};
/// Reads a whole word as a number. NaN and infinity have many spellings, "-1.#IND" among them.
ParsedNumber parse_number(std::string_view word);

/// Collects warnings about lines: each text once, with the first line and how many there are.
class LineWarnings {
 public:
  void add(std::size_t line, const std::string& text);
  /// Appends a sentence for each text, at most some twenty.
  void append_to(std::vector<std::string>& warnings, const std::filesystem::path& path) const;

 private:
  struct Place {
    std::size_t line, count, last;
  };
  std::map<std::string, std::size_t> numbers_;
  std::vector<std::pair<const std::string*, Place>> in_order_;
};

}  // namespace scene
