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
  EXPECT_SAYS(text, "/nowhere/libneuraster_cuda.so");
}

TEST(CudaRefusal, WrongVersion) {
  const std::string text = sentence_of([] { compute::open_backend("old", {}, NEURASTER_TEST_LIBRARIES); });
  EXPECT_SAYS(text, "has version 0 where this program needs");
}

TEST(CudaRefusal, NoDriver) {
  Found found = one_device();
  found.driver = 0;
  found.error = cudaErrorInsufficientDriver;
  EXPECT_SAYS(sentence_of([&] { choose(found, {}); }), "no NVIDIA driver is installed");
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
    EXPECT_SAYS(sentence_of([] { compute::open_backend("cuda"); }), "this machine has no NVIDIA GPU");
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
  EXPECT_SAYS(sentence_of([&] { choose(found, {}); }), "made for CUDA 12.4 and this program needs 13.0");
}

TEST(CudaRefusal, VulkanOnAnotherDevice) {
  const Found found = one_device();
  Uuid same{}, other{};
  same[0] = 7;
  EXPECT_EQ(&choose(found, same), &found.devices[0]);
  EXPECT_SAYS(sentence_of([&] { choose(found, other); }), "Vulkan renders on another device");
}

TEST(CudaRefusal, OldDevice) {
  Found found = one_device();
  found.devices[0].capability = 61;
  EXPECT_SAYS(sentence_of([&] { choose(found, {}, 75); }), "compute capability 6.1");
  found.devices[0].capability = 90;
  found.devices[0].timeline = false;
  EXPECT_NO_THROW(choose(found, {}));
  EXPECT_SAYS(sentence_of([&] { choose(found, Uuid{found.devices[0].uuid}); }), "timeline semaphores");
}

TEST(CudaRefusal, NoCudnn) {
  const std::string text = sentence_of([] { compute::cuda::Cudnn("/nowhere/libcudnn.so.9"); });
  EXPECT_SAYS(text, "cuDNN 9 cannot be opened");
  EXPECT_SAYS(text, "--cudnn");
  EXPECT_SAYS(sentence_of([] { compute::cuda::Cudnn(NEURASTER_TEST_LIBRARIES "/libneuraster_old.so"); }),
              "is not cuDNN 9");
}

TEST(CudaRefusal, Bf16) {
  EXPECT_SAYS(sentence_of([] { compute::open_backend("cuda", {.precision = compute::Precision::bf16}); }),
              "f32 or f16");
}

}  // namespace
