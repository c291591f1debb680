#include "neural/network/safetensors.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <set>

#include "compute/pixel/half.h"
#include "core/checksum.h"
#include "core/error.h"
#include "core/file.h"
#include "core/json.h"
#include "core/text.h"

namespace neural {
namespace {

using nlohmann::json;

constexpr std::size_t longest_header = 1u << 20;
constexpr std::size_t max_elements = 1u << 26;

std::string shape_text(const std::vector<std::size_t>& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

// The entry of the metadata that holds the checksum. Both its name and its value say what it is, so that
// damage to either is seen.
constexpr const char* checksum_key = "checksum";
constexpr std::string_view checksum_mark = "xxh3:";

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
  std::vector<std::set<std::string>> keys;
  std::string duplicate;
  const auto watch = [&](int, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) keys.emplace_back();
    if (event == json::parse_event_t::object_end && !keys.empty()) keys.pop_back();
    if (event == json::parse_event_t::key && !keys.empty()) {
      const std::string key = parsed.get<std::string>();
      if (!keys.back().insert(key).second) duplicate = key;
    }
    return true;
  };
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  json header = core::parse_json(text, file + ": its header", watch);
  if (!header.is_object()) core::fail("{}: the header is not a JSON object", file);
  if (!duplicate.empty()) core::fail("{}: tensor '{}' is named twice", file, duplicate);
  return header;
}

/// In the order of Stored.
constexpr const char* dtypes[] = {"F32", "F16", "U8"};

std::size_t element_bytes(Stored stored) {
  constexpr std::size_t bytes[] = {sizeof(float), sizeof(core::f16), 1};
  return bytes[static_cast<std::size_t>(stored)];
}

TensorFile::Entry parse_entry(const std::string& file, const std::string& name, const json& value,
                              std::span<const std::byte> data, Range& range) {
  if (!value.is_object() || !value.contains("dtype") || !value.contains("shape") ||
      !value.contains("data_offsets"))
    core::fail("{}: tensor '{}' lacks dtype, shape or data_offsets", file, name);
  for (const auto& [key, unused] : value.items())
    if (key != "dtype" && key != "shape" && key != "data_offsets")
      core::fail("{}: tensor '{}' has an unknown entry '{}'", file, name, key);
  const std::string dtype = value["dtype"].is_string() ? value["dtype"].get<std::string>() : "";
  const auto* const dtype_name = std::find(std::begin(dtypes), std::end(dtypes), dtype);
  if (dtype_name == std::end(dtypes))
    core::fail("{}: tensor '{}' has dtype {}, and only F32, F16 and U8 are read", file, name,
               value["dtype"].dump());
  const json &shape = value["shape"], &offsets = value["data_offsets"];
  if (!shape.is_array() || shape.size() > 8)
    core::fail("{}: tensor '{}' has a shape that is not a list", file, name);
  TensorFile::Entry entry;
  entry.stored = static_cast<Stored>(dtype_name - std::begin(dtypes));
  const std::size_t element = element_bytes(entry.stored);
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
  if (range.end - range.begin != elements * element)
    core::fail("{}: tensor '{}' has {} bytes of data where its shape needs {}", file, name,
               range.end - range.begin, elements * element);
  entry.values.resize(elements);
  if (entry.stored == Stored::uint8) {
    std::transform(data.begin() + static_cast<std::ptrdiff_t>(range.begin),
                   data.begin() + static_cast<std::ptrdiff_t>(range.end), entry.values.begin(),
                   [](std::byte b) { return static_cast<float>(b); });
  } else if (entry.stored == Stored::float16) {
    std::vector<core::f16> halfs(elements);
    if (elements > 0) std::memcpy(halfs.data(), data.data() + range.begin, elements * element);
    std::transform(halfs.begin(), halfs.end(), entry.values.begin(), compute::pixel::from_half);
  } else if (elements > 0) {
    std::memcpy(entry.values.data(), data.data() + range.begin, elements * element);
  }
  for (const float x : entry.values)
    if (!std::isfinite(x)) core::fail("{}: tensor '{}' holds a value that is not finite", file, name);
  return entry;
}

/// Of all that a file says: what it holds, by name, and the tensors' bytes.
std::string checksum_of(const std::map<std::string, std::string>& metadata, std::span<const std::byte> data) {
  std::uint64_t sum = core::checksum(data);
  for (const auto& [key, value] : metadata)
    if (key != checksum_key) sum = core::checksum(value, core::checksum(key, sum));
  return std::string(checksum_mark) + core::checksum_text(sum);
}

/// Files of other programs have no checksum.
void check_checksum(const std::string& file, const std::map<std::string, std::string>& metadata,
                    std::span<const std::byte> data) {
  for (const auto& [key, value] : metadata) {
    if (key != checksum_key && !value.starts_with(checksum_mark)) continue;
    if (key != checksum_key || value != checksum_of(metadata, data))
      core::fail("{}: damaged: its content is not what its checksum says (use another copy of the file)",
                 file);
  }
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
  check_checksum(file, result.metadata, data);
  result.metadata.erase(checksum_key);
  return result;
}

TensorFile read_safetensors(const std::filesystem::path& path) {
  return parse_safetensors(core::read_file(path, core::file_limit::weights), path.string());
}

const TensorFile::Entry& expect_tensor(const TensorFile& file, const std::string& name,
                                       const std::string& tensor, const std::vector<std::size_t>& shape,
                                       const char* who) {
  const auto found = file.tensors.find(tensor);
  if (found == file.tensors.end()) core::fail("{}: tensor '{}' is missing", name, tensor);
  const std::vector<std::size_t>& has = found->second.shape;
  const auto fits = [](std::size_t side, std::size_t wanted) { return wanted == 0 || side == wanted; };
  if (!std::equal(has.begin(), has.end(), shape.begin(), shape.end(), fits))
    core::fail("{}: tensor '{}' has shape {} where {} needs {}", name, tensor, shape_text(has), who,
               shape_text(shape));
  return found->second;
}

std::vector<std::byte> format_safetensors(const TensorFile& file) {
  json header = json::object();
  std::vector<std::byte> data;
  for (const auto& [name, entry] : file.tensors) {
    const std::size_t begin = data.size();
    const bool half = entry.stored == Stored::float16;
    std::vector<core::f16> halfs(half ? entry.values.size() : 0);
    if (half)
      std::transform(entry.values.begin(), entry.values.end(), halfs.begin(), compute::pixel::to_half);
    const auto bytes = half ? std::as_bytes(std::span(halfs)) : std::as_bytes(std::span(entry.values));
    if (entry.stored == Stored::uint8)
      std::transform(entry.values.begin(), entry.values.end(), std::back_inserter(data),
                     [](float x) { return static_cast<std::byte>(x); });
    else
      data.insert(data.end(), bytes.begin(), bytes.end());
    header[name] = {{"dtype", dtypes[static_cast<std::size_t>(entry.stored)]},
                    {"shape", entry.shape},
                    {"data_offsets", {begin, data.size()}}};
  }
  std::map<std::string, std::string> metadata = file.metadata;
  for (const auto& [key, value] : metadata)
    if (!core::is_utf8(key) || !core::is_utf8(value))
      core::fail("the metadata entry '{}' is not UTF-8", core::printable(key));
  metadata[checksum_key] = checksum_of(metadata, data);
  header["__metadata__"] = metadata;
  std::string text = header.dump();
  if (text.size() > longest_header)
    core::fail("the metadata is {} kB long, and at most {} kB are read: shorten the note", text.size() >> 10,
               longest_header >> 10);
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the format aligns the data to 8 bytes
  std::vector<std::byte> bytes(8 + text.size());
  const std::uint64_t length = text.size();
  std::memcpy(bytes.data(), &length, 8);
  std::memcpy(bytes.data() + 8, text.data(), text.size());
  bytes.insert(bytes.end(), data.begin(), data.end());
  return bytes;
}

void write_safetensors(const std::filesystem::path& path, const TensorFile& file) {
  constexpr float largest_half = 65504;
  constexpr const char* refused[] = {"not finite", "not finite, or too large for F16",
                                     "no whole number from 0 to 255"};
  const auto storable = [](const TensorFile::Entry& entry) {
    return [stored = entry.stored](float x) {
      if (stored == Stored::uint8) return x >= 0 && x <= 255 && x == std::floor(x);
      return std::isfinite(x) && (stored == Stored::float32 || std::abs(x) <= largest_half);
    };
  };
  for (const auto& [name, entry] : file.tensors)
    if (!std::all_of(entry.values.begin(), entry.values.end(), storable(entry)))
      core::fail("'{}' was not written: tensor '{}' holds a value that is {}", path.string(), name,
                 refused[static_cast<std::size_t>(entry.stored)]);
  core::write_file(path, format_safetensors(file));
}

}  // namespace neural
