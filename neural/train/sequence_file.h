#pragma once
// Training sequences on disk: shards of at most 48 MiB, each frame's numbers as JSON and its buffers
// compressed with zstd. A machine that trains need not be the one that renders.
//
// A shard is the 8 bytes "NRSHARD1", then sequences: two little-endian 64-bit lengths, that many bytes of
// JSON, that many of one zstd frame that holds color, depth, motion, reactive and truth of frame after frame.

#include <cstddef>
#include <filesystem>
#include <vector>

#include "neural/train/sequence.h"

namespace neural {

inline constexpr std::size_t largest_shard = 48u << 20;

/// Writes folder/shard_0000.nrs and on; numbers go on after those that are there. A sequence too large for a
/// shard is cut in two, the second part beginning with a reset.
class ShardWriter {
 public:
  explicit ShardWriter(std::filesystem::path folder);
  void add(const TrainingSequence& sequence);
  /// Writes what has gathered. The destructor does not: a shard is whole or absent.
  void finish();

 private:
  void flush();
  std::filesystem::path folder_;
  int next_ = 0;
  std::vector<std::byte> gathered_;
};

/// The shards of a folder and of those within it, in the order of their paths; perhaps none. A file whose
/// name begins with a dot is left out: it is still being written. Throws core::Error where there is no such
/// folder.
std::vector<std::filesystem::path> list_shards(const std::filesystem::path& folder);

/// All sequences of a shard. Throws core::Error with the file for anything that does not fit.
std::vector<TrainingSequence> read_shard(const std::filesystem::path& path);

}  // namespace neural
