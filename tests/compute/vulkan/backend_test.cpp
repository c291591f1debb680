// The Vulkan backend beside its layers: memory, passes, groups, timelines, and what it says where something
// is missing.

#include <fmt/core.h>

#include <cstring>

#include "compute/interop.h"
#include "compute/vulkan/device.h"
#include "fixture.h"
#include "renderer/vulkan/commands.h"
#include "tests/support/scratch.h"
#include "trial_family.h"

namespace {

using compute::Backend;
using compute::Memory;
using core::Size;
using namespace testing_support;

using VulkanBackend = VulkanTest;

TEST_F(VulkanBackend, MemoryIsZeroedCopiedAndCleared) {
  const BackendPtr backend = open();
  for (const std::size_t bytes : {1u, 16u, 37u, 4099u, 20u << 20}) {
    SCOPED_TRACE(bytes);
    const auto memory = backend->allocate(bytes), other = backend->allocate(bytes);
    std::vector<std::uint8_t> host(bytes, 7), zeros(bytes);
    backend->copy_out(host.data(), memory->data(), bytes);
    EXPECT_EQ(host, zeros);
    for (std::size_t i = 0; i < bytes; ++i) host[i] = static_cast<std::uint8_t>(i * 13 + 1);
    backend->copy_in(memory->data(), host.data(), bytes);
    backend->copy(other->data(), memory->data(), bytes);
    std::vector<std::uint8_t> got(bytes);
    backend->copy_out(got.data(), other->data(), bytes);
    EXPECT_EQ(got, host);
    // From an odd place on, to an odd end.
    const std::size_t first = bytes / 3, count = bytes - first - bytes / 5;
    backend->clear(static_cast<char*>(other->data()) + first, count);
    std::fill_n(host.begin() + static_cast<std::ptrdiff_t>(first), count, std::uint8_t{0});
    backend->copy_out(got.data(), other->data(), bytes);
    EXPECT_EQ(got, host);
  }
}

TEST_F(VulkanBackend, RefusesMemoryThatIsNotItsOwn) {
  const BackendPtr backend = open();
  const auto memory = backend->allocate(64);
  char host[256] = {};
  EXPECT_THROW(backend->clear(host, 64), core::Error);
  EXPECT_THROW(backend->copy_out(host, memory->data(), 65), core::Error);
  EXPECT_THROW(backend->copy_out(host, static_cast<char*>(memory->data()) + 80, 1), core::Error);
}

/// Freed memory may still be used by work that waits, and is gone when the next is allocated.
TEST_F(VulkanBackend, MemoryIsCountedAndFreed) {
  const BackendPtr backend = open();
  const std::uint64_t before = backend->interop()->allocated();
  auto memory = backend->allocate(1 << 20);
  EXPECT_EQ(backend->interop()->allocated(), before + (1 << 20));
  backend->clear(memory->data(), 1 << 20);
  memory.reset();
  memory = backend->allocate(1 << 10);
  EXPECT_EQ(backend->interop()->allocated(), before + (1 << 10));
  EXPECT_THROW(static_cast<void>(backend->allocate(std::size_t{1} << 45)), core::Error);
}

/// The trial family's passes on the host.
std::vector<float> blurred(const std::vector<float>& input, Size size, float scale) {
  std::vector<float> result;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      float sum = 0;
      for (int k = 0; k < 9; ++k) {
        const int qx = std::clamp(x + k % 3 - 1, 0, size.width - 1),
                  qy = std::clamp(y + k / 3 - 1, 0, size.height - 1);
        sum += 2 * scale * input[static_cast<std::size_t>(qy * size.width + qx)] + 1;
      }
      result.push_back(sum / 9);
    }
  return result;
}

template <typename S>
struct Trial {
  Trial(Backend& from, Size size, float scale)
      : backend(from),
        passes(from.passes(trial_family<S>())),
        values(noise(core::area(size), 2)),
        input(upload(from, values)),
        doubled(from.allocate(values.size() * sizeof(S))),
        result(from.allocate(values.size() * sizeof(float))) {
    view.size = size;
    view.scale = scale;
    view.flags[2] = 1;
    view.input = static_cast<const float*>(input->data());
    view.doubled = static_cast<S*>(doubled->data());
    view.blurred = static_cast<float*>(result->data());
  }
  void enqueue() {
    passes.run(TrialPass::twice, view);
    passes.run(TrialPass::blur, view);
  }
  double error() {
    return worst(download(backend, *result, values.size()), blurred(values, view.size, view.scale));
  }
  Backend& backend;
  compute::PassesOf<TrialPass, TrialView<S>> passes;
  std::vector<float> values;
  std::unique_ptr<Memory> input, doubled, result;
  TrialView<S> view;
};

