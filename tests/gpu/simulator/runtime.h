#pragma once
// The CUDA runtime without a GPU: the functions that the module, the probe and the studies call, with the
// rules that a driver would enforce. Memory is the host's; each allocation ends before a guard page and is
// full of NaN. A stream is a thread that does its work in order, later than the call. A capture records
// instead, and a call that is forbidden during one fails. A fault in a kernel loses the device for good. It
// replaces libcudart, so the module's own sources run unchanged. It says nothing about speed.

#include <cuda_runtime_api.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace simulator {

/// The size of the device's memory in bytes; NEURASTER_SIMULATED_MIB changes it.
inline constexpr std::size_t memory_bytes = std::size_t{2600} << 20;

// NEURASTER_SIMULATED_LOST=N loses the device at its Nth launch.

// NEURASTER_SIMULATED_APART=1 makes the GPU another than the one that Vulkan renders on: it shares nothing
// with it.

// NEURASTER_SIMULATED_ALONE=1 takes the launches away whose blocks wait for one another.

/// The UUID by which CUDA and Vulkan both identify the device.
inline constexpr unsigned char uuid[16] = {'s', 'i', 'm', 'u', 'l', 'a', 't', 'e', 'd'};

/// The content of the file behind a descriptor: the export of Vulkan's memory and semaphores writes it.
struct ExportedPointer {
  static constexpr unsigned expected = 0x5e3a9b17;
  unsigned magic = expected;
  void* memory = nullptr;
  std::size_t bytes = 0;
  /// Waits for a timeline; returns false where `value` has not been reached within some milliseconds.
  bool (*wait)(void* context, std::uint64_t value) = nullptr;
  void (*signal)(void* context, std::uint64_t value) = nullptr;
  void* context = nullptr;
};

/// Counts the allocations of the device's memory so far.
std::size_t allocations();
/// With false, kernels are enqueued and do nothing: for sizes that the processor cannot follow.
void compute(bool yes);

/// Counts the imports that have not been destroyed.
int imports();

/// Part of the host's memory.
struct Range {
  std::uintptr_t first, last;  ///< `last` is one beyond
};
/// Returns the device's memory in ascending order, that of imports included.
std::vector<Range> device_ranges();

/// Enqueues a kernel of the simulator's own, or a grid. Returns the result of the launch.
cudaError_t enqueue(const void* function, cudaStream_t stream, std::function<void()> work);
cudaError_t launch(const void* kernel, dim3 blocks, dim3 threads, bool cooperative, cudaStream_t stream,
                   std::function<void()> body);

}  // namespace simulator
