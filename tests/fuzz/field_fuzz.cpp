// libFuzzer over the reader of fields: any surfels and any words about them give a field that can be drawn,
// or one core::Error. A first byte that 16 divides: the rest are surfels, from which a map is made, which is
// slow; one above 240: it is a file; else it is the metadata. tools/fuzz.sh builds and runs it.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"
#include "neural/field/field.h"

namespace {

constexpr std::size_t surfel_bytes = 15;

neural::TensorFile with_origin() {
  neural::Field field;
  field.origin.scene = "fuzz";
  field.surfels = neural::make_map({}, 1);
  field.sky.assign(std::size_t{neural::pixel::field_sky_side} * neural::pixel::field_sky_side * 4, 0);
  field.weights.assign(neural::pixel::field_weights, 0);
  neural::TensorFile file = neural::to_tensor_file(field);
  file.tensors.erase(
      "features");  // that they are missing is noticed last, and eight million of them are slow
  return file;
}

void read(const neural::TensorFile& file) {
  try {
    neural::field_from(file, "fuzz");
    std::abort();  // it has no features
  } catch (const core::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const neural::TensorFile good = with_origin();
  if (size < 1) return 0;
  const std::span<const std::uint8_t> rest(data + 1, size - 1);
  if (data[0] > 240) {
    try {
      neural::field_from(neural::parse_safetensors(std::as_bytes(rest), "fuzz"), "fuzz");
    } catch (const core::Error&) {
    }
    return 0;
  }
  neural::TensorFile file;
  file.metadata = good.metadata;
  if (data[0] % 16 == 0) {
    file = good;
    const std::size_t count = rest.size() / surfel_bytes;
    file.tensors["surfels"] = {
        {count, surfel_bytes},
        {rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(count * surfel_bytes)},
        neural::Stored::uint8};
  } else {
    file.metadata["field"] = std::string(rest.begin(), rest.end());
  }
  read(file);
  return 0;
}
