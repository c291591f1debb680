#include "renderer/scene/mesh/obj_loader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>
#include <string_view>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "renderer/scene/mesh/obj_materials.h"
#include "renderer/scene/mesh/obj_text.h"

namespace scene {
namespace fs = std::filesystem;
namespace {

/// An index that no file has; check_indices() finds it.
constexpr std::uint32_t impossible_index = no_index - 1;

class ObjReader {
 public:
  ObjReader(const fs::path& path, std::string_view bytes)
      : path_(path), text_(bytes, path), materials_(path) {
    file_.path = path;
    doubles_.reserve(bytes.size() / 80);
    file_.corners.reserve(bytes.size() / 30);
  }
  ObjFile read();

 private:
  template <typename... Args>
  [[noreturn]] void fail(std::size_t line, fmt::format_string<Args...> format, Args&&... args) const {
    core::fail("'{}' line {}: {}", path_.string(), line, fmt::format(format, std::forward<Args>(args)...));
  }
  void warn(const std::string& text) { warnings_.add(text_.number(), text); }

  void read_line(std::string_view key, std::string_view rest);
  double number(std::string_view word);
  void numbers(const char* key, std::string_view& rest, double* out, int count);
  void add_position(std::string_view rest);
  void add_color(std::string_view rest);
  void add_uv(std::string_view rest);
  void add_normal(std::string_view rest);
  void add_face(std::string_view rest);
  ObjCorner corner(std::string_view word) const;
  void set_smoothing(std::string_view word);
  void check_indices() const;
  void move_to_origin();

  const fs::path& path_;
  ObjText text_;
  ObjFile file_;
  ObjMaterials materials_;
  LineWarnings warnings_;
  std::vector<glm::dvec3> doubles_;        // the positions as the file has them
  std::vector<std::uint32_t> face_lines_;  // for messages
  std::uint32_t material_ = no_index;      // until the first face
  std::int32_t smoothing_ = smoothing_unsaid;
};

/// NaN where it is a number that is not finite. A word that is no number ends the reading.
double ObjReader::number(std::string_view word) {
  const ParsedNumber parsed = parse_number(word);
  if (parsed.kind == NumberKind::malformed) fail(text_.number(), "'{}' is not a number", word.substr(0, 40));
  if (parsed.comma) warn("numbers have decimal commas, which are read as points");
  return parsed.kind == NumberKind::good ? parsed.value : std::numeric_limits<double>::quiet_NaN();
}

void ObjReader::numbers(const char* key, std::string_view& rest, double* out, int count) {
  for (int i = 0; i < count; ++i) {
    const std::string_view word = take_word(rest);
    if (word.empty()) fail(text_.number(), "'{}' needs {} numbers and has {}", key, count, i);
    out[i] = number(word);
  }
}

void ObjReader::add_position(std::string_view rest) {
  const std::string_view all = rest;
  double p[3];
  numbers("v", rest, p, 3);
  for (int i = 0; i < 3; ++i) {
    // Beyond this, squares of distances no longer fit a float.
    if (std::abs(p[i]) < 1e15) continue;
    std::string_view words = all;
    for (int skipped = 0; skipped < i; ++skipped) take_word(words);
    fail(text_.number(), "the position '{}' is not a finite number, or too large to draw",
         take_word(words).substr(0, 40));
  }
  doubles_.emplace_back(p[0], p[1], p[2]);
  if (!rest.empty() || !file_.colors.empty()) add_color(rest);
}

/// After x y z may follow w, or r g b, or r g b a.
void ObjReader::add_color(std::string_view rest) {
  double c[4] = {1, 1, 1, 1};
  int count = 0;
  while (!rest.empty() && count < 4) {
    c[count] = number(take_word(rest));
    if (!std::isfinite(c[count])) c[count] = 1;
    ++count;
  }
  if (count < 3 && file_.colors.empty()) return;  // w
  file_.colors.resize(doubles_.size(), glm::vec3(1));
  if (count >= 3) file_.colors.back() = {c[0], c[1], c[2]};
}

void ObjReader::add_uv(std::string_view rest) {
  double t[2] = {0, 0};
  numbers("vt", rest, t, 1);
  if (!rest.empty()) numbers("vt", rest, t + 1, 1);
  // Texture coordinates that are not finite, or so large that they have no fraction, are of no use.
  for (double& one : t) {
    if (std::abs(one) < 1e6) continue;
    warn("a texture coordinate is not finite, or too large, and is read as 0");
    one = 0;
  }
  file_.uvs.emplace_back(t[0], t[1]);
}

void ObjReader::add_normal(std::string_view rest) {
  double n[3];
  numbers("vn", rest, n, 3);
  const double most = std::max({std::abs(n[0]), std::abs(n[1]), std::abs(n[2])});
  // A normal of no length is made anew later, and so is one that is no number.
  const bool usable = std::isfinite(n[0] + n[1] + n[2]) && most < 1e30;
  file_.normals.push_back(usable ? glm::vec3(n[0], n[1], n[2]) : glm::vec3(0));
}

/// Reads one index and removes it. Counts from 1, or from the end where it is negative. No index where the
/// field is empty.
std::uint32_t take_index(std::string_view& word, std::size_t count, bool& valid) {
  if (word.empty() || word.front() == '/') return no_index;
  if (word.front() == '+') word.remove_prefix(1);
  std::int64_t index = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), index);
  const auto length = static_cast<std::size_t>(end - word.data());
  valid &= length > 0 && (index != 0 || error != std::errc());
  word.remove_prefix(length);
  if (error != std::errc()) return impossible_index;
  if (index < 0) index += static_cast<std::int64_t>(count) + 1;
  return index > 0 && index < impossible_index ? static_cast<std::uint32_t>(index - 1) : impossible_index;
}

