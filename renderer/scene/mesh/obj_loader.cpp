// Reads OBJ and MTL by tinyobjloader's callbacks, which keep names with spaces, polygons of any size and raw
// indices. A stream over the mapped file tells the line of each callback.

#include "renderer/scene/mesh/obj_loader.h"

#include <tiny_obj_loader.h>

#include <algorithm>
#include <cmath>
#include <istream>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <streambuf>
#include <string_view>

#include "core/error.h"
#include "core/file.h"
#include "renderer/scene/file_names.h"

namespace scene {
namespace fs = std::filesystem;
namespace {

/// A stream buffer over memory that tells how many bytes were read.
class MemoryBuffer : public std::streambuf {
 public:
  explicit MemoryBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // a get area is never written to
    setg(begin, begin, begin + text.size());
  }
  std::size_t position() const { return static_cast<std::size_t>(gptr() - eback()); }
};

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Parses one OBJ. The callbacks run inside the library, which exceptions must not pass through: the first
/// error is stored and thrown afterwards.
class ObjParser : public tinyobj::MaterialReader {
 public:
  ObjParser(const fs::path& path, std::string_view text)
      : path_(path), text_(text), buffer_(text), stream_(&buffer_) {}

  ObjFile parse();

  // Called for each word of a mtllib line; the line as a whole is tried first, for names with spaces.
  bool operator()(const std::string& word, std::vector<tinyobj::material_t>* materials,
                  std::map<std::string, int>* names, std::string* warn, std::string* err) override;

 private:
  std::string_view line() const;  ///< the line that is being parsed
  std::size_t line_number(std::size_t offset) const;
  void note_error(const std::string& what);
  void check_numbers(const char* kind, int wanted);
  void add_vertex(glm::vec3 position);
  void add_face(const tinyobj::index_t* indices, int count);
  void use_material(std::string_view name);
  void check_indices();
  ObjMaterial read_material(const tinyobj::material_t& from) const;

