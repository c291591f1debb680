#pragma once
// The CUDA runtime without a GPU: what the module, the probe and the studies call, with the rules that a
// driver would hold them to. Memory is the host's, each allocation before a page that nobody may touch and
// full of NaN; a stream is a thread that does its work in order, later than the call; a capture records
// instead, and what may not be called during one fails; a fault in a kernel loses the device for good. It
// takes the place of libcudart, so the module's own sources run unchanged. It says nothing about speed.

#include <cuda_runtime_api.h>

#include <cstdint>
#include <functional>

namespace simulator {

/// The device's memory. More than that is not to be had. NEURASTER_SIMULATED_MIB changes it.
inline constexpr std::size_t memory_bytes = std::size_t{2600} << 20;

// NEURASTER_SIMULATED_LOST=N loses the device at its Nth launch.

/// What CUDA and Vulkan both call the device.
inline constexpr unsigned char uuid[16] = {'s', 'i', 'm', 'u', 'l', 'a', 't', 'e', 'd'};

/// What the export of Vulkan's memory and semaphores writes into the file behind a descriptor.
struct ExportedPointer {
  static constexpr unsigned expected = 0x5e3a9b17;
  unsigned magic = expected;
  void* memory = nullptr;
  std::size_t bytes = 0;
  /// A timeline's; false where `value` has not been reached within some milliseconds.
  bool (*wait)(void* context, std::uint64_t value) = nullptr;
  void (*signal)(void* context, std::uint64_t value) = nullptr;
  void* context = nullptr;
};

/// Imports that have not been destroyed.
int imports();

/// Enqueues a kernel of the simulator's own, or a grid.
cudaError_t enqueue(const void* function, cudaStream_t stream, std::function<void()> work);
cudaError_t launch(const void* kernel, dim3 blocks, dim3 threads, bool cooperative, cudaStream_t stream,
                   std::function<void()> body);

}  // namespace simulator
