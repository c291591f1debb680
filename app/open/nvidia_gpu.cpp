#include "app/open/nvidia_gpu.h"

#include <fmt/core.h>

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

/// Returns whether this is the first call with this reason.
bool first_time(const std::string& reason) {
  static std::mutex mutex;
  static std::set<std::string> reported;
  const std::lock_guard lock(mutex);
  return reported.insert(reason).second;
}

}  // namespace

bool has_nvidia_gpu(const fs::path& root) {
  std::error_code none;
  for (const auto& device : fs::directory_iterator(root / "sys/bus/pci/devices", none))
    if (first_word(device.path() / "vendor") == "0x10de" &&
        first_word(device.path() / "class").starts_with("0x03"))  // display controllers
      return true;
  // A package may make the device's file where there is none; then it cannot be opened.
  if (fs::exists(root / "proc/driver/nvidia/version", none) ||
      std::ifstream(root / "dev/nvidiactl").is_open())
    return true;
  // In WSL the GPU is behind one device, and this library comes with NVIDIA's driver for Windows.
  return fs::exists(root / "dev/dxg", none) && fs::exists(root / "usr/lib/wsl/lib/libcuda.so.1", none);
}

void report_no_cuda(const std::string& reason, const std::string& elsewhere, bool nvidia) {
  if (!first_time(reason)) return;
  if (nvidia)
    core::log_warning(
        fmt::format("this machine has an NVIDIA GPU, but the network runs {}: {}", elsewhere, reason));
  else
    core::log_debug(reason);
}

void report_no_vulkan(const std::string& reason) {
  if (first_time(reason))
    core::log_warning("a GPU renders, but the network runs on the processor: " + reason);
}

}  // namespace app