  const fs::path& path_;
  std::string_view text_;
  MemoryBuffer buffer_;
  std::istream stream_;
  ObjFile file_;
  std::vector<std::size_t> face_offsets_;  // in the text, for messages
  std::map<std::string, std::uint32_t, std::less<>> material_names_;
  std::set<std::string, std::less<>> unknown_materials_, read_libraries_;
  std::uint32_t material_ = no_index;  // until the first usemtl
  std::size_t skipped_faces_ = 0, library_materials_ = 0;
  std::string error_;
};

std::string_view ObjParser::line() const {
  std::size_t end = buffer_.position();
  while (end > 0 && (text_[end - 1] == '\n' || text_[end - 1] == '\r')) --end;
  const std::size_t before = text_.substr(0, end).find_last_of("\r\n");
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  return text_.substr(begin, end - begin);
}

std::size_t ObjParser::line_number(std::size_t offset) const {
  const std::string_view before = text_.substr(0, offset);
  return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
}

void ObjParser::note_error(const std::string& what) {
  if (!error_.empty()) return;
  const auto offset = static_cast<std::size_t>(line().data() - text_.data());
  error_ = fmt::format("'{}' line {}: {}", path_.string(), line_number(offset), what);
}

/// Checks the line itself, because the library reads a word that is no number as 0.
void ObjParser::check_numbers(const char* kind, int wanted) {
  std::string_view rest = trimmed(line());
  rest.remove_prefix(std::min(rest.find_first_of(" \t"), rest.size()));
  for (int i = 0; i < wanted; ++i) {
    rest = trimmed(rest);
    const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
    if (word.empty()) return note_error(fmt::format("'{}' needs {} numbers and has {}", kind, wanted, i));
    if (word.find_first_not_of("+-.0123456789eE") != std::string_view::npos)
      return note_error(fmt::format("'{}' is not a finite number", word.substr(0, 40)));
    rest.remove_prefix(word.size());
  }
}

void ObjParser::add_vertex(glm::vec3 p) {
  check_numbers("v", 3);
  // Beyond this, squares of distances no longer fit a float.
  if (!(std::max({std::abs(p.x), std::abs(p.y), std::abs(p.z)}) < 1e15f))
    note_error("the position is not finite, or too large to draw");
  file_.positions.push_back(p);
}

/// Converts an index of the file, which counts from 1, or from the end where it is negative; 0 stands for a
/// missing one. An index out of range becomes a large one, which check_indices() finds.
std::uint32_t resolve(int index, std::size_t count) {
  if (index > 0) return static_cast<std::uint32_t>(index - 1);
  if (index == 0) return no_index;
  const auto from_end = static_cast<std::int64_t>(count) + index;
  return from_end >= 0 ? static_cast<std::uint32_t>(from_end) : no_index - 1;
}

void ObjParser::add_face(const tinyobj::index_t* indices, int count) {
  if (count < 3) {
    if (buffer_.position() == text_.size() && !text_.ends_with('\n'))
      note_error("the file ends in the middle of a face");
    ++skipped_faces_;
    return;
  }
  if (material_ == no_index) {
    material_ = static_cast<std::uint32_t>(file_.materials.size());
    file_.materials.push_back({.name = "default", .folder = path_.parent_path()});
  }
  ObjFace face;
  face.first_corner = static_cast<std::uint32_t>(file_.corners.size());
  face.corner_count = static_cast<std::uint32_t>(count);
  face.material = material_;
  for (int i = 0; i < count; ++i) {
    const tinyobj::index_t& from = indices[i];
    if (from.vertex_index == 0) return note_error("a face's vertex index is 0 or not a number");
    file_.corners.push_back({resolve(from.vertex_index, file_.positions.size()),
                             resolve(from.texcoord_index, file_.uvs.size()),
                             resolve(from.normal_index, file_.normals.size())});
  }
  file_.faces.push_back(face);
  face_offsets_.push_back(static_cast<std::size_t>(line().data() - text_.data()));
}

void ObjParser::use_material(std::string_view name) {
  name = trimmed(name);
  if (const auto found = material_names_.find(name); found != material_names_.end()) {
    material_ = found->second;
    return;
  }
  // A material that no MTL file describes: plain grey under its own name.
  material_ = static_cast<std::uint32_t>(file_.materials.size());
  material_names_.emplace(name, material_);
  file_.materials.push_back({.name = std::string(name), .folder = path_.parent_path()});
  unknown_materials_.emplace(name);
}

/// Stands for a blank in a material's name: tinyobjloader 2.0rc13 (Debian 13) ends names at blanks.
constexpr char name_blank = '\x1f';

/// A newmtl line whose name has no blanks.
std::string without_blanks(std::string_view newmtl) {
  const std::string_view name = trimmed(trimmed(newmtl).substr(6));
  std::string text = fmt::format("newmtl {}", name);
  std::replace_if(
      text.begin() + 7, text.end(), [](char c) { return c == ' ' || c == '\t'; }, name_blank);
  return text;
}

/// Lines put after each newmtl, so that a key that is missing can be told from one that is 0.
std::string with_defaults(std::string_view mtl) {
  std::string text;
  text.reserve(mtl.size() + mtl.size() / 4);
  while (!mtl.empty()) {
    const std::string_view one = mtl.substr(0, mtl.find('\n'));
    mtl.remove_prefix(std::min(one.size() + 1, mtl.size()));
    const bool named = trimmed(one).starts_with("newmtl");
    const std::string_view kept = one.substr(0, one.find('\0'));
    (named ? text.append(without_blanks(kept)) : text.append(kept)).push_back('\n');
    if (named) text += "Kd -1 -1 -1\nKs -1 -1 -1\nNs -1\nPr -1\nPm -1\n";
  }
  return text;
}

bool ObjParser::operator()(const std::string&, std::vector<tinyobj::material_t>* materials,
                           std::map<std::string, int>* names, std::string*, std::string* err) {
  std::string_view rest = trimmed(line());
  rest.remove_prefix(std::min<std::size_t>(rest.size(), 7));  // "mtllib "
  rest = trimmed(rest);
  if (!read_libraries_.emplace(rest).second) return true;

  std::vector<fs::path> found;
  if (const auto whole = find_file(path_.parent_path(), rest)) {
    found.push_back(*whole);
  } else {
    for (std::string_view words = rest; !words.empty(); words = trimmed(words)) {
      const std::string_view word = words.substr(0, words.find_first_of(" \t"));
      words.remove_prefix(word.size());
      if (const auto file = find_file(path_.parent_path(), word)) found.push_back(*file);
    }
  }
  if (found.empty()) {
    const fs::path expected = expected_path(path_.parent_path(), rest);
    file_.material_files.push_back(expected);
    file_.warnings.push_back(
        fmt::format("'{}' line {}: material file '{}' is missing; its materials are grey", path_.string(),
                    line_number(buffer_.position() - 1), expected.string()));
    return false;
  }
  for (const fs::path& library : found) {
    file_.material_files.push_back(library);
    try {
      const std::string text = with_defaults(core::read_text(library));
      MemoryBuffer buffer(text);
      std::istream stream(&buffer);
      std::string ignored;  // of d and Tr both given: d counts, as it should
      tinyobj::LoadMtl(names, materials, &stream, &ignored, err);
    } catch (const std::exception& failure) {
      file_.warnings.push_back(fmt::format("{}; its materials are grey", failure.what()));
    }
    for (; library_materials_ < materials->size(); ++library_materials_) {
      ObjMaterial material = read_material((*materials)[library_materials_]);
      std::replace(material.name.begin(), material.name.end(), name_blank, ' ');
      material.folder = library.parent_path();
      material_names_.emplace(material.name, static_cast<std::uint32_t>(file_.materials.size()));
      file_.materials.push_back(std::move(material));
    }
  }
  return !materials->empty();
}

std::optional<float> given(float value) {
  return value >= 0 && std::isfinite(value) ? std::optional(value) : std::nullopt;
}
std::optional<glm::vec3> given(const tinyobj::real_t (&v)[3]) {
  for (const float c : v)
    if (!given(c)) return std::nullopt;
  return glm::vec3(v[0], v[1], v[2]);
}

ObjMaterial ObjParser::read_material(const tinyobj::material_t& from) const {
  ObjMaterial to;
  to.name = trimmed(from.name);
  to.diffuse = given(from.diffuse);
  to.specular = given(from.specular);
  to.emission = given(from.emission).value_or(glm::vec3(0));
  to.shininess = given(from.shininess);
  to.roughness = given(from.roughness);
  to.metallic = given(from.metallic);
  to.dissolve = std::clamp(given(from.dissolve).value_or(1.0f), 0.0f, 1.0f);
  to.bump_scale = std::isfinite(from.bump_texopt.bump_multiplier) ? from.bump_texopt.bump_multiplier : 1.0f;
  to.diffuse_map = from.diffuse_texname;
  to.alpha_map = from.alpha_texname;
  to.bump_map = from.bump_texname;
  to.normal_map = from.normal_texname;
  to.emission_map = from.emissive_texname;
  to.roughness_map = from.roughness_texname;
  to.metallic_map = from.metallic_texname;
  return to;
}

void ObjParser::check_indices() {
  for (std::size_t f = 0; f < file_.faces.size(); ++f) {
    const ObjFace& face = file_.faces[f];
    for (std::uint32_t i = 0; i < face.corner_count; ++i) {
      ObjCorner& corner = file_.corners[face.first_corner + i];
      const auto check = [&](const char* what, std::uint32_t index, std::size_t count) {
        if (index == no_index || index < count) return;
        core::fail("'{}' line {}: the face uses {} that does not exist; the file has {}", path_.string(),
                   line_number(face_offsets_[f]), what, count);
      };
      check("a vertex", corner.position, file_.positions.size());
      check("a texture coordinate", corner.uv, file_.uvs.size());
      check("a normal", corner.normal, file_.normals.size());
    }
  }
}

ObjFile ObjParser::parse() {
  tinyobj::callback_t calls;
  calls.vertex_cb = [](void* self, float x, float y, float z, float) {
    static_cast<ObjParser*>(self)->add_vertex({x, y, z});
  };
  calls.normal_cb = [](void* self, float x, float y, float z) {
    static_cast<ObjParser*>(self)->file_.normals.emplace_back(x, y, z);
  };
  calls.texcoord_cb = [](void* self, float u, float v, float) {
    // Texture coordinates that are not finite, or so large that they have no fraction, are of no use.
    const auto usable = [](float t) { return std::abs(t) < 1e6f ? t : 0.0f; };
    static_cast<ObjParser*>(self)->file_.uvs.emplace_back(usable(u), usable(v));
  };
  calls.index_cb = [](void* self, tinyobj::index_t* indices, int count) {
    static_cast<ObjParser*>(self)->add_face(indices, count);
  };
  calls.usemtl_cb = [](void* self, const char* name, int) {
    static_cast<ObjParser*>(self)->use_material(name);
  };
  file_.positions.reserve(text_.size() / 80);
  file_.corners.reserve(text_.size() / 30);
  std::string warn, err;
  tinyobj::LoadObjWithCallback(stream_, calls, this, this, &warn, &err);
  if (!error_.empty()) throw core::Error(error_);
  if (!trimmed(err).empty()) core::fail("'{}': {}", path_.string(), trimmed(err));
  if (file_.faces.empty()) core::fail("'{}' has no faces to draw: it is not an OBJ model", path_.string());
  check_indices();
  if (skipped_faces_ > 0)
    file_.warnings.push_back(fmt::format("'{}': {} faces with fewer than three corners are left out",
                                         path_.string(), skipped_faces_));
  for (const std::string& name : unknown_materials_)
    file_.warnings.push_back(
        fmt::format("'{}': material '{}' is in no MTL file and is grey", path_.string(), name));
  file_.path = path_;
  return std::move(file_);
}

}  // namespace

ObjFile load_obj(const fs::path& path) {
  const core::MappedFile mapped(path);
  const std::string_view text = as_text(mapped.bytes());
  if (text.empty()) core::fail("'{}' is empty", path.string());
  if (text.substr(0, 4096).find('\0') != std::string_view::npos)
    core::fail("'{}' is a binary file, not an OBJ model", path.string());
  if (text.size() > std::numeric_limits<std::uint32_t>::max())
    core::fail("'{}' is larger than 4 GB", path.string());
  return ObjParser(path, text).parse();
}

}  // namespace scene
