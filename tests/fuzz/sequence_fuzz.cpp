// libFuzzer over shards of training sequences. An even first byte: the rest is a file. An odd one: the next
// two bytes are the number of zeros that are packed, and the rest is the header. Shards without checksums,
// since a fuzzer does not find one by trying. tools/fuzz.sh builds and runs it.

#include <zstd.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "core/error.h"
#include "neural/train/sequence_file.h"

namespace {

std::vector<std::byte> shard(const std::uint8_t* data, std::size_t size) {
  if (size < 3 || data[0] % 2 == 0) {
    const auto* bytes = reinterpret_cast<const std::byte*>(data) + (size > 0);
    return {bytes, bytes + (size > 0 ? size - 1 : 0)};
  }
  const std::vector<char> zeros(data[1] + 256u * data[2]);
  std::vector<char> packed(ZSTD_compressBound(zeros.size()));
  packed.resize(ZSTD_compress(packed.data(), packed.size(), zeros.data(), zeros.size(), 1));
  const std::uint64_t lengths[2] = {size - 3, packed.size()};
  std::string file = "NRSHARD1";
  file.append(reinterpret_cast<const char*>(lengths), sizeof lengths);
  file.append(reinterpret_cast<const char*>(data) + 3, size - 3);
  file.append(packed.data(), packed.size());
  const auto* bytes = reinterpret_cast<const std::byte*>(file.data());
  return {bytes, bytes + file.size()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    for (const neural::TrainingSequence& sequence : neural::parse_shard(shard(data, size), "fuzz"))
      neural::check_sequence(sequence);
  } catch (const core::Error&) {
  }
  return 0;
}
