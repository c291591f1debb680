// Damaged files of a training: every flipped bit is noticed, and values that no training has are refused.

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/error.h"
#include "core/file.h"
#include "core/random.h"
#include "neural/train/sequence_file.h"
#include "neural/upscale/plan.h"
#include "tests/support/scratch.h"
#include "tests/support/training.h"

namespace {

namespace fs = std::filesystem;
using neural::TensorFile;
using neural::TrainingSequence;
using neural::TrainingSession;
using testing_support::message_of;
using testing_support::scratch;
using Bytes = std::vector<std::byte>;

/// Flips `count` random bits, one at a time, of the first 4096 bytes (where numbers and names lie) and of the
/// rest in turn. `read` throws core::Error for a file that it refuses.
void expect_each_flip_noticed(Bytes file, const std::function<void(const Bytes&)>& read) {
  ASSERT_EQ(message_of([&] { read(file); }), "");
  core::Random random(7);
  for (int flip = 0; flip < 200; ++flip) {
    const std::size_t most = flip % 2 ? file.size() : std::min<std::size_t>(file.size(), 4096);
    const auto at = static_cast<std::size_t>(random.below(static_cast<int>(most)));
    const auto bit = static_cast<std::byte>(1 << random.below(8));
    file[at] ^= bit;
    EXPECT_NE(message_of([&] { read(file); }), "") << "byte " << at << ", bit " << static_cast<int>(bit);
    file[at] ^= bit;
  }
}

TrainingSequence small_sequence() {
  return synthetic::sequence({}, {20, 16}, {40, 32}, 3);
}

Bytes shard_of(const TrainingSequence& sequence) {
  const fs::path folder = scratch("shard");
  neural::ShardWriter writer(folder);
  writer.add(sequence);
  writer.finish();
  return core::read_file(folder / "shard_0000.nrs");
}

TrainingSession idle_session() {
  neural::TrainerSettings settings = synthetic::small_settings();
  settings.threads = 1;
  return {settings, neural::initial_weights(1)};
}

TEST(Damage, EachFlippedBitOfWeightsIsNoticed) {
  neural::Weights weights = neural::initial_weights(3);
  weights.metadata["training"] = R"({"note":"a note"})";
  expect_each_flip_noticed(
      neural::format_safetensors(neural::to_tensor_file(weights)),
      [](const Bytes& file) { neural::weights_from(neural::parse_safetensors(file, "w"), "w"); });
}

TEST(Damage, EachFlippedBitOfAShardIsNoticed) {
  expect_each_flip_noticed(shard_of(small_sequence()),
                           [](const Bytes& file) { neural::parse_shard(file, "s"); });
}

TEST(Damage, EachFlippedBitOfACheckpointIsNoticed) {
  if (!synthetic::has_cpu()) GTEST_SKIP() << "the CPU backend is not there";
  const fs::path file = scratch() / "w.checkpoint";
  TrainingSession session = idle_session();
  session.save_checkpoint(file, "a note");
  expect_each_flip_noticed(core::read_file(file), [&](const Bytes& damaged) {
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(damaged.data()), static_cast<std::streamsize>(damaged.size()));
    session.load_checkpoint(file);
  });
}

/// As another program may have written it: without a checksum.
void write_unchecked(const fs::path& path, const TensorFile& file) {
  Bytes bytes = neural::format_safetensors(file);
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  nlohmann::json header =
      nlohmann::json::parse(std::string(reinterpret_cast<char*>(bytes.data()) + 8, length));
  header["__metadata__"].erase("checksum");
  const std::string text = header.dump();
  length = text.size();
  Bytes result(8 + text.size());
  std::memcpy(result.data(), &length, 8);
  std::memcpy(result.data() + 8, text.data(), text.size());
  std::uint64_t old = 0;
  std::memcpy(&old, bytes.data(), 8);
  result.insert(result.end(), bytes.begin() + static_cast<std::ptrdiff_t>(8 + old), bytes.end());
  core::write_file(path, result);
}

TEST(Damage, ACheckpointsValuesAreThoseThatATrainingHas) {
  if (!synthetic::has_cpu()) GTEST_SKIP() << "the CPU backend is not there";
  const fs::path file = scratch() / "w.checkpoint";
  TrainingSession session = idle_session();
  session.save_checkpoint(file, "");
  const TensorFile good = neural::read_safetensors(file);
  const auto refusal = [&](const std::function<void(TensorFile&, nlohmann::ordered_json&)>& change) {
    TensorFile bad = good;
    auto state = nlohmann::ordered_json::parse(bad.metadata.at("checkpoint"));
    change(bad, state);
    if (!state.is_null()) bad.metadata["checkpoint"] = state.dump();
    write_unchecked(file, bad);
    return message_of([&] { session.load_checkpoint(file); });
  };
  EXPECT_EQ(refusal([](TensorFile&, auto&) {}), "");
  const std::string name = file.string();
  EXPECT_EQ(refusal([](TensorFile&, auto& state) { state["steps"] = -5; }),
            name + ": the checkpoint's number of steps is no such value");
  EXPECT_EQ(refusal([](TensorFile&, auto& state) { state["steps"] = 0.5; }),
            name + ": the checkpoint's number of steps is no such value");
  for (const char* length : {"nan", "inf", "-0x1p+3", "0x1p+3 ", ""})
    EXPECT_EQ(refusal([&](TensorFile&, auto& state) { state["gradient_length"] = length; }),
              name + ": the checkpoint's length of the gradient is no such value")
        << length;
  EXPECT_EQ(refusal([](TensorFile&, auto& state) { state["random"] = "12x"; }),
            name + ": the checkpoint's random state is no such value");
  EXPECT_NE(refusal([](TensorFile&, auto& state) { state.erase("note"); }).find("metadata cannot be read"),
            std::string::npos);
  EXPECT_EQ(refusal([](TensorFile& bad, auto&) {
              bad.tensors["adam.second"] = {
                  {neural::upscaler_plan().parameter_count()},
                  std::vector<float>(neural::upscaler_plan().parameter_count(), -1)};
            }),
            name + ": tensor 'adam.second' holds a negative mean of squares");
  EXPECT_EQ(refusal([](TensorFile& bad, auto& state) {
              state = nullptr;
              bad.metadata["checkpoint"] = std::string(50000, '[');
            }),
            name + ": the checkpoint's metadata: the JSON is nested more than 100 levels deep");
}

