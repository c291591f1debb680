#include "app/open/nvidia_gpu.h"

#include <fstream>
#include <mutex>
#include <set>

#include "core/log.h"

namespace app {
namespace {

namespace fs = std::filesystem;

std::string first_word(const fs::path& file) {
  std::string word;
  std::ifstream(file) >> word;
  return word;
}

}  // namespace

bool has_nvidia_gpu(const fs::path& root) {
  std::error_code none;
  for (const auto& device : fs::directory_iterator(root / "sys/bus/pci/devices", none))
    if (first_word(device.path() / "vendor") == "0x10de" &&
        first_word(device.path() / "class").starts_with("0x03"))  // display controllers
      return true;
  if (fs::exists(root / "proc/driver/nvidia/version", none) || fs::exists(root / "dev/nvidiactl", none))
    return true;
  // In WSL the GPU is behind one device, and this library comes with NVIDIA's driver for Windows.
  return fs::exists(root / "dev/dxg", none) && fs::exists(root / "usr/lib/wsl/lib/libcuda.so.1", none);
}

void report_no_cuda(const std::string& reason, bool nvidia) {
  static std::mutex mutex;
  static std::set<std::string> reported;
  const std::lock_guard lock(mutex);
  if (!reported.insert(reason).second) return;
  if (nvidia)
    core::log_warning("this machine has an NVIDIA GPU, but the network runs on the processor: " + reason);
  else
    core::log_debug(reason);
}

}  // namespace app
