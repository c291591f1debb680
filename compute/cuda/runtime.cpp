#include "compute/cuda/runtime.h"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cstring>
#include <fstream>

#include "compute/cuda/cudnn.h"

namespace compute::cuda {
namespace {

std::atomic<std::uint64_t> allocated{0};

std::string version_text(int version) {
  return fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

/// 89 becomes "8.9".
std::string point(int capability) {
  return fmt::format("{}.{}", capability / 10, capability % 10);
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
    const auto has = [i](cudaDeviceAttr attribute) {
      int value = 0;
      check(cudaDeviceGetAttribute(&value, attribute, i), "cannot ask a CUDA device what it is");
      return value != 0;
    };
    device.timeline = has(cudaDevAttrTimelineSemaphoreInteropSupported);
    device.cooperative = has(cudaDevAttrCooperativeLaunch);
    found.devices.push_back(device);
  }
  return found;
}

namespace {

/// Says what keeps a device from running this build's code; empty where nothing does.
std::string why_not(const Found::Device& device, int least) {
  if (device.capability >= least) return {};
  const std::string has =
      fmt::format("'{}' has compute capability {}", device.name, point(device.capability));
  constexpr int turing = 75;  // the kernels use what it brought
  if (device.capability < turing)
    return has +
           ", and the kernels need 7.5 (GeForce RTX 20, GTX 16 or newer): --upscaler taau runs on any GPU";
  return fmt::format("{}, and this build starts at {}: build it with -DNEURASTER_CUDA_ARCHITECTURES=native",
                     has, point(least));
}

}  // namespace

const Found::Device& choose(const Found& found, const std::optional<Uuid>& rendering, bool staged,
                            int least) {
  constexpr const char* cannot = "CUDA cannot be used:";
  const int needed = driver_needed(found.runtime);
  if (found.driver == 0)
    core::fail("{} no NVIDIA driver is installed: install its driver {} or newer", cannot, needed);
  if (found.error == cudaErrorInsufficientDriver)
    core::fail(
        "{} the NVIDIA driver is made for CUDA {} and this program needs {}: install driver {} or newer{}",
        cannot, version_text(found.driver), version_text(found.runtime), needed,
        needed > 525 ? ", or build with CUDA 12.2 to 12.9, for which 525 is enough" : "");
  if (found.error == cudaErrorNoDevice || (found.error == cudaSuccess && found.devices.empty()))
    core::fail(
        "{} this machine has no NVIDIA GPU that its driver shows: a container needs one passed in, as by "
        "'docker run --gpus all'",
        cannot);
  if (found.error != cudaSuccess)
    core::fail("{} {} ({}): see whether nvidia-smi works, and restart after an update of the driver", cannot,
               cudaGetErrorString(found.error), cudaGetErrorName(found.error));
  const bool shares = rendering && !staged;
  const auto runs = [&](const Found::Device& d) { return why_not(d, least).empty(); };
  const auto& all = found.devices;
  auto device =
      std::find_if(all.begin(), all.end(), [&](const auto& d) { return rendering && d.uuid == *rendering; });
  if (shares && device == all.end())
    core::fail("{} Vulkan renders on another device than CUDA's '{}': choose that one with --device", cannot,
               all.front().name);
  if (!shares && (device == all.end() || !runs(*device))) device = std::find_if(all.begin(), all.end(), runs);
  if (device == all.end()) device = all.begin();
  if (const std::string reason = why_not(*device, least); !reason.empty())
    core::fail("{} {}", cannot, reason);
  if (shares && !device->timeline)
    core::fail("{} the driver of '{}' cannot share timeline semaphores: install driver {} or newer", cannot,
               device->name, needed);
  return *device;
}

void expect_code(cudaError_t asked, const Found::Device& device) {
  if (asked == cudaErrorUnsupportedPtxVersion)
    core::fail(
        "CUDA cannot be used: the driver is older than this build's CUDA {} and cannot compile its PTX for "
        "'{}': install a newer driver, or build with -DNEURASTER_CUDA_ARCHITECTURES=native",
        version_text(CUDART_VERSION), device.name);
  if (asked == cudaErrorNoKernelImageForDevice || asked == cudaErrorInvalidDeviceFunction)
    core::fail(
        "CUDA cannot be used: this build has no code for '{}' (compute capability {}): build it with "
        "-DNEURASTER_CUDA_ARCHITECTURES=native",
        device.name, point(device.capability));
  check(asked, "CUDA cannot be used");
}

std::vector<std::string> requirements(const Found& found, const std::string& cudnn) {
  std::string driver = found.driver == 0 ? "none" : "one for CUDA " + version_text(found.driver);
  // "NVRM version: NVIDIA UNIX x86_64 Kernel Module  575.51.03 ...": the number that people know.
  std::ifstream kernel_module("/proc/driver/nvidia/version");
  for (std::string word; found.driver != 0 && kernel_module >> word;)
    if (word.find('.') != std::string::npos && std::isdigit(static_cast<unsigned char>(word[0]))) {
      driver = fmt::format("{}, {}", word, driver);
      break;
    }
  std::string library = "none; only f32 and training need it";
  try {
    library = Cudnn(cudnn).version();
  } catch (const core::Error&) {
    // `library` says so.
  }
  return {
      fmt::format("driver: {} or newer; found {}", driver_needed(CUDART_VERSION), driver),
      fmt::format("toolkit, for the build: {} or newer; built with {}", "12.2", version_text(CUDART_VERSION)),
      fmt::format("cuDNN: {}; found {}", CUDNN_MAJOR, library)};
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
