#pragma once
// Whether an NVIDIA GPU is in this machine, driver or not: a network that does not run in CUDA is then worth
// a warning.

#include <filesystem>
#include <string>

namespace app {

/// Looks for one as the system shows it: on the PCI bus, in NVIDIA's own files, or through WSL. `root` is for
/// tests.
bool has_nvidia_gpu(const std::filesystem::path& root = "/");

/// Where there is an NVIDIA GPU, prints one warning that the network runs elsewhere ("on the processor", "in
/// Vulkan"), with the reason (and its remedy) why CUDA cannot be used; elsewhere a debug line. Each reason is
/// printed once in the program's life.
void report_no_cuda(const std::string& reason, const std::string& elsewhere = "on the processor",
                    bool nvidia = has_nvidia_gpu());

/// Prints one warning that the network runs on the processor though a GPU renders, with the reason why Vulkan
/// cannot run it; once as above.
void report_no_vulkan(const std::string& reason);

}  // namespace app
