// `neuraster devices`: lists what can render and generate on this machine, and why the rest cannot.

#include <fmt/core.h>

#include <memory>

#include "app/command_line/options.h"
#include "app/commands/commands.h"
#include "app/open/backends.h"
#include "app/open/scene_and_device.h"
#include "core/error.h"
#include "neural/upscale/upscaler.h"
#include "renderer/vulkan/device.h"

namespace app {
namespace {

const char* kind_of(VkPhysicalDeviceType type) {
  switch (type) {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
      return "discrete GPU";
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
      return "integrated GPU";
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
      return "virtual GPU";
    case VK_PHYSICAL_DEVICE_TYPE_CPU:
      return "processor";
    default:
      return "other";
  }
}

void print_needs_of_cuda(const std::string& cudnn) {
  fmt::print("What CUDA needs:\n");
  try {
    for (const std::string& line :
         compute::backend_needs(std::string(name_of(Backend::cuda)), {.cudnn = cudnn}))
      fmt::print("  {}\n", line);
  } catch (const core::Error& error) {
    fmt::print("  {}\n", error.what());
  }
}

}  // namespace

Action declare_devices(CLI::App& cli) {
  const auto settings = std::make_shared<Settings>();
  add_option(cli, "--cudnn", settings->run.cudnn, "path of libcudnn where the loader does not find it")
      .placeholder("TEXT");
  return [settings] {
    const auto devices = gpu::list_devices();
    fmt::print("Render (--device NAME or INDEX):\n");
    if (devices.empty()) fmt::print("  none: no Vulkan driver is installed\n");
    for (const gpu::DeviceInfo& device : devices) {
      fmt::print("  {}: {} ({}, {}){}\n", device.index, device.name, kind_of(device.type), device.driver,
                 device.unusable.empty() ? "" : ", cannot be used: " + device.unusable);
    }
    // As a run without options would open it.
    std::unique_ptr<gpu::Device> device;
    try {
      device = open_device({});
    } catch (const core::Error&) {
      // No device of the list can render.
    }
    fmt::print("Generate (--backend NAME):\n");
    for (const BackendState& backend : list_backends(*settings, device.get()))
      fmt::print("  {}: {}\n", backend.name, backend.text);
    // In f32, which CUDA leaves to cuDNN.
    Settings exact = *settings;
    exact.run.precision = Precision::f32;
    fmt::print("Train (train --backend NAME):\n");
    for (const BackendState& backend : list_backends(exact, nullptr))
      if (backend.name != "reference" && backend.trains) fmt::print("  {}: {}\n", backend.name, backend.text);
    print_needs_of_cuda(settings->run.cudnn);
    constexpr core::Size hd{1920, 1080}, uhd{3840, 2160};
    fmt::print(
        "Memory on a GPU: at most {} MB in f16 from 1920x1080 to 3840x2160, {} MB from 960x540 to "
        "1920x1080\n",
        neural::memory_budget(hd, uhd) / 1'000'000, neural::memory_budget({960, 540}, hd) / 1'000'000);
    return 0;
  };
}

}  // namespace app
