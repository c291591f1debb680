#pragma once
// Which material each usemtl line of an OBJ file means.

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "renderer/scene/mesh/obj_loader.h"

namespace scene {

/// Collects the mtllib and usemtl lines of a file, and binds names to materials once all libraries are known:
/// a usemtl may stand before its mtllib.
class ObjMaterials {
 public:
  explicit ObjMaterials(const std::filesystem::path& path) : path_(path) {}

  /// The rest of a mtllib line.
  void add_libraries(std::string_view names, std::size_t line);
  /// The number of a name, which faces keep until bind(). An empty name is the default material.
  std::uint32_t number_of(std::string_view name);

  /// Reads the libraries, replaces the numbers in the file's faces by indices of its materials, and adds
  /// warnings.
  void bind(ObjFile& file);

 private:
  void read_libraries(ObjFile& file);
  void read_library(const std::filesystem::path& library, ObjFile& file);
  bool fall_back(ObjFile& file);
  std::uint32_t find(const std::string& name, ObjFile& file);

  struct Library {
    std::string names;
    std::size_t line;
  };
  const std::filesystem::path& path_;
  std::vector<Library> libraries_;
  std::map<std::string, std::uint32_t, std::less<>> numbers_;  // of names that usemtl lines have
  std::map<std::string, std::uint32_t, std::less<>> known_;    // materials by name
  std::vector<std::string> unknown_;
};

}  // namespace scene
