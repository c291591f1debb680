#include "compute/cuda/joined_context.h"

#include <cudaTypedefs.h>

namespace compute::cuda {

// CUDA 12.9 is the first whose headers know contexts that join Vulkan's.
#if CUDART_VERSION >= 12090

namespace {

/// Looks up one of the driver's own functions by name, so that nothing links libcuda.
template <typename Function>
Function driver_function(const char* name, unsigned version) {
  void* function = nullptr;
  cudaDriverEntryPointQueryResult found{};
  check(cudaGetDriverEntryPointByVersion(name, &function, version, cudaEnableDefault, &found),
        "cannot ask the driver for a function");
  if (found != cudaDriverEntryPointSuccess) core::fail("the NVIDIA driver has no {}", name);
  return reinterpret_cast<Function>(function);
}

void check_driver(CUresult result, const char* what) {
  if (result == CUDA_SUCCESS) return;
  const char* name = nullptr;
  driver_function<PFN_cuGetErrorName_v6000>("cuGetErrorName", 6000)(result, &name);
  core::fail("{}: {}", what, name ? name : "an error without a name");
}

}  // namespace

JoinedContext::JoinedContext(const Found::Device& device, std::vector<std::byte> queue)
    : device_(device.index) {
  int supported = 0;
  check(cudaDeviceGetAttribute(&supported, cudaDevAttrVulkanCigSupported, device.index),
        "cannot ask a CUDA device what it is");
  if (!supported) core::fail("the driver of '{}' joins no context to Vulkan's", device.name);
  const auto create = driver_function<PFN_cuCtxCreate_v12050>("cuCtxCreate", 12050);
  const auto limit = driver_function<PFN_cuCtxGetLimit_v3010>("cuCtxGetLimit", 3010);
  CUdevice handle = 0;
  check_driver(driver_function<PFN_cuDeviceGet_v2000>("cuDeviceGet", 2000)(&handle, device.index),
               "cannot find the CUDA device");
  CUctxCigParam shared{CIG_DATA_TYPE_NV_BLOB, queue.data()};
  CUctxCreateParams params{nullptr, 0, &shared};
  check_driver(create(&context_, &params, 0, handle), "cannot join CUDA's context to Vulkan's");
  static_cast<void>(limit(&shared_memory_, CU_LIMIT_SHMEM_SIZE));  // described only; an error leaves 0
}

JoinedContext::~JoinedContext() {
  try {
    static_cast<void>(driver_function<PFN_cuCtxDestroy_v4000>("cuCtxDestroy", 4000)(context_));
  } catch (const core::Error&) {
    // The driver is gone, and the context went with it.
  }
}

void JoinedContext::enter() const {
  check_driver(driver_function<PFN_cuCtxSetCurrent_v4000>("cuCtxSetCurrent", 4000)(context_),
               "cannot use the joined context");
}

#else

JoinedContext::JoinedContext(const Found::Device&, std::vector<std::byte>) {
  core::fail("joined contexts need a build with CUDA 12.9 or newer");
}
JoinedContext::~JoinedContext() = default;
void JoinedContext::enter() const {}

#endif

std::shared_ptr<JoinedContext> enter_context(const Found::Device& device,
                                             const std::vector<std::byte>& queue) {
  static std::weak_ptr<JoinedContext> joined;
  auto context = joined.lock();
  if (context && context->device() == device.index) return context;
  if (queue.empty()) {
    check(cudaSetDevice(device.index), "CUDA does not take the GPU");
    return nullptr;
  }
  context = std::make_shared<JoinedContext>(device, queue);
  joined = context;
  return context;
}

}  // namespace compute::cuda
