#include "neural/train/sequence_file.h"

#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "core/checksum.h"
#include "core/error.h"
#include "core/file.h"
#include "core/json.h"

namespace neural {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view magic = "NRSHARD2", magic_without_checksums = "NRSHARD1";
constexpr std::uintmax_t largest_file = 2 * std::uintmax_t{largest_shard};

/// What stands before each sequence.
struct Head {
  std::uint64_t text = 0, packed = 0;  ///< lengths
  std::uint64_t checksum = 0;          ///< of the lengths, the text and the packed buffers
};

std::uint64_t checksum_of(const Head& head, std::span<const std::byte> content) {
  const std::uint64_t lengths[2] = {head.text, head.packed};
  return core::checksum(content, core::checksum(std::as_bytes(std::span(lengths))));
}
constexpr std::size_t largest_raw = 1u << 30;

json to_json(const FrameInfo& info) {
  return {{"render", {info.render.width, info.render.height}},
          {"output", {info.output.width, info.output.height}},
          {"jitter", info.jitter},
          {"exposure", info.exposure},
          {"clip_to_prev_clip", info.clip_to_prev_clip},
          {"tan_half_fov_y", info.tan_half_fov_y},
          {"aspect", info.aspect},
          {"near", info.near},
          {"frame_seconds", info.frame_seconds},
          {"frame_index", info.frame_index},
          {"reset", info.reset}};
}

/// A width and a height. A cast would turn 1e300, and 2^32 + 1, into sizes that look right.
Size size_from(const json& pair) {
  Size size;
  for (const auto& [index, side] : {std::pair{0, &size.width}, {1, &size.height}}) {
    const json& number = pair.at(static_cast<std::size_t>(index));
    if (!number.is_number_integer() || number < 1 || number > 16384)
      core::fail("a frame has an impossible size");
    *side = number.get<int>();
  }
  return size;
}

FrameInfo from_json(const json& j) {
  FrameInfo info;
  info.render = size_from(j.at("render"));
  info.output = size_from(j.at("output"));
  for (std::size_t i = 0; i < 2; ++i) info.jitter[i] = j.at("jitter").at(i);
  for (std::size_t i = 0; i < 16; ++i) info.clip_to_prev_clip[i] = j.at("clip_to_prev_clip").at(i);
  info.exposure = j.at("exposure");
  info.tan_half_fov_y = j.at("tan_half_fov_y");
  info.aspect = j.at("aspect");
  info.near = j.at("near");
  info.frame_seconds = j.at("frame_seconds");
  if (!j.at("frame_index").is_number_integer()) core::fail("a frame has no number");
  info.frame_index = j.at("frame_index");
  info.reset = j.at("reset");
  return info;
}

/// Calls visit(buffer) for each buffer of a frame, in the order of the file.
template <typename Frame, typename Visit>
void for_buffers(Frame& frame, const Visit& visit) {
  visit(frame.color);
  visit(frame.depth);
  visit(frame.motion);
  visit(frame.reactive);
  visit(frame.truth);
}

std::vector<std::byte> encode(const TrainingSequence& sequence) {
  json header = {{"scene", sequence.scene}, {"validation", sequence.validation}, {"frames", json::array()}};
  std::vector<std::byte> raw;
  for (const TrainingFrame& frame : sequence.frames) {
    header["frames"].push_back(to_json(frame.info));
    for_buffers(frame, [&](const auto& buffer) {
      const auto bytes = std::as_bytes(std::span(buffer));
      raw.insert(raw.end(), bytes.begin(), bytes.end());
    });
  }
  const std::string text = core::json_text(header);
  std::vector<std::byte> packed(ZSTD_compressBound(raw.size()));
  const std::size_t size = ZSTD_compress(packed.data(), packed.size(), raw.data(), raw.size(), 3);
  if (ZSTD_isError(size)) core::fail("cannot compress a sequence: {}", ZSTD_getErrorName(size));
  std::vector<std::byte> result(sizeof(Head) + text.size() + size);
  const std::span<std::byte> content = std::span(result).subspan(sizeof(Head));
  std::memcpy(content.data(), text.data(), text.size());
  std::memcpy(content.data() + text.size(), packed.data(), size);
  Head head{text.size(), size};
  head.checksum = checksum_of(head, content);
  std::memcpy(result.data(), &head, sizeof head);
  return result;
}

TrainingSequence decode(std::span<const std::byte> text, std::span<const std::byte> packed) {
  const json header = core::parse_json(
      std::string_view(reinterpret_cast<const char*>(text.data()), text.size()), "a sequence's header");
  TrainingSequence sequence{header.at("scene"), header.at("validation"), {}};
  std::size_t total = 0;
  for (const json& one : header.at("frames")) {
    TrainingFrame& frame = sequence.frames.emplace_back();
    frame.info = from_json(one);
    const std::size_t render = area(frame.info.render), output = area(frame.info.output);
    if ((total += render * 17 + output * 8) > largest_raw) core::fail("a sequence is too large");
  }
  // Before anything is allocated: a header of a few bytes may claim a gigabyte.
  if (ZSTD_getFrameContentSize(packed.data(), packed.size()) != total)
    core::fail("a sequence's buffers are damaged");
  for (TrainingFrame& frame : sequence.frames) {
    const std::size_t render = area(frame.info.render), output = area(frame.info.output);
    frame.color.resize(render * 4);
    frame.depth.resize(render);
    frame.motion.resize(render * 2);
    frame.reactive.resize(render);
    frame.truth.resize(output * 4);
  }
  std::vector<std::byte> raw(total);
  const std::size_t size = ZSTD_decompress(raw.data(), raw.size(), packed.data(), packed.size());
  if (ZSTD_isError(size) || size != total) core::fail("a sequence's buffers are damaged");
  const std::byte* from = raw.data();
  for (TrainingFrame& frame : sequence.frames)
    for_buffers(frame, [&](auto& buffer) {
      const std::size_t bytes = buffer.size() * sizeof(buffer[0]);
      std::memcpy(buffer.data(), from, bytes);
      from += bytes;
    });
  check_sequence(sequence);
  return sequence;
}

}  // namespace

