#pragma once
// Training sequences on disk: shards of at most 192 MiB hold each frame's numbers as JSON and its buffers
// compressed with zstd. The machine that trains need not be the one that renders.
//
// A shard begins with the 8 bytes "NRSHARD2". For each sequence follow two little-endian 64-bit lengths, a
// checksum of all that belongs to the sequence (core/checksum.h), a JSON text of the first length, and a zstd
// frame of the second length, which holds color, depth, motion, reactive and truth of frame after frame.
// Shards that begin with "NRSHARD1" have no checksums and are read too.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "neural/train/sequence.h"

namespace neural {

inline constexpr std::size_t largest_shard = 192u << 20;

/// Writes folder/shard_0000.nrs and following; no existing shard is replaced, and several programs may write
/// into one folder. A sequence that is
/// too large for a shard is cut in two, and the second part begins with a reset. Throws core::Error where the
/// folder cannot be written.
class ShardWriter {
 public:
  explicit ShardWriter(std::filesystem::path folder);
  /// Gathers a sequence, and writes a shard when it is full.
  void add(const TrainingSequence& sequence);
  /// Writes the gathered sequences. The destructor does not, so that a shard is whole or absent.
  void finish();

 private:
  void flush();
  std::filesystem::path folder_;
  int next_ = 0;
  std::vector<std::byte> gathered_;
};

/// Lists the shards of a folder and its subfolders in the order of their paths; there may be none. A file
/// whose name begins with a dot is still being written and left out. Throws core::Error where the folder does
/// not exist.
std::vector<std::filesystem::path> list_shards(const std::filesystem::path& folder);

/// Reads all sequences of a shard. Throws core::Error, which names the file and the sequence, for anything
/// that does not fit.
std::vector<TrainingSequence> parse_shard(std::span<const std::byte> bytes, const std::string& name);
std::vector<TrainingSequence> read_shard(const std::filesystem::path& path);

}  // namespace neural