/// Every field of a view arrives, whatever it stores, and each pass sees what the one before it wrote.
TEST_F(VulkanBackend, PassesReadTheirView) {
  const BackendPtr backend = open();
  for (const Size size : {Size{37, 21}, Size{1, 1}, Size{32, 4}, Size{200, 3}}) {
    Trial<float> trial(*backend, size, 1.25f);
    trial.enqueue();
    EXPECT_LT(trial.error(), 1e-6);
  }
  Trial<compute::f16> halfs(*backend, {37, 21}, 1.25f);
  halfs.enqueue();
  EXPECT_LT(halfs.error(), 1e-3);  // 11 bits, which a driver may cut
}

/// More views than one piece of uniform memory holds, all in one submission.
TEST_F(VulkanBackend, EveryRunHasAViewOfItsOwn) {
  const BackendPtr backend = open();
  Trial<float> trial(*backend, {3, 2}, 1);
  std::vector<std::unique_ptr<Memory>> results;
  for (int i = 0; i < 1200; ++i) {
    results.push_back(backend->allocate(6 * sizeof(float)));
    trial.view.scale = static_cast<float>(i);
    trial.view.doubled = static_cast<float*>(results.back()->data());
    trial.passes.run(TrialPass::twice, trial.view);
  }
  for (int i = 0; i < 1200; ++i)
    EXPECT_FLOAT_EQ(download(*backend, *results[static_cast<std::size_t>(i)], 6)[1],
                    2 * static_cast<float>(i) * trial.values[1] + 1);
}

TEST_F(VulkanBackend, RefusesOtherFamilies) {
  const BackendPtr backend = open();
  compute::PassFamily family = trial_family<float>();
  family.name = "unheard of";
  EXPECT_EQ(message_of([&] { static_cast<void>(backend->passes(family)); }),
            "the vulkan backend has no passes 'unheard of' (f32)");
  family = trial_family<float>();
  family.view_bytes += 8;
  EXPECT_NE(message_of([&] { static_cast<void>(backend->passes(family)); }), "");
}

TEST_F(VulkanBackend, AGroupIsOneSubmissionThatCanBeLaunchedAgain) {
  const BackendPtr backend = open();
  Trial<float> trial(*backend, {37, 21}, 1.5f);
  compute::Interop& interop = *backend->interop();
  EXPECT_THROW(interop.launch_again(0), core::Error);
  for (int frame = 0; frame < 6; ++frame) {
    trial.view.scale = static_cast<float>(frame + 1);
    backend->clear(trial.result->data(), trial.values.size() * sizeof(float));
    backend->group(frame % 2, [&] { trial.enqueue(); });
    EXPECT_EQ(backend->launches(), 2);
    EXPECT_LT(trial.error(), 1e-6) << frame;
  }
  backend->clear(trial.result->data(), trial.values.size() * sizeof(float));
  interop.launch_again(0);
  trial.view.scale = 5;  // of the last group of slot 0
  EXPECT_LT(trial.error(), 1e-6);
  EXPECT_THROW(backend->group(0, [&] { backend->finish(); }), core::Error);
  EXPECT_THROW(backend->group(1, [] { core::fail("work failed"); }), core::Error);
  backend->group(1, [&] { trial.enqueue(); });
  EXPECT_LT(trial.error(), 1e-6);
}

