#pragma once
// What the GPU tests run on: an NVIDIA GPU, or the simulator (tests/gpu/simulator) with smaller amounts of
// work.

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

#include "compute/backend.h"
#include "compute/cuda/runtime.h"
#include "core/error.h"

#ifdef NEURASTER_SIMULATED
#include "runtime.h"
#endif

namespace which_gpu {

#ifdef NEURASTER_SIMULATED
inline constexpr const char* modules = NEURASTER_SIMULATED;  ///< folder of the module and of cuDNN
inline constexpr bool validation = true;
inline constexpr int hand_offs = 40, training_rounds = 3, upscaled = 7;
inline constexpr core::Size sizes[] = {{64, 36}, {129, 71}, {40, 24}};
inline int imports() {
  return simulator::imports();
}
inline std::size_t allocations() {
  return simulator::allocations();
}
#else
inline constexpr const char* modules = "";
inline constexpr bool validation = false;  // lent machines have no layer; frames are validated on lavapipe
inline constexpr int hand_offs = 10000, training_rounds = 10, upscaled = 10;
inline constexpr core::Size sizes[] = {{320, 180}, {641, 359}, {200, 120}};
inline int imports() {
  return 0;
}
inline std::size_t allocations() {
  return 0;
}
#endif

inline auto open_descriptors() {
  namespace fs = std::filesystem;
  return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
}

/// Opens the CUDA backend, the simulator's where it is one.
inline std::unique_ptr<compute::Backend> open(compute::BackendOptions options = {}) {
  options.cudnn = modules;
  return compute::open_backend("cuda", options, modules);
}

class Gpu : public testing::Test {
 protected:
  void SetUp() override {
    try {
      static_cast<void>(choose(compute::cuda::look(), {}));
    } catch (const core::Error& error) {
      GTEST_SKIP() << error.what();
    }
  }
};

}  // namespace which_gpu
