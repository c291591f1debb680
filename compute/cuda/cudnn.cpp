#include "compute/cuda/cudnn.h"

#include <dlfcn.h>

#include <filesystem>

namespace compute::cuda {

Cudnn::Cudnn(const std::string& place) {
  namespace fs = std::filesystem;
  const std::string file = fmt::format("libcudnn.so.{}", CUDNN_MAJOR);
  std::string path = place.empty() ? file : place;
  if (!place.empty() && fs::is_directory(place)) path = (fs::path(place) / file).string();
  library_ = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library_)
    core::fail(
        "cuDNN {} cannot be opened ({}), which f32 and training need: install it, or name its folder with "
        "--cudnn",
        CUDNN_MAJOR, dlerror());
#define X(function)                                                            \
  function = reinterpret_cast<decltype(function)>(dlsym(library_, #function)); \
  if (!function) core::fail("{} is not cuDNN {}: it has no " #function, path, CUDNN_MAJOR);
  NEURASTER_CUDNN_FUNCTIONS(X)
#undef X
  if (cudnnGetVersion() / 10000 != CUDNN_MAJOR)
    core::fail("{} is cuDNN {} and this program needs {}", path, version(), CUDNN_MAJOR);
}

void Cudnn::start(cudaStream_t stream) {
  check(cudnnCreate(&handle_), "cuDNN does not start");
  check(cudnnSetStream(handle_, stream), "cuDNN does not take the stream");
}

Cudnn::~Cudnn() {
  // The library stays loaded, because it keeps state of the device that outlives a handle.
  if (handle_) static_cast<void>(cudnnDestroy(handle_));
}

std::string Cudnn::version() const {
  const std::size_t v = cudnnGetVersion();
  return fmt::format("{}.{}.{}", v / 10000, v / 100 % 100, v % 100);
}

void Cudnn::check(cudnnStatus_t status, const char* what) const {
  if (status != CUDNN_STATUS_SUCCESS) core::fail("{}: {}", what, cudnnGetErrorString(status));
}

}  // namespace compute::cuda
