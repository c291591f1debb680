#pragma once
// The safetensors container: 8 bytes of little-endian header length, a JSON header, then the data. It is
// written and read here so that other tools open our weights. Reading is strict, since files come from
// anywhere.

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace neural {

/// How a tensor's numbers lie in a file: F16 are rounded to nearest even, U8 are whole numbers from 0 to 255.
enum class Stored { float32, float16, uint8 };

/// Tensors of F32, F16 or U8 by name, and metadata of strings by strings.
struct TensorFile {
  struct Entry {
    std::vector<std::size_t> shape;
    std::vector<float> values;  ///< row-major
    Stored stored = Stored::float32;
  };
  std::map<std::string, Entry> tensors;
  std::map<std::string, std::string> metadata;
};

/// Parses a file's bytes; `name` appears in messages. Throws core::Error with one sentence that says which
/// tensor is wrong and how: truncated, overlapping or uncovered data, a dtype other than F32, F16 and U8, a
/// shape that does not match its bytes, a value that is not finite, or a checksum that is not the content's.
TensorFile parse_safetensors(std::span<const std::byte> bytes, const std::string& name);
/// Reads and parses a file. Throws core::Error as parse_safetensors() does, and where it cannot be read.
TensorFile read_safetensors(const std::filesystem::path& path);

/// Returns a tensor of a file that has this shape; a side of 0 may have any length. Throws core::Error where
/// it is missing or has another shape; `who` needs it ("the network"), and `name` is the file's.
const TensorFile::Entry& expect_tensor(const TensorFile& file, const std::string& name,
                                       const std::string& tensor, const std::vector<std::size_t>& shape,
                                       const char* who);

/// Returns the bytes of a file; parse_safetensors() reads them back. The metadata gets an entry "checksum" of
/// everything else, which reading takes away again.
std::vector<std::byte> format_safetensors(const TensorFile& file);
/// Writes the file. Throws core::Error where that fails, or a value is not finite, too large for a half or no
/// byte; an older file then stays.
void write_safetensors(const std::filesystem::path& path, const TensorFile& file);

}  // namespace neural
