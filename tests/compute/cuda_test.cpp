// The CUDA module without a GPU: it opens, and each thing that can be missing is one clear sentence.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "compute/backend.h"
#include "compute/cuda/cudnn.h"
#include "compute/cuda/runtime.h"
#include "core/file.h"

namespace {

namespace fs = std::filesystem;
using compute::cuda::Found;
using compute::cuda::Uuid;

template <typename Body>
std::string sentence_of(const Body& body) {
  try {
    body();
  } catch (const core::Error& error) {
    const std::string text = error.what();
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    return text;
  }
  return "";
}

#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

Found one_device() {
  Found found;
  found.driver = found.runtime = 13000;
  Found::Device device;
  device.name = "Some GPU";
  device.uuid[0] = 7;
  device.capability = 90;
  device.timeline = true;
  found.devices.push_back(device);
  return found;
}

TEST(CudaMemory, WhatCannotBeAllocatedIsNotCounted) {
  if (!compute::cuda::look().devices.empty()) GTEST_SKIP() << "a GPU would give it";
  EXPECT_THROW(compute::cuda::DeviceMemory(64, nullptr), core::Error);
  EXPECT_EQ(compute::cuda::allocated_bytes(), 0u);
}

TEST(CudaRefusal, NoFile) {
  const std::string text = sentence_of([] { compute::open_backend("cuda", {}, "/nowhere"); });
  EXPECT_SAYS(text, "cannot be opened");
  EXPECT_SAYS(text, "this build has no /nowhere/libneuraster_cuda.so (README.md");
}

TEST(CudaRefusal, WrongVersion) {
  const std::string text = sentence_of([] { compute::open_backend("old", {}, NEURASTER_TEST_LIBRARIES); });
  EXPECT_SAYS(text, "has version 0 where this program needs");
}

TEST(CudaRefusal, NoDriver) {
  Found found = one_device();
  found.driver = 0;
  found.error = cudaErrorInsufficientDriver;
  EXPECT_SAYS(sentence_of([&] { choose(found, {}); }),
              "no NVIDIA driver is installed: install its driver 580 or newer");
}

/// The module itself, by whatever this machine has.
TEST(CudaRefusal, TheModuleOpensAnywhere) {
  const std::string text = sentence_of([] { compute::open_backend("cuda"); });
  if (compute::cuda::look().driver != 0) GTEST_SKIP() << "this machine has a driver";
  EXPECT_SAYS(text, "no NVIDIA driver is installed");
}

/// In another process, whose loader finds a driver that knows of no device.
TEST(CudaRefusal, NoDevice) {
  if (std::getenv("NEURASTER_INSIDE")) {
    EXPECT_SAYS(sentence_of([] { compute::open_backend("cuda"); }),
                "this machine has no NVIDIA GPU that its driver shows: a container needs one passed in");
    return;
  }
  const std::string command =
      std::string("NEURASTER_INSIDE=1 LD_LIBRARY_PATH=" NEURASTER_TEST_LIBRARIES " ") +
      fs::read_symlink("/proc/self/exe").string() + " --gtest_filter=CudaRefusal.NoDevice >/dev/null 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST(CudaRefusal, OldDriver) {
  Found found = one_device();
  found.driver = 12040;
  found.error = cudaErrorInsufficientDriver;
  const std::string text = sentence_of([&] { choose(found, {}); });
  EXPECT_SAYS(text, "made for CUDA 12.4 and this program needs 13.0");
  EXPECT_SAYS(text, "install driver 580 or newer, or build with CUDA 12.2 to 12.9");
  found.driver = 11080;
  found.runtime = 12040;
  EXPECT_TRUE(sentence_of([&] { choose(found, {}); }).ends_with("install driver 525 or newer"));
}

TEST(CudaRefusal, DriverThatDoesNotStart) {
  Found found = one_device();
  found.error = cudaErrorSystemDriverMismatch;
  EXPECT_SAYS(sentence_of([&] { choose(found, {}); }), "restart after an update of the driver");
}

TEST(CudaRefusal, VulkanOnAnotherDevice) {
  const Found found = one_device();
  Uuid same{}, other{};
  same[0] = 7;
  EXPECT_EQ(&choose(found, same), &found.devices[0]);
  const std::string text = sentence_of([&] { choose(found, other); });
  EXPECT_SAYS(text, "Vulkan renders on another device than CUDA's 'Some GPU'");
  EXPECT_SAYS(text, "--device");
  EXPECT_EQ(&choose(found, other, true), &found.devices[0]) << "copies need no shared memory";
}

TEST(CudaRefusal, OldDevice) {
  Found found = one_device();
  found.devices[0].capability = 61;
  const std::string text = sentence_of([&] { choose(found, {}, false, 75); });
  EXPECT_SAYS(text, "compute capability 6.1, and the kernels need 7.5");
  EXPECT_SAYS(text, "--upscaler taau");
  found.devices[0].capability = 75;
  EXPECT_SAYS(sentence_of([&] { choose(found, {}, false, 89); }),
              "7.5, and this build starts at 8.9: build it with -DNEURASTER_CUDA_ARCHITECTURES=native");
  found.devices[0].capability = 90;
  found.devices[0].timeline = false;
  EXPECT_NO_THROW(choose(found, {}));
  EXPECT_NO_THROW(choose(found, Uuid{found.devices[0].uuid}, true));
  EXPECT_SAYS(sentence_of([&] { choose(found, Uuid{found.devices[0].uuid}); }), "timeline semaphores");
}

/// Of several GPUs the one that runs the code is taken, even if Vulkan renders on another.
TEST(CudaRefusal, TheGpuThatCan) {
  Found found = one_device();
  found.devices.push_back(found.devices[0]);
  found.devices[0].capability = 61;
  found.devices[1].uuid[0] = 8;
  Uuid old{}, able{};
  old[0] = 7;
  able[0] = 8;
  EXPECT_EQ(&choose(found, {}, false, 75), &found.devices[1]);
  EXPECT_EQ(&choose(found, old, true, 75), &found.devices[1]);
  EXPECT_EQ(&choose(found, able, false, 75), &found.devices[1]);
  EXPECT_SAYS(sentence_of([&] { choose(found, old, false, 75); }), "compute capability 6.1");
}

TEST(CudaRefusal, NoCodeForTheDevice) {
  Found::Device device;
  device.name = "Some GPU";
  device.capability = 110;
  using compute::cuda::expect_code;
  EXPECT_NO_THROW(expect_code(cudaSuccess, device));
  const std::string text = sentence_of([&] { expect_code(cudaErrorNoKernelImageForDevice, device); });
  EXPECT_SAYS(text, "no code for 'Some GPU' (compute capability 11.0)");
  EXPECT_SAYS(text, "-DNEURASTER_CUDA_ARCHITECTURES=native");
  EXPECT_SAYS(sentence_of([&] { expect_code(cudaErrorUnsupportedPtxVersion, device); }),
              "install a newer driver");
  EXPECT_SAYS(sentence_of([&] { expect_code(cudaErrorMemoryAllocation, device); }), "CUDA cannot be used");
}

/// What `neuraster devices` lists: needed and found.
TEST(CudaRequirements, NeededAndFound) {
  using compute::cuda::requirements;
  Found found = one_device();
  found.driver = 12040;
  const auto lines = requirements(found, "/nowhere");
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_SAYS(lines[0], fmt::format("driver: {} or newer", CUDART_VERSION >= 13000 ? 580 : 525));
  EXPECT_SAYS(lines[0], "found one for CUDA 12.4");
  EXPECT_SAYS(lines[1], fmt::format("12.2 or newer; built with {}.", CUDART_VERSION / 1000));
  EXPECT_SAYS(lines[2], "cuDNN: 9; found none");
  found.driver = 0;
  EXPECT_SAYS(requirements(found, "/nowhere")[0], "found none");
  EXPECT_EQ(compute::backend_needs("cuda").size(), 3u);
  EXPECT_TRUE(compute::backend_needs("reference").empty());
}

TEST(CudaRefusal, NoCudnn) {
  const std::string text = sentence_of([] { compute::cuda::Cudnn("/nowhere/libcudnn.so.9"); });
  EXPECT_SAYS(text, "cuDNN 9 cannot be opened");
  EXPECT_SAYS(text, "which f32 and training need: install it, or name its folder with --cudnn");
  EXPECT_SAYS(sentence_of([] { compute::cuda::Cudnn(NEURASTER_TEST_LIBRARIES "/libneuraster_old.so"); }),
              "is not cuDNN 9");
}

TEST(CudaRefusal, Bf16) {
  EXPECT_SAYS(sentence_of([] { compute::open_backend("cuda", {.precision = compute::Precision::bf16}); }),
              "f32 or f16");
}

}  // namespace
