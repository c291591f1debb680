// What can generate here: one table for `devices` and for generators, and the one warning where a GPU is
// idle.

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "app/open/backends.h"
#include "app/open/generator.h"
#include "app/open/nvidia_gpu.h"
#include "core/error.h"
#include "core/file.h"
#include "renderer/vulkan/physical_device.h"

namespace {

namespace fs = std::filesystem;

TEST(Devices, NvidiaComesFirstWhereNobodyChose) {
  const auto rank = [](VkPhysicalDeviceType type, std::uint32_t vendor) {
    return gpu::preference(type, vendor);
  };
  constexpr auto discrete = VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU,
                 integrated = VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU;
  constexpr std::uint32_t amd = 0x1002, intel = 0x8086, mesa = 0x10005;
  EXPECT_LT(rank(discrete, gpu::nvidia_vendor), rank(discrete, amd));
  EXPECT_LT(rank(VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU, gpu::nvidia_vendor), rank(integrated, intel));
  EXPECT_LT(rank(discrete, amd), rank(integrated, intel));
  EXPECT_LT(rank(integrated, intel), rank(VK_PHYSICAL_DEVICE_TYPE_CPU, mesa));
}

/// A machine as its files show it.
class Machine : public testing::Test {
 protected:
  Machine() { fs::remove_all(root_); }
  ~Machine() override { fs::remove_all(root_); }
  void has(const std::string& file, const std::string& text) {
    fs::create_directories((root_ / file).parent_path());
    core::write_file(root_ / file, text);
  }
  void has_card(const std::string& vendor, const std::string& kind) {
    has("sys/bus/pci/devices/0000:01:00.0/vendor", vendor + "\n");
    has("sys/bus/pci/devices/0000:01:00.0/class", kind + "\n");
  }
  const fs::path root_ = fs::temp_directory_path() / ("neuraster_machine_" + std::to_string(::getpid()));
};

TEST_F(Machine, HasAnNvidiaGpu) {
  EXPECT_FALSE(app::has_nvidia_gpu(root_)) << "an empty machine";
  has_card("0x1002", "0x030000");
  EXPECT_FALSE(app::has_nvidia_gpu(root_)) << "another vendor's card";
  has_card("0x10de", "0x040300");
  EXPECT_FALSE(app::has_nvidia_gpu(root_)) << "NVIDIA's sound";
  has_card("0x10de", "0x030200");
  EXPECT_TRUE(app::has_nvidia_gpu(root_)) << "a GPU without a display, and no driver";
}
TEST_F(Machine, HasAnNvidiaDriver) {
  has("proc/driver/nvidia/version", "NVRM version: ...");
  EXPECT_TRUE(app::has_nvidia_gpu(root_));
}
/// Debian's libcuda1 comes with the toolkit, and leaves a device's file on machines without one.
TEST_F(Machine, HasADeviceThatOpens) {
  has("dev/other", "");
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  const std::string file = root_ / "dev/nvidiactl";
  ASSERT_LT(file.size(), sizeof address.sun_path);
  std::copy(file.begin(), file.end(), address.sun_path);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_TRUE(fs::exists(file));
  EXPECT_FALSE(app::has_nvidia_gpu(root_)) << "it cannot be opened, as where no driver is behind it";
  ::close(socket);
  fs::remove(file);
  has("dev/nvidiactl", "");
  EXPECT_TRUE(app::has_nvidia_gpu(root_));
}
TEST_F(Machine, IsWindowsBehindWsl) {
  has("dev/dxg", "");
  EXPECT_FALSE(app::has_nvidia_gpu(root_)) << "some GPU";
  has("usr/lib/wsl/lib/libcuda.so.1", "");
  EXPECT_TRUE(app::has_nvidia_gpu(root_));
}

TEST(IdleGpu, IsOneWarningWithTheReason) {
  testing::internal::CaptureStderr();
  for (int i = 0; i < 3; ++i)
    app::report_no_cuda("CUDA cannot be used: a reason and its remedy", "on the processor", true);
  app::report_no_cuda("a machine without one", "in Vulkan", false);
  const std::string text = testing::internal::GetCapturedStderr();
  const std::string wanted =
      "this machine has an NVIDIA GPU, but the network runs on the processor: CUDA cannot be used: a reason "
      "and its remedy";
  EXPECT_NE(text.find("warning: " + wanted), std::string::npos) << text;
  EXPECT_EQ(text.find(wanted), text.rfind(wanted)) << "once";
  EXPECT_EQ(text.find("a machine without one"), std::string::npos) << text;
}

/// `devices` and whoever opens a generator give the same sentence.
TEST(Backends, TheListSaysWhatOpeningSays) {
  const gpu::Device device({.external_memory = true});
  for (const app::BackendState& state : app::list_backends({}, &device)) {
    if (state.name == "reference") continue;
    app::Settings settings;
    app::set(settings, "backend", state.name);
    std::string reason;
    try {
      app::open_wanted_backend(device, settings);
    } catch (const core::Error& error) {
      reason = error.what();
    }
    EXPECT_EQ(reason.empty(), state.runs) << state.name;
    EXPECT_TRUE(reason.empty() || reason == state.text) << reason << "\n" << state.text;
  }
}

/// Vulkan is taken by itself where a GPU renders, and else only by its name.
TEST(Backends, VulkanIsForGpusUnlessItIsNamed) {
  const gpu::Device device;
  const auto& row = *std::ranges::find(app::backends(), "vulkan", &app::BackendRow::name);
  app::Settings settings;
  EXPECT_EQ(app::allows(settings, row, &device), !device.is_cpu());
  EXPECT_FALSE(app::allows(settings, row, nullptr)) << "nothing renders";
  app::set(settings, "backend", "vulkan");
  EXPECT_TRUE(app::allows(settings, row, &device));
  app::set(settings, "backend", "cpu");
  EXPECT_FALSE(app::allows(settings, row, &device));
  EXPECT_FALSE(row.trains);
}

/// Where CUDA is there, a renderer that shares nothing is not the reason why it does not run.
TEST(Backends, SharingNothingIsNoReason) {
  const gpu::Device device;
  for (const app::BackendState& state : app::list_backends({}, &device))
    EXPECT_EQ(state.text.find("shares no memory"), std::string::npos) << state.text;
}

}  // namespace
