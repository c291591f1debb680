// libFuzzer over what a checkpoint says of a training. An even first byte: the rest is a file. An odd one: it
// is the metadata of a checkpoint whose tensors are right. What loads must save again. tools/fuzz.sh builds
// and runs it.

#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "compute/reference/reference.h"
#include "core/error.h"
#include "core/file.h"
#include "neural/network/safetensors.h"
#include "neural/train/trainer.h"
#include "tests/fuzz/fuzz_file.h"

namespace {

struct Good {
  neural::Trainer trainer{settings(), neural::initial_weights(1)};
  neural::TensorFile file;

  static neural::TrainerSettings settings() {
    neural::TrainerSettings s;
    s.batch = s.threads = 1;
    s.open = [] { return compute::make_reference<float>(); };
    return s;
  }
  Good() {
    const auto path = fuzz::folder() / "good";
    trainer.save_checkpoint(path, "note");
    file = neural::read_safetensors(path);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Good good;
  if (size < 1) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto path = fuzz::folder() / "c";
  try {
    if (data[0] % 2) {
      good.file.metadata["checkpoint"] = text;
      fuzz::put("c", [&] {
        const auto bytes = neural::format_safetensors(good.file);
        return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      }());
    } else {
      fuzz::put("c", text);
    }
    const std::string note = good.trainer.load_checkpoint(path);
    good.trainer.save_checkpoint(path, note);
    if (good.trainer.steps() < 0) std::abort();
  } catch (const core::Error&) {
  }
  return 0;
}
