#pragma once
// The CUDA runtime: errors become exceptions, every object has an owner, and a device is chosen. cudart is
// linked statically and opens the driver itself, so that this loads on a machine without one.

#include <cuda_runtime_api.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"

namespace compute::cuda {

/// Throws core::Error with `what` and CUDA's own text unless the call succeeded.
void check(cudaError_t result, const char* what);

using Uuid = std::array<std::uint8_t, 16>;

/// The driver and the devices that CUDA finds on this machine.
struct Found {
  cudaError_t error = cudaSuccess;  ///< from counting the devices
  int driver = 0, runtime = 0;      ///< 1000 * major + 10 * minor; driver 0: none is installed
  struct Device {
    int index = 0;
    std::string name;
    Uuid uuid{};
    int capability = 0;        ///< 10 * major + minor
    bool timeline = false;     ///< it can import timeline semaphores
    bool cooperative = false;  ///< the blocks of a launch can wait for one another
  };
  std::vector<Device> devices;
};
/// Looks for driver and devices. An error of counting devices is part of the result; throws core::Error
/// where a device cannot be asked.
Found look();

/// The oldest compute capability that this build has code for; the newest one's PTX serves later devices.
inline constexpr int min_capability = NEURASTER_CUDA_LEAST;

/// What the toolkit of this build asks of the driver: its major version.
constexpr int driver_needed(int runtime) {
  return runtime >= 13000 ? 580 : 525;
}

/// Returns the device to use. `rendering` is the one that Vulkan renders on, whose memory and semaphores it
/// must share; with `staged` it need not, and any other will do too. Throws core::Error with one sentence and
/// the remedy.
const Found::Device& choose(const Found& found, const std::optional<Uuid>& rendering, bool staged = false,
                            int least = min_capability);

/// Throws core::Error with one sentence and the remedy unless `asked`, the result of asking the device about
/// a kernel, is success: this build may have no code for it.
void expect_code(cudaError_t asked, const Found::Device& device);

/// Returns one line for each thing that this build needs beside itself: what, from which version on, and
/// what was found here. `cudnn` is where to look for cuDNN.
std::vector<std::string> requirements(const Found& found, const std::string& cudnn);

/// Owns a CUDA object that Destroy frees. Errors at destruction are dropped, since the context may be gone.
template <typename T, auto Destroy>
class Unique {
 public:
  Unique() = default;
  explicit Unique(T handle) : handle_(handle) {}
  ~Unique() { reset(); }
  Unique(Unique&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Unique& operator=(Unique&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  T get() const { return handle_; }
  T* address() { return &handle_; }
  explicit operator bool() const { return handle_ != nullptr; }
  void reset() {
    if (handle_) static_cast<void>(Destroy(handle_));
    handle_ = nullptr;
  }

 private:
  T handle_ = nullptr;
};
using Stream = Unique<cudaStream_t, cudaStreamDestroy>;
using Event = Unique<cudaEvent_t, cudaEventDestroy>;
using Graph = Unique<cudaGraph_t, cudaGraphDestroy>;
using GraphExec = Unique<cudaGraphExec_t, cudaGraphExecDestroy>;
using DevicePointer = Unique<void*, cudaFree>;

/// Both throw core::Error.
Stream make_stream();
Event make_event();

/// Owns zeroed device memory, which allocated_bytes() counts. The constructor throws core::Error.
class DeviceMemory {
 public:
  DeviceMemory() = default;
  DeviceMemory(std::size_t bytes, cudaStream_t stream);
  ~DeviceMemory();
  DeviceMemory(DeviceMemory&& other) noexcept { swap(other); }
  DeviceMemory& operator=(DeviceMemory&& other) noexcept {
    swap(other);
    return *this;
  }
  void* get() const { return pointer_.get(); }
  template <typename T>
  T* as() const {
    return static_cast<T*>(pointer_.get());
  }
  std::size_t bytes() const { return bytes_; }

 private:
  void swap(DeviceMemory& other) noexcept {
    std::swap(pointer_, other.pointer_);
    std::swap(bytes_, other.bytes_);
  }
  DevicePointer pointer_;
  std::size_t bytes_ = 0;
};

/// Returns the bytes of all living DeviceMemory.
std::uint64_t allocated_bytes();

/// Returns the free and the total bytes of the current device.
std::pair<std::size_t, std::size_t> memory_left();

}  // namespace compute::cuda