TEST_F(VulkanBackend, TimesStagesAndTheWhole) {
  const BackendPtr backend = open();
  Trial<float> trial(*backend, {320, 200}, 1);
  compute::Interop& interop = *backend->interop();
  const auto stopwatch = interop.stopwatch();
  EXPECT_FALSE(stopwatch->milliseconds());
  EXPECT_TRUE(interop.stages().empty());
  backend->group(0, [&] { trial.enqueue(); });
  backend->finish();
  EXPECT_FALSE(interop.stages().at(0).milliseconds) << "nobody has asked for times";
  interop.time_stages(true);
  for (int frame = 0; frame < 3; ++frame) {
    stopwatch->start();
    backend->group(frame % 2, [&] { trial.enqueue(); });
    stopwatch->stop();
  }
  backend->finish();
  const auto stages = interop.stages();
  ASSERT_EQ(stages.size(), 2u);
  EXPECT_EQ(stages[0].name, "double");
  EXPECT_EQ(stages[1].name, "blur");
  ASSERT_TRUE(stages[0].milliseconds && stages[1].milliseconds && stopwatch->milliseconds());
  EXPECT_GT(*stages[1].milliseconds, 0);
  EXPECT_GE(*stopwatch->milliseconds(), *stages[0].milliseconds + *stages[1].milliseconds);
}

/// The backend on a device that somebody else opened, between two values of that one's semaphores.
TEST_F(VulkanBackend, WorksBetweenTheRenderersSemaphores) {
  const BackendPtr backend = open();
  const gpu::UniqueSemaphore rendered = gpu::make_timeline(*device_),
                             generated = gpu::make_timeline(*device_);
  compute::Interop& interop = *backend->interop();
  Trial<float> trial(*backend, {37, 21}, 1);
  {
    const auto first = interop.share_timeline(rendered.get()),
               second = interop.share_timeline(generated.get());
    for (std::uint64_t frame = 0; frame < 4; ++frame) {
      trial.view.scale = static_cast<float>(frame + 2);
      gpu::signal_timeline(*device_, rendered.get(), frame + 1);
      first->wait(frame + 1);
      backend->group(static_cast<int>(frame % 2), [&] { trial.enqueue(); });
      second->signal(frame + 1);
      EXPECT_LT(trial.error(), 1e-6);
      EXPECT_TRUE(gpu::try_wait_timeline(*device_, generated.get(), frame + 1, 0));
    }
    interop.expect_alive();
  }
}

/// Pinned memory is copied when the queue gets there.
TEST_F(VulkanBackend, CopiesThroughPinnedMemory) {
  const BackendPtr backend = open();
  compute::Interop& interop = *backend->interop();
  const auto pinned = interop.pinned(1024), back = interop.pinned(1024);
  const auto memory = backend->allocate(1024);
  std::memset(pinned->data(), 42, 1024);
  interop.copy_in_later(memory->data(), pinned->data(), 1024);
  interop.copy_out_later(back->data(), memory->data(), 1024);
  backend->finish();
  EXPECT_EQ(std::memcmp(pinned->data(), back->data(), 1024), 0);
  EXPECT_THROW(interop.copy_in_later(memory->data(), memory->data(), 16), core::Error);
}

TEST_F(VulkanBackend, RefusesToTrain) {
  const BackendPtr backend = open();
  const compute::Shape shape{16, 4, 4};
  EXPECT_THROW(static_cast<void>(backend->tensor(shape, true)), core::Error);
  const auto a = backend->tensor(shape, false), b = backend->tensor(shape, false);
  const auto parameter = backend->parameter({16, 16, 3});
  EXPECT_THROW(static_cast<void>(backend->convolution({16, 16, 3}, a, parameter, b, true)), core::Error);
  const auto layer = backend->convolution({16, 16, 3}, a, parameter, b, false);
  EXPECT_NE(message_of([&] { layer->backward(false); }).find("cannot train"), std::string::npos);
  EXPECT_THROW(parameter->zero_gradient(), core::Error);
  EXPECT_THROW(backend->interop()->call_later([] {}), core::Error);
}

TEST_F(VulkanBackend, SaysWhatIsMissing) {
  compute::BackendOptions options;
  options.precision = compute::Precision::bf16;
  EXPECT_EQ(message_of([&] { neuraster_backend()->create(options); }),
            "the vulkan backend computes in f32 or f16, not in bf16");
  options = {};
  EXPECT_EQ(message_of([&] { neuraster_backend()->create(options); }),
            "the vulkan backend computes on the device that renders, and none does");
  options.vulkan.emplace();
  EXPECT_EQ(message_of([&] { neuraster_backend()->create(options); }),
            "the vulkan backend was given a device without all of its handles");
}

