#include "compute/cuda/runtime.h"

#include <algorithm>
#include <atomic>
#include <cstring>

namespace compute::cuda {
namespace {

std::atomic<std::uint64_t> allocated{0};

std::string version_text(int version) {
  return fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

}  // namespace

void check(cudaError_t result, const char* what) {
  if (result == cudaSuccess) return;
  static_cast<void>(cudaGetLastError());  // clears the error, so that a later call does not report it again
  core::fail("{}: {} ({})", what, cudaGetErrorString(result), cudaGetErrorName(result));
}

Found look() {
  Found found;
  static_cast<void>(cudaRuntimeGetVersion(&found.runtime));
  static_cast<void>(cudaDriverGetVersion(&found.driver));
  int count = 0;
  found.error = cudaGetDeviceCount(&count);
  static_cast<void>(cudaGetLastError());
  if (found.error != cudaSuccess) return found;
  for (int i = 0; i < count; ++i) {
    cudaDeviceProp properties;
    check(cudaGetDeviceProperties(&properties, i), "cannot ask a CUDA device what it is");
    Found::Device device;
    device.index = i;
    device.name = properties.name;
    std::memcpy(device.uuid.data(), properties.uuid.bytes, device.uuid.size());
    device.capability = 10 * properties.major + properties.minor;
    int timeline = 0;
    check(cudaDeviceGetAttribute(&timeline, cudaDevAttrTimelineSemaphoreInteropSupported, i),
          "cannot ask a CUDA device what it is");
    device.timeline = timeline != 0;
    found.devices.push_back(device);
  }
  return found;
}

const Found::Device& choose(const Found& found, const std::optional<Uuid>& wanted, int least) {
  if (found.driver == 0) core::fail("CUDA cannot be used: no NVIDIA driver is installed");
  if (found.error == cudaErrorInsufficientDriver)
    core::fail("CUDA cannot be used: the NVIDIA driver is made for CUDA {} and this program needs {}",
               version_text(found.driver), version_text(found.runtime));
  if (found.error == cudaErrorNoDevice || (found.error == cudaSuccess && found.devices.empty()))
    core::fail("CUDA cannot be used: this machine has no NVIDIA GPU");
  if (found.error != cudaSuccess) core::fail("CUDA cannot be used: {}", cudaGetErrorString(found.error));
  const auto device = std::find_if(found.devices.begin(), found.devices.end(),
                                   [&](const Found::Device& d) { return !wanted || d.uuid == *wanted; });
  if (device == found.devices.end())
    core::fail("CUDA cannot be used: Vulkan renders on another device than CUDA's '{}'",
               found.devices.front().name);
  if (device->capability < least)
    core::fail("CUDA cannot be used: '{}' has compute capability {}.{} and this build starts at {}.{}",
               device->name, device->capability / 10, device->capability % 10, least / 10, least % 10);
  if (wanted && !device->timeline)
    core::fail("CUDA cannot be used: the driver of '{}' cannot share timeline semaphores", device->name);
  return *device;
}

Stream make_stream() {
  Stream stream;
  check(cudaStreamCreateWithFlags(stream.address(), cudaStreamNonBlocking), "cannot make a CUDA stream");
  return stream;
}

Event make_event() {
  Event event;
  check(cudaEventCreate(event.address()), "cannot make a CUDA event");
  return event;
}

std::uint64_t allocated_bytes() {
  return allocated;
}

DeviceMemory::~DeviceMemory() {
  if (pointer_) allocated -= bytes_;
}

DeviceMemory::DeviceMemory(std::size_t bytes, cudaStream_t stream)
    : bytes_(std::max<std::size_t>(bytes, 16)) {
  const cudaError_t result = cudaMalloc(pointer_.address(), bytes_);
  if (result != cudaSuccess) {
    static_cast<void>(cudaGetLastError());
    core::fail("cannot allocate {} bytes on the GPU: {}", bytes_, cudaGetErrorString(result));
  }
  check(cudaMemsetAsync(pointer_.get(), 0, bytes_, stream), "cannot clear GPU memory");
  allocated += bytes_;
}

std::pair<std::size_t, std::size_t> memory_left() {
  std::size_t left = 0, all = 0;
  check(cudaMemGetInfo(&left, &all), "cannot ask for the GPU's memory");
  return {left, all};
}

}  // namespace compute::cuda
