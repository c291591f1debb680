// A libcuda.so.1 that finds no device, like a machine with a driver and without a GPU.

#include <cstdint>
#include <cstring>

extern "C" {
int cuInit(unsigned) {
  return 100;  // CUDA_ERROR_NO_DEVICE
}
int cuDriverGetVersion(int* version) {
  *version = 13000;
  return 0;
}
static int no_device() {
  return 100;
}
int cuGetProcAddress_v2(const char* name, void** function, int, std::uint64_t, int* status) {
  if (!std::strcmp(name, "cuInit"))
    *function = reinterpret_cast<void*>(cuInit);
  else if (!std::strcmp(name, "cuDriverGetVersion"))
    *function = reinterpret_cast<void*>(cuDriverGetVersion);
  else if (!std::strcmp(name, "cuGetProcAddress"))
    *function = reinterpret_cast<void*>(cuGetProcAddress_v2);
  else
    *function = reinterpret_cast<void*>(no_device);
  if (status) *status = 0;
  return 0;
}
int cuGetProcAddress(const char* name, void** function, int version, std::uint64_t flags) {
  return cuGetProcAddress_v2(name, function, version, flags, nullptr);
}
}
