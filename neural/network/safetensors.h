#pragma once
// The safetensors container: 8 bytes of little-endian header length, a JSON header, then the data. Written
// and read here so that anyone's tools open our weights; read strictly, since files come from anywhere.

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace neural {

/// F32 tensors by name, and the string-to-string metadata.
struct TensorFile {
  struct Entry {
    std::vector<std::size_t> shape;
    std::vector<float> values;  ///< row-major
  };
  std::map<std::string, Entry> tensors;
  std::map<std::string, std::string> metadata;
};

/// `name` is for messages. Throws core::Error with one sentence that says which tensor is wrong and how:
/// truncated, overlapping or uncovered data, a dtype other than F32, a shape that does not match its bytes, a
/// value that is not finite.
TensorFile parse_safetensors(std::span<const std::byte> bytes, const std::string& name);
TensorFile read_safetensors(const std::filesystem::path& path);

std::vector<std::byte> format_safetensors(const TensorFile& file);
void write_safetensors(const std::filesystem::path& path, const TensorFile& file);

}  // namespace neural
