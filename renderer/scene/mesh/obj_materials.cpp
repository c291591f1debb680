#include "renderer/scene/mesh/obj_materials.h"

#include <algorithm>
#include <optional>
#include <set>

#include "core/error.h"
#include "core/text.h"
#include "renderer/scene/file_names.h"
#include "renderer/scene/mesh/obj_text.h"

namespace scene {
namespace fs = std::filesystem;
namespace {

/// A name without what may be a comment at its end: "red #1 of 2" is a name, unless no material has it.
std::string_view before_hash(std::string_view name) {
  const std::size_t hash = name.find(" #");
  return hash == std::string_view::npos ? name : core::trimmed(name.substr(0, hash));
}

std::optional<fs::path> find_library(const fs::path& folder, std::string_view name) {
  if (const auto whole = find_file(folder, name)) return whole;
  if (before_hash(name) != name) return find_file(folder, before_hash(name));
  return std::nullopt;
}

}  // namespace

void ObjMaterials::add_libraries(std::string_view names, std::size_t line) {
  libraries_.push_back({std::string(names), line});
}

std::uint32_t ObjMaterials::number_of(std::string_view name) {
  const auto found = numbers_.find(name);
  if (found != numbers_.end()) return found->second;
  return numbers_.emplace(name, static_cast<std::uint32_t>(numbers_.size())).first->second;
}

void ObjMaterials::read_library(const fs::path& library, ObjFile& file) {
  file.material_files.push_back(library);
  try {
    for (ObjMaterial& material : load_mtl(library, file.warnings)) {
      const auto index = static_cast<std::uint32_t>(file.materials.size());
      known_.emplace(material.name, index);
      known_.emplace(before_hash(material.name), index);
      file.materials.push_back(std::move(material));
    }
  } catch (const core::Error& failure) {
    file.warnings.push_back(fmt::format("{}; its materials are grey", failure.what()));
  }
}

/// The library of the file's own name, where it lies beside the file: files are renamed together.
bool ObjMaterials::fall_back(ObjFile& file) {
  const std::string own = path_.stem().string() + ".mtl";
  const auto found = find_file(path_.parent_path(), own);
  if (found)
    read_library(*found, file);
  else
    file.material_files.push_back(expected_path(path_.parent_path(), own));
  return found.has_value();
}

void ObjMaterials::read_libraries(ObjFile& file) {
  const fs::path folder = path_.parent_path();
  std::set<std::string> seen;
  for (const Library& line : libraries_) {
    if (!seen.insert(line.names).second) continue;
    // The line as a whole comes first, for names with spaces.
    if (const auto whole = find_library(folder, line.names)) {
      read_library(*whole, file);
      continue;
    }
    std::string_view words = line.names;
    std::size_t found = 0;
    while (!words.empty())
      if (const auto one = find_file(folder, take_word(words))) read_library(*one, file), ++found;
    if (found > 0) continue;
    const fs::path expected = expected_path(folder, line.names);
    file.material_files.push_back(expected);
    const bool fell_back = fall_back(file);
    file.warnings.push_back(fmt::format(
        "'{}' line {}: material file '{}' is missing; {}", path_.string(), line.line, expected.string(),
        fell_back ? fmt::format("'{}' is used in its place", file.material_files.back().string())
                  : "its materials are grey"));
  }
  const bool names_any = numbers_.size() > numbers_.count(std::string_view());
  if (libraries_.empty() && names_any && fall_back(file))
    file.warnings.push_back(fmt::format("'{}' names no material file; '{}' beside it is used", path_.string(),
                                        file.material_files.back().string()));
}

std::uint32_t ObjMaterials::find(const std::string& name, ObjFile& file) {
  for (const std::string_view wanted : {std::string_view(name), before_hash(name)})
    if (const auto found = known_.find(wanted); found != known_.end()) return found->second;
  // A material that no MTL file describes: plain grey under its own name.
  if (!name.empty()) unknown_.push_back(name);
  const auto index = static_cast<std::uint32_t>(file.materials.size());
  ObjMaterial plain{.name = name.empty() ? "default" : name, .folder = path_.parent_path()};
  if (!file.colors.empty()) plain.diffuse = glm::vec3(1);  // the colours stand for themselves
  file.materials.push_back(std::move(plain));
  known_.emplace(name, index);
  return index;
}

void ObjMaterials::bind(ObjFile& file) {
  read_libraries(file);
  constexpr std::uint32_t unbound = no_index;
  std::vector<std::uint32_t> index_of(numbers_.size(), unbound);
  std::vector<const std::string*> names(numbers_.size());
  for (const auto& [name, number] : numbers_) names[number] = &name;
  for (ObjFace& face : file.faces) {
    std::uint32_t& index = index_of[face.material];
    if (index == unbound) index = find(*names[face.material], file);
    face.material = index;
  }
  if (unknown_.empty()) return;
  constexpr std::size_t most = 5;
  std::sort(unknown_.begin(), unknown_.end());
  std::string list;
  for (std::size_t i = 0; i < std::min(unknown_.size(), most); ++i)
    list += fmt::format("{}'{}'", list.empty() ? "" : ", ", unknown_[i]);
  if (unknown_.size() > most) list += fmt::format(" and {} more", unknown_.size() - most);
  file.warnings.push_back(
      fmt::format("'{}': no MTL file describes the material {}; it is grey", path_.string(), list));
}

}  // namespace scene
