#pragma once
// The common part of the kernel studies: finding a GPU, the clock and the table.

#include <cuda_runtime_api.h>

#include <cstdio>
#include <functional>

#include "compute/cuda/runtime.h"

namespace study {

/// On the simulator (tests/gpu/simulator) versions are checked but not timed.
#ifdef NEURASTER_SIMULATED
inline constexpr bool timed = false;
inline constexpr const char* modules = NEURASTER_SIMULATED;
#else
inline constexpr bool timed = true;
inline constexpr const char* modules = "";
#endif

/// Returns mean microseconds of a launch, over 100 launches between two events.
inline double microseconds(cudaStream_t stream, const std::function<cudaError_t()>& launch) {
  using compute::cuda::check;
  constexpr int count = 100;
  const compute::cuda::Event begin = compute::cuda::make_event(), end = compute::cuda::make_event();
  for (int n = 0; n < 5; ++n) check(launch(), "cannot launch");
  check(cudaEventRecord(begin.get(), stream), "cannot time the GPU");
  for (int n = 0; n < count; ++n) check(launch(), "cannot launch");
  check(cudaEventRecord(end.get(), stream), "cannot time the GPU");
  check(cudaStreamSynchronize(stream), "the GPU failed");
  float milliseconds = 0;
  check(cudaEventElapsedTime(&milliseconds, begin.get(), end.get()), "cannot time the GPU");
  return 1e3 * static_cast<double>(milliseconds) / count;
}

/// Prints a row. `bytes` and `flop` are what the work needs at least: each value is moved once.
inline void row(const char* subject, const char* version, double us, double bytes, double flop) {
  std::printf("%-28s %-34s %9.1f us %8.0f GB/s", subject, version, us, bytes / us * 1e-3);
  if (flop > 0) std::printf(" %8.2f TFLOP/s", flop / us * 1e-6);
  std::printf("\n");
}

/// Runs the study on the first GPU. Prints one sentence and returns 1 where there is none or a version is
/// wrong.
inline int run(const char* name, const std::function<void(cudaStream_t)>& body) {
  try {
    const compute::cuda::Found found = compute::cuda::look();
    const auto& device = choose(found, {});
    compute::cuda::check(cudaSetDevice(device.index), "CUDA does not take the GPU");
    std::printf("%s on %s\n", name, device.name.c_str());
    const compute::cuda::Stream stream = compute::cuda::make_stream();
    body(stream.get());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", name, error.what());
    return 1;
  }
}

}  // namespace study