TEST(Damage, WhatIsNotFiniteIsNotWritten) {
  const fs::path file = scratch() / "w.safetensors";
  neural::Weights weights = neural::initial_weights(3);
  neural::save_weights(file, weights);
  const Bytes before = core::read_file(file);
  weights.values.back() = std::numeric_limits<float>::quiet_NaN();
  EXPECT_NE(
      message_of([&] { neural::save_weights(file, weights); }).find("was not written: tensor 'head.bias'"),
      std::string::npos);
  EXPECT_EQ(core::read_file(file), before);

  TrainingSequence sequence = small_sequence();
  sequence.frames[1].truth[5] = 0x7e00;  // NaN
  EXPECT_EQ(message_of([&] { shard_of(sequence); }),
            "frame 1 of the sequence of 'pattern' has a value in truth that is not finite");
  sequence = small_sequence();
  sequence.frames[2].info.exposure = 0;
  EXPECT_EQ(message_of([&] { shard_of(sequence); }),
            "frame 2 of the sequence of 'pattern' has a value of exposure that no frame has");
  sequence = small_sequence();
  sequence.frames[0].info.clip_to_prev_clip[7] = std::numeric_limits<float>::infinity();
  EXPECT_NE(message_of([&] { shard_of(sequence); }).find("clip_to_prev_clip"), std::string::npos);
}

/// Shards that were captured before they had checksums: the same without them.
TEST(Damage, ShardsWithoutChecksumsAreReadAndTheirValuesChecked) {
  Bytes file = shard_of(small_sequence());
  file[7] = std::byte{'1'};
  file.erase(file.begin() + 24, file.begin() + 32);
  const auto read = neural::parse_shard(file, "old");
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].frames[2].truth, small_sequence().frames[2].truth);
  std::string text(reinterpret_cast<const char*>(file.data()), file.size());
  const std::size_t at = text.find("\"near\":");
  ASSERT_NE(at, std::string::npos);
  file[at + 7] = std::byte{'-'};
  EXPECT_NE(message_of([&] { neural::parse_shard(file, "old"); }), "");
}

/// A hundred bytes that claim a gigabyte, and sizes that a cast would wrap.
TEST(Damage, AShardsSizesAreCheckedBeforeItsMemoryIsTaken) {
  const Bytes good = shard_of(small_sequence());
  const auto with = [&](const std::string& size) {
    std::uint64_t length = 0;
    std::memcpy(&length, good.data() + 8, 8);
    std::string text(reinterpret_cast<const char*>(good.data()) + 32, length);
    for (std::size_t at = 0; (at = text.find("\"output\":[40,32]", at)) != std::string::npos; ++at)
      text.replace(at, 16, "\"output\":" + size);
    const std::uint64_t lengths[2] = {text.size(), 9};
    std::string file = "NRSHARD1";
    file.append(reinterpret_cast<const char*>(lengths), sizeof lengths);
    file += text + std::string("\x28\xb5\x2f\xfd\x20\x01\x09\x00\x00", 9);  // one zero
    return message_of([&] { neural::parse_shard(std::as_bytes(std::span(file)), "s"); });
  };
  for (const char* size :
       {"[1e300,32]", "[4294967336,32]", "[40.5,32]", "[-40,32]", "[\"40\",32]", "[16385,1]"})
    EXPECT_EQ(with(size), "s: sequence 0: a frame has an impossible size") << size;
  EXPECT_EQ(with("[16384,16384]"), "s: sequence 0: a sequence is too large");
  EXPECT_EQ(with("[4000,4000]"), "s: sequence 0: a sequence's buffers are damaged");
}

TEST(Damage, WritersOfOneFolderKeepEachOthersShards) {
  const fs::path folder = scratch();
  neural::ShardWriter one(folder), other(folder);
  TrainingSequence sequence = small_sequence();
  for (neural::ShardWriter* writer : {&one, &other}) writer->add(sequence);
  one.finish();
  other.finish();
  std::size_t read = 0;
  for (const fs::path& shard : neural::list_shards(folder)) read += neural::read_shard(shard).size();
  EXPECT_EQ(read, 2u);
}

}  // namespace
