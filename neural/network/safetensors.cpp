#include "neural/network/safetensors.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"

namespace neural {
namespace {

using nlohmann::json;

constexpr std::size_t longest_header = 1u << 20;
constexpr std::size_t max_elements = 1u << 26;

struct Range {
  std::size_t begin, end;
  std::string name;
};

/// Returns a non-negative whole number that fits in a size_t; throws core::Error for anything else.
std::size_t as_size(const json& value, const std::string& file, const std::string& tensor, const char* what) {
  if (!value.is_number_unsigned())
    core::fail("{}: tensor '{}' has a {} that is not a whole number", file, tensor, what);
  return value.get<std::size_t>();
}

/// Parses the header and refuses duplicate keys: a JSON library would silently keep one of the two.
json parse_header(std::span<const std::byte> bytes, const std::string& file) {
  std::vector<std::vector<std::string>> keys;
  std::string duplicate;
  const auto watch = [&](int, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) keys.emplace_back();
    if (event == json::parse_event_t::object_end && !keys.empty()) keys.pop_back();
    if (event == json::parse_event_t::key && !keys.empty()) {
      const std::string key = parsed.get<std::string>();
      if (std::find(keys.back().begin(), keys.back().end(), key) != keys.back().end()) duplicate = key;
      keys.back().push_back(key);
    }
    return true;
  };
  const char* text = reinterpret_cast<const char*>(bytes.data());
  json header;
  try {
    // Deep nesting would recurse in the destructor; a valid header has at most three levels.
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (text[i] == '\\' && quoted)
        ++i;
      else if (text[i] == '"')
        quoted = !quoted;
      else if (!quoted && (text[i] == '{' || text[i] == '[') && ++depth > 8)
        core::fail("{}: the header is nested too deeply", file);
      else if (!quoted && (text[i] == '}' || text[i] == ']'))
        --depth;
    }
    header = json::parse(text, text + bytes.size(), watch);
  } catch (const json::exception&) {
    core::fail("{}: the header is not valid JSON", file);
  }
  if (!header.is_object()) core::fail("{}: the header is not a JSON object", file);
  if (!duplicate.empty()) core::fail("{}: tensor '{}' is named twice", file, duplicate);
  return header;
}

TensorFile::Entry parse_entry(const std::string& file, const std::string& name, const json& value,
                              std::span<const std::byte> data, Range& range) {
  if (!value.is_object() || !value.contains("dtype") || !value.contains("shape") ||
      !value.contains("data_offsets"))
    core::fail("{}: tensor '{}' lacks dtype, shape or data_offsets", file, name);
  for (const auto& [key, unused] : value.items())
    if (key != "dtype" && key != "shape" && key != "data_offsets")
      core::fail("{}: tensor '{}' has an unknown entry '{}'", file, name, key);
  if (!value["dtype"].is_string() || value["dtype"].get<std::string>() != "F32")
    core::fail("{}: tensor '{}' has dtype {}, and only F32 is read", file, name, value["dtype"].dump());
  const json &shape = value["shape"], &offsets = value["data_offsets"];
  if (!shape.is_array() || shape.size() > 8)
    core::fail("{}: tensor '{}' has a shape that is not a list", file, name);
  TensorFile::Entry entry;
  std::size_t elements = 1;
  for (const json& side : shape) {
    entry.shape.push_back(as_size(side, file, name, "shape"));
    if (entry.shape.back() > max_elements || (elements *= entry.shape.back()) > max_elements)
      core::fail("{}: tensor '{}' is too large", file, name);
  }
  if (!offsets.is_array() || offsets.size() != 2)
    core::fail("{}: tensor '{}' has data_offsets that are not two numbers", file, name);
  range = {as_size(offsets[0], file, name, "data offset"), as_size(offsets[1], file, name, "data offset"),
           name};
  if (range.begin > range.end || range.end > data.size())
    core::fail("{}: tensor '{}' lies outside the file's data (bytes {} to {} of {})", file, name, range.begin,
               range.end, data.size());
  if (range.end - range.begin != elements * sizeof(float))
    core::fail("{}: tensor '{}' has {} bytes of data where its shape needs {}", file, name,
               range.end - range.begin, elements * sizeof(float));
  entry.values.resize(elements);
  if (elements > 0) std::memcpy(entry.values.data(), data.data() + range.begin, elements * sizeof(float));
  for (const float x : entry.values)
    if (!std::isfinite(x)) core::fail("{}: tensor '{}' holds a value that is not finite", file, name);
  return entry;
}

}  // namespace

TensorFile parse_safetensors(std::span<const std::byte> bytes, const std::string& file) {
  if (bytes.size() < 8) core::fail("{}: not a safetensors file ({} bytes)", file, bytes.size());
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  if (length > longest_header || length > bytes.size() - 8)
    core::fail("{}: not a safetensors file, or cut short (its header claims {} bytes)", file, length);
  const json header = parse_header(bytes.subspan(8, length), file);
  const std::span<const std::byte> data = bytes.subspan(8 + length);

  TensorFile result;
  std::vector<Range> ranges;
  for (const auto& [name, value] : header.items()) {
    if (name == "__metadata__") {
      if (!value.is_object()) core::fail("{}: __metadata__ is not an object", file);
      for (const auto& [key, text] : value.items()) {
        if (!text.is_string()) core::fail("{}: __metadata__ entry '{}' is not a string", file, key);
        result.metadata[key] = text.get<std::string>();
      }
      continue;
    }
    result.tensors[name] = parse_entry(file, name, value, data, ranges.emplace_back());
  }
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  std::size_t reached = 0;
  for (const Range& range : ranges) {
    if (range.begin < reached) core::fail("{}: tensor '{}' overlaps the one before it", file, range.name);
    if (range.begin > reached)
      core::fail("{}: bytes {} to {} before tensor '{}' belong to no tensor", file, reached, range.begin,
                 range.name);
    reached = range.end;
  }
  if (reached != data.size())
    core::fail("{}: {} bytes after the last tensor belong to none", file, data.size() - reached);
  return result;
}

TensorFile read_safetensors(const std::filesystem::path& path) {
  return parse_safetensors(core::read_file(path, core::file_limit::weights), path.string());
}

std::vector<std::byte> format_safetensors(const TensorFile& file) {
  json header = json::object();
  if (!file.metadata.empty()) header["__metadata__"] = file.metadata;
  std::size_t end = 0;
  for (const auto& [name, entry] : file.tensors) {
    const std::size_t begin = end;
    end += entry.values.size() * sizeof(float);
    header[name] = {{"dtype", "F32"}, {"shape", entry.shape}, {"data_offsets", {begin, end}}};
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the format aligns the data to 8 bytes
  std::vector<std::byte> bytes(8 + text.size() + end);
  const std::uint64_t length = text.size();
  std::memcpy(bytes.data(), &length, 8);
  std::memcpy(bytes.data() + 8, text.data(), text.size());
  std::size_t at = 8 + text.size();
  for (const auto& [name, entry] : file.tensors) {
    if (!entry.values.empty())
      std::memcpy(bytes.data() + at, entry.values.data(), entry.values.size() * sizeof(float));
    at += entry.values.size() * sizeof(float);
  }
  return bytes;
}

void write_safetensors(const std::filesystem::path& path, const TensorFile& file) {
  core::write_file(path, format_safetensors(file));
}

}  // namespace neural