/// One corner of a face: position/uv/normal, of which only the first must be there.
ObjCorner ObjReader::corner(std::string_view word) const {
  const std::string_view all = word;
  bool valid = true;
  ObjCorner result;
  result.position = take_index(word, doubles_.size(), valid);
  valid &= result.position != no_index;
  std::uint32_t* const others[2] = {&result.uv, &result.normal};
  const std::size_t counts[2] = {file_.uvs.size(), file_.normals.size()};
  for (int i = 0; i < 2 && word.starts_with('/'); ++i) {
    word.remove_prefix(1);
    *others[i] = take_index(word, counts[i], valid);
  }
  if (!valid || !word.empty())
    fail(text_.number(), "'{}' is no corner of a face; it has the form 1, 1/2, 1//3 or 1/2/3, counted from 1",
         all.substr(0, 40));
  return result;
}

void ObjReader::add_face(std::string_view rest) {
  ObjFace face;
  face.first_corner = static_cast<std::uint32_t>(file_.corners.size());
  while (!rest.empty()) file_.corners.push_back(corner(take_word(rest)));
  face.corner_count = static_cast<std::uint32_t>(file_.corners.size()) - face.first_corner;
  if (face.corner_count < 3) {
    if (text_.is_cut_short()) fail(text_.number(), "the file ends in the middle of a face");
    file_.corners.resize(face.first_corner);
    return warn("a face with fewer than three corners is left out");
  }
  if (material_ == no_index) material_ = materials_.number_of("");
  face.material = material_;
  face.smoothing = smoothing_;
  file_.faces.push_back(face);
  face_lines_.push_back(static_cast<std::uint32_t>(text_.number()));
}

void ObjReader::set_smoothing(std::string_view word) {
  const std::string lower = core::lower_case(word);
  const ParsedNumber group = parse_number(word);
  if (lower == "off" || lower == "null")
    smoothing_ = 0;
  else if (lower == "on")
    smoothing_ = 1;
  else if (group.kind == NumberKind::good && group.value >= 0 && group.value < 1e9)
    smoothing_ = static_cast<std::int32_t>(group.value);
  else
    warn(fmt::format("the smoothing group '{}' is neither a number nor off", word.substr(0, 40)));
}