/// The tests trust the layer's silence: it has to speak where something is wrong.
TEST_F(VulkanBackend, ValidationIsHeard) {
  const gpu::Device faulty({.validation = true});
  compute::BackendOptions options;
  options.vulkan = app::handles_of(faulty);
  const compute::vulkan::Device device(options);
  VkBufferCreateInfo create{};
  create.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO;  // of no bytes, and for no use
  VkBuffer buffer = VK_NULL_HANDLE;
  if (device.api().CreateBuffer(device.handle(), &create, nullptr, &buffer) == VK_SUCCESS)
    device.api().DestroyBuffer(device.handle(), buffer, nullptr);
  EXPECT_THROW(faulty.expect_valid(), core::Error);
}

// --- a lost device: functions that fail when the test says so
// -------------------------------------------------

PFN_vkGetInstanceProcAddr real_get_instance = nullptr;
PFN_vkGetDeviceProcAddr real_get_device = nullptr;
PFN_vkQueueSubmit2 real_submit = nullptr;
PFN_vkGetSemaphoreCounterValue real_value = nullptr;
PFN_vkWaitSemaphores real_wait = nullptr;
bool lost = false;

VKAPI_ATTR VkResult VKAPI_CALL submit(VkQueue queue, std::uint32_t count, const VkSubmitInfo2* infos,
                                      VkFence fence) {
  return lost ? VK_ERROR_DEVICE_LOST : real_submit(queue, count, infos, fence);
}
VKAPI_ATTR VkResult VKAPI_CALL value(VkDevice device, VkSemaphore semaphore, std::uint64_t* reached) {
  return lost ? VK_ERROR_DEVICE_LOST : real_value(device, semaphore, reached);
}
VKAPI_ATTR VkResult VKAPI_CALL wait(VkDevice device, const VkSemaphoreWaitInfo* info,
                                    std::uint64_t nanoseconds) {
  return lost ? VK_ERROR_DEVICE_LOST : real_wait(device, info, nanoseconds);
}
VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL get_device(VkDevice device, const char* name) {
  const PFN_vkVoidFunction found = real_get_device(device, name);
  const auto instead = [&](const char* which, auto& real, auto mine) {
    if (std::strcmp(name, which) != 0) return PFN_vkVoidFunction{};
    real = reinterpret_cast<std::remove_reference_t<decltype(real)>>(found);
    return reinterpret_cast<PFN_vkVoidFunction>(mine);
  };
  if (const auto f = instead("vkQueueSubmit2", real_submit, &submit)) return f;
  if (const auto f = instead("vkGetSemaphoreCounterValue", real_value, &value)) return f;
  if (const auto f = instead("vkWaitSemaphores", real_wait, &wait)) return f;
  return found;
}
VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL get_instance(VkInstance instance, const char* name) {
  const PFN_vkVoidFunction found = real_get_instance(instance, name);
  if (std::strcmp(name, "vkGetDeviceProcAddr") != 0) return found;
  real_get_device = reinterpret_cast<PFN_vkGetDeviceProcAddr>(found);
  return reinterpret_cast<PFN_vkVoidFunction>(&get_device);
}

TEST_F(VulkanBackend, ALostDeviceIsOneSentence) {
  compute::BackendOptions options;
  options.vulkan = app::handles_of(*device_);
  real_get_instance = reinterpret_cast<PFN_vkGetInstanceProcAddr>(options.vulkan->get_instance_proc_addr);
  options.vulkan->get_instance_proc_addr = reinterpret_cast<void*>(&get_instance);
  BackendPtr backend = open("floats", options);
  auto trial = std::make_unique<Trial<float>>(*backend, Size{9, 9}, 1.0f);
  trial->enqueue();
  backend->finish();
  backend->interop()->expect_alive();
  lost = true;
  const std::string sentence = "the GPU failed: its driver has reset it, or it is gone";
  EXPECT_EQ(message_of([&] { backend->interop()->expect_alive(); }), sentence);
  EXPECT_EQ(message_of([&] { trial->enqueue(); }), sentence);
  EXPECT_EQ(message_of([&] { backend->finish(); }), sentence);
  trial.reset();
  backend.reset();  // nothing hangs, nothing throws
  lost = false;
}

}  // namespace
