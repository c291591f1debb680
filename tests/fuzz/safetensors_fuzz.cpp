// libFuzzer over the weights reader: any bytes give weights or one core::Error.
//   tools/fuzz.sh builds and runs it.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "core/error.h"
#include "neural/upscale/plan.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The length is written here, so that most inputs get as far as the header.
  std::vector<std::byte> bytes(size + 8);
  const std::uint64_t length = size > 64 ? size - size % 64 : size;
  std::memcpy(bytes.data(), &length, 8);
  if (size > 0) std::memcpy(bytes.data() + 8, data, size);
  for (const std::span<const std::byte> file :
       {std::span<const std::byte>(bytes), std::span<const std::byte>(bytes).subspan(8)}) {
    try {
      neural::weights_from(neural::parse_safetensors(file, "fuzz"), "fuzz");
    } catch (const core::Error&) {
    }
  }
  return 0;
}