ShardWriter::ShardWriter(fs::path folder) : folder_(std::move(folder)) {
  core::expect_writable_folder(folder_);
}

void ShardWriter::add(const TrainingSequence& sequence) {
  check_sequence(sequence);
  const std::vector<std::byte> bytes = encode(sequence);
  if (bytes.size() + magic.size() > largest_shard) {
    const auto half = static_cast<std::ptrdiff_t>(sequence.frames.size() / 2);
    if (half == 0) core::fail("one frame of '{}' is larger than a shard", sequence.scene);
    TrainingSequence part{
        sequence.scene, sequence.validation, {sequence.frames.begin(), sequence.frames.begin() + half}};
    add(part);
    part.frames.assign(sequence.frames.begin() + half, sequence.frames.end());
    part.frames.front().info.reset = true;
    return add(part);
  }
  if (magic.size() + gathered_.size() + bytes.size() > largest_shard) flush();
  gathered_.insert(gathered_.end(), bytes.begin(), bytes.end());
}

void ShardWriter::finish() {
  if (!gathered_.empty()) flush();
}

void ShardWriter::flush() {
  const auto begin = std::as_bytes(std::span(magic));
  std::vector<std::byte> file(begin.begin(), begin.end());
  file.insert(file.end(), gathered_.begin(), gathered_.end());
  // Another program may be writing into the folder too, so a free number may be taken in the next moment.
  while (!core::write_new_file(folder_ / fmt::format("shard_{:04}.nrs", next_++), file)) continue;
  gathered_.clear();
}

std::vector<fs::path> list_shards(const fs::path& folder) {
  if (!fs::is_directory(folder)) core::fail("'{}' is no folder with captured sequences", folder.string());
  std::vector<fs::path> shards;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".nrs" && entry.path().filename().string().front() != '.')
      shards.push_back(entry.path());
  std::sort(shards.begin(), shards.end());
  return shards;
}

std::vector<TrainingSequence> parse_shard(std::span<const std::byte> bytes, const std::string& name) {
  const std::string_view begin(reinterpret_cast<const char*>(bytes.data()),
                               std::min(bytes.size(), magic.size()));
  if (begin != magic && begin != magic_without_checksums) core::fail("{}: not a shard of sequences", name);
  const bool checked = begin == magic;
  const std::size_t head_size = checked ? sizeof(Head) : 2 * sizeof(std::uint64_t);
  std::span<const std::byte> rest = bytes.subspan(magic.size());
  std::vector<TrainingSequence> sequences;
  while (!rest.empty()) {
    Head head;
    if (rest.size() >= head_size) std::memcpy(&head, rest.data(), head_size);
    if (rest.size() < head_size || head.text > rest.size() - head_size ||
        head.packed > rest.size() - head_size - head.text)
      core::fail("{}: sequence {}: cut short (copy or capture it again)", name, sequences.size());
    const auto content = rest.subspan(head_size, head.text + head.packed);
    if (checked && checksum_of(head, content) != head.checksum)
      core::fail(
          "{}: sequence {}: damaged: its content is not what its checksum says (copy or capture it again)",
          name, sequences.size());
    try {
      sequences.push_back(decode(content.first(head.text), content.subspan(head.text)));
    } catch (const std::exception& error) {
      core::fail("{}: sequence {}: {}", name, sequences.size(), error.what());
    }
    rest = rest.subspan(head_size + content.size());
  }
  return sequences;
}

std::vector<TrainingSequence> read_shard(const fs::path& path) {
  const core::MappedFile file(path, largest_file);
  return parse_shard(file.bytes(), path.string());
}

}  // namespace neural
