#include "neural/train/sequence_file.h"

#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <span>

#include "core/error.h"
#include "core/file.h"

namespace neural {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr char magic[8] = {'N', 'R', 'S', 'H', 'A', 'R', 'D', '1'};
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

FrameInfo from_json(const json& j) {
  FrameInfo info;
  info.render = {j.at("render").at(0), j.at("render").at(1)};
  info.output = {j.at("output").at(0), j.at("output").at(1)};
  for (std::size_t i = 0; i < 2; ++i) info.jitter[i] = j.at("jitter").at(i);
  for (std::size_t i = 0; i < 16; ++i) info.clip_to_prev_clip[i] = j.at("clip_to_prev_clip").at(i);
  info.exposure = j.at("exposure");
  info.tan_half_fov_y = j.at("tan_half_fov_y");
  info.aspect = j.at("aspect");
  info.near = j.at("near");
  info.frame_seconds = j.at("frame_seconds");
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
  const std::string text = header.dump();
  std::vector<std::byte> packed(ZSTD_compressBound(raw.size()));
  const std::size_t size = ZSTD_compress(packed.data(), packed.size(), raw.data(), raw.size(), 3);
  if (ZSTD_isError(size)) core::fail("cannot compress a sequence: {}", ZSTD_getErrorName(size));
  std::vector<std::byte> result(16 + text.size() + size);
  const std::uint64_t lengths[2] = {text.size(), size};
  std::memcpy(result.data(), lengths, 16);
  std::memcpy(result.data() + 16, text.data(), text.size());
  std::memcpy(result.data() + 16 + text.size(), packed.data(), size);
  return result;
}

TrainingSequence decode(std::span<const std::byte> text, std::span<const std::byte> packed) {
  const char* begin = reinterpret_cast<const char*>(text.data());
  const json header = json::parse(begin, begin + text.size());
  TrainingSequence sequence{header.at("scene"), header.at("validation"), {}};
  std::size_t total = 0;
  for (const json& one : header.at("frames")) {
    TrainingFrame& frame = sequence.frames.emplace_back();
    frame.info = from_json(one);
    for (const Size size : {frame.info.render, frame.info.output})
      if (size.width < 1 || size.height < 1 || size.width > 16384 || size.height > 16384)
        core::fail("a frame has an impossible size");
    const std::size_t render = area(frame.info.render), output = area(frame.info.output);
    if ((total += render * 17 + output * 8) > largest_raw) core::fail("a sequence is too large");
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
  core::make_folder(folder_);
  while (fs::exists(folder_ / fmt::format("shard_{:04}.nrs", next_))) ++next_;
}

void ShardWriter::add(const TrainingSequence& sequence) {
  check_sequence(sequence);
  const std::vector<std::byte> bytes = encode(sequence);
  if (bytes.size() + sizeof magic > largest_shard) {
    const auto half = static_cast<std::ptrdiff_t>(sequence.frames.size() / 2);
    if (half == 0) core::fail("one frame of '{}' is larger than a shard", sequence.scene);
    TrainingSequence part{
        sequence.scene, sequence.validation, {sequence.frames.begin(), sequence.frames.begin() + half}};
    add(part);
    part.frames.assign(sequence.frames.begin() + half, sequence.frames.end());
    part.frames.front().info.reset = true;
    return add(part);
  }
  if (sizeof magic + gathered_.size() + bytes.size() > largest_shard) flush();
  gathered_.insert(gathered_.end(), bytes.begin(), bytes.end());
}

void ShardWriter::finish() {
  if (!gathered_.empty()) flush();
}

void ShardWriter::flush() {
  std::vector<std::byte> file(sizeof magic);
  std::memcpy(file.data(), magic, sizeof magic);
  file.insert(file.end(), gathered_.begin(), gathered_.end());
  core::write_file(folder_ / fmt::format("shard_{:04}.nrs", next_++), file);
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

std::vector<TrainingSequence> read_shard(const fs::path& path) {
  const core::MappedFile file(path);
  std::span<const std::byte> rest = file.bytes();
  if (rest.size() < sizeof magic || std::memcmp(rest.data(), magic, sizeof magic) != 0)
    core::fail("{}: not a shard of sequences", path.string());
  rest = rest.subspan(sizeof magic);
  std::vector<TrainingSequence> sequences;
  while (!rest.empty()) {
    std::uint64_t lengths[2] = {};
    if (rest.size() >= 16) std::memcpy(lengths, rest.data(), 16);
    if (rest.size() < 16 || lengths[0] > rest.size() - 16 || lengths[1] > rest.size() - 16 - lengths[0])
      core::fail("{}: cut short", path.string());
    try {
      sequences.push_back(decode(rest.subspan(16, lengths[0]), rest.subspan(16 + lengths[0], lengths[1])));
    } catch (const std::exception& error) {
      core::fail("{}: {}", path.string(), error.what());
    }
    rest = rest.subspan(16 + lengths[0] + lengths[1]);
  }
  return sequences;
}

}  // namespace neural