void ObjReader::read_line(std::string_view key, std::string_view rest) {
  // Nearly all lines are one of these.
  if (key == "v") return add_position(rest);
  if (key == "vt") return add_uv(rest);
  if (key == "vn") return add_normal(rest);
  if (key == "f") return add_face(rest);
  const std::string lower = core::lower_case(key.substr(0, 40));
  if (lower == "v") return add_position(rest);
  if (lower == "vt") return add_uv(rest);
  if (lower == "vn") return add_normal(rest);
  if (lower == "f" || lower == "fo") return add_face(rest);
  if (lower == "s") return set_smoothing(rest);
  if (lower == "usemtl") {
    material_ = materials_.number_of(rest);
  } else if (lower == "mtllib") {
    if (rest.empty()) return warn("mtllib names no file");
    materials_.add_libraries(rest, text_.number());
  } else if (lower == "l" || lower == "p") {
    warn("lines and points are not drawn");
  } else if (lower != "o" && lower != "g") {
    warn(fmt::format("unknown key '{}' is ignored", key.substr(0, 40)));
  }
}

void ObjReader::check_indices() const {
  for (std::size_t f = 0; f < file_.faces.size(); ++f) {
    const ObjFace& face = file_.faces[f];
    for (std::uint32_t i = 0; i < face.corner_count; ++i) {
      const ObjCorner& at = file_.corners[face.first_corner + i];
      const auto check = [&](const char* what, std::uint32_t index, std::size_t count) {
        if (index != no_index && index >= count)
          fail(face_lines_[f], "the face uses {} that does not exist; the file has {}", what, count);
      };
      check("a vertex", at.position, doubles_.size());
      check("a texture coordinate", at.uv, file_.uvs.size());
      check("a normal", at.normal, file_.normals.size());
    }
  }
}

/// Makes floats of the positions. Coordinates of a map's grid are so large that a float of them is coarse
/// compared to the model: these are shifted to the origin first.
void ObjReader::move_to_origin() {
  glm::dvec3 low(std::numeric_limits<double>::max()), high(std::numeric_limits<double>::lowest());
  for (const ObjCorner& at : file_.corners) {
    low = glm::min(low, doubles_[at.position]);
    high = glm::max(high, doubles_[at.position]);
  }
  // A float has 2^24 steps: at this ratio the model's own diagonal still has 65,536 of them.
  constexpr double farthest = 256;
  const glm::dvec3 middle = (low + high) * 0.5;
  const double away = std::max({std::abs(middle.x), std::abs(middle.y), std::abs(middle.z)});
  if (away > farthest * glm::length(high - low)) {
    file_.origin = middle;
    file_.warnings.push_back(fmt::format(
        "'{}': its coordinates are far from the origin, near ({:.0f}, {:.0f}, {:.0f}); the scene is "
        "shifted so that they are not",
        path_.string(), middle.x, middle.y, middle.z));
  }
  file_.positions.reserve(doubles_.size());
  for (const glm::dvec3& p : doubles_) file_.positions.emplace_back(p - file_.origin);
}

ObjFile ObjReader::read() {
  while (text_.next()) {
    std::string_view rest = text_.line();
    const std::string_view key = take_word(rest);
    read_line(key, rest);
  }
  if (file_.faces.empty()) core::fail("'{}' has no faces to draw: it is not an OBJ model", path_.string());
  check_indices();
  warnings_.append_to(file_.warnings, path_);
  if (!file_.colors.empty()) {
    file_.colors.resize(doubles_.size(), glm::vec3(1));
    // Some programs write 0..255.
    const bool bytes = std::any_of(file_.colors.begin(), file_.colors.end(), [](glm::vec3 c) {
      return std::max({c.x, c.y, c.z}) > 1.5f;
    });
    for (glm::vec3& c : file_.colors) c = glm::clamp(bytes ? c / 255.0f : c, 0.0f, 1.0f);
  }
  materials_.bind(file_);
  move_to_origin();
  return std::move(file_);
}

}  // namespace

ObjFile parse_obj(std::string_view text, const fs::path& path) {
  return ObjReader(path, text).read();
}

ObjFile load_obj(const fs::path& path) {
  const core::MappedFile mapped(path, largest_obj);
  const std::span<const std::byte> bytes = mapped.bytes();
  if (bytes.empty()) core::fail("'{}' is empty", path.string());
  return parse_obj({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path);
}

}  // namespace scene
