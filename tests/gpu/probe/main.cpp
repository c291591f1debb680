// neuraster_probe: finds out in one minute what works between Vulkan and CUDA on this machine. It prints one
// line for each question, writes JSON with --json FILE, and uses joined contexts with --contexts joined. The
// exit status is 1 where the hand-off does not work.

#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>

#include "compute/cuda/cudnn.h"
#include "compute/cuda/external.h"
#include "compute/cuda/joined_context.h"
#include "compute/cuda/runtime.h"
#include "core/clock.h"
#include "core/file.h"
#include "kernels.h"
#include "probe_spirv/probe_comp.h"
#include "probe_spirv/probe_frag.h"
#include "probe_spirv/probe_vert.h"
#include "renderer/vulkan/commands.h"
#include "renderer/vulkan/pipeline.h"

namespace {

namespace cuda = compute::cuda;
using Json = nlohmann::ordered_json;
using core::Clock;

#ifdef NEURASTER_SIMULATED  // tests/gpu/simulator: the same questions, at smaller sizes
constexpr std::size_t words = 1 << 12, copy_bytes = std::size_t{8} << 20;
constexpr int blocks = 2, rounds_of_products = 2;
constexpr std::uint32_t width = 192, height = 108;
#else
constexpr std::size_t words = 1 << 18, copy_bytes = std::size_t{1} << 30;
constexpr int blocks = 132 * 8, rounds_of_products = 4096;
constexpr std::uint32_t width = 1920, height = 1080;
#endif

/// Vulkan fills the buffer with an even number, CUDA checks it and writes an odd one, Vulkan copies that out.
Json ping_pong(const gpu::Device& device, cudaStream_t stream, int rounds) {
  gpu::Buffer shared(device, words * 4, VK_BUFFER_USAGE_TRANSFER_DST_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT,
                     gpu::MemoryUse::exported, "probe");
  gpu::Buffer seen(device, 4 * static_cast<VkDeviceSize>(rounds), VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                   gpu::MemoryUse::readback, "probe, seen");
  const auto rendered = gpu::make_timeline(device, 0, true), generated = gpu::make_timeline(device, 0, true);
  const auto done = gpu::make_timeline(device);
  cuda::ExternalMemory memory(shared.export_memory());
  cuda::ExternalTimeline wait(gpu::export_timeline(device, rendered.get()), stream);
  cuda::ExternalTimeline signal(gpu::export_timeline(device, generated.get()), stream);
  const cuda::DeviceMemory wrong(4, stream);
  std::vector<gpu::CommandBuffer> fills, takes;
  for (int i = 0; i < 2; ++i) fills.emplace_back(device), takes.emplace_back(device);
  const auto start = Clock::now();
  for (int n = 0; n < rounds; ++n) {
    const auto value = static_cast<std::uint64_t>(n) + 1;
    const auto pattern = static_cast<std::uint32_t>(2 * n);
    if (n >= 2) gpu::wait_timeline(device, done.get(), value - 2, 10);  // for the command buffer only
    gpu::CommandBuffer &fill = fills[value % 2], &take = takes[value % 2];
    const VkCommandBuffer commands = fill.begin();
    vkCmdFillBuffer(commands, shared.get(), 0, VK_WHOLE_SIZE, pattern);
    gpu::transfer_ownership(device, commands, {&shared}, gpu::Transfer::release);
    fill.end();
    const gpu::SemaphoreValue render_wait[] = {{generated.get(), value - 1}},
                              render[] = {{rendered.get(), value}};
    gpu::submit(device, fill.get(), render_wait, render);
    wait.wait(value);
    cuda::check(probe::check_and_fill(static_cast<std::uint32_t*>(memory.data()), words, pattern, pattern + 1,
                                      wrong.as<unsigned>(), stream),
                "cannot launch");
    signal.signal(value);
    const VkCommandBuffer taking = take.begin();
    gpu::transfer_ownership(device, taking, {&shared}, gpu::Transfer::acquire);
    const VkBufferCopy copy{(words - 1) * 4, 4 * static_cast<VkDeviceSize>(n), 4};
    vkCmdCopyBuffer(taking, shared.get(), seen.get(), 1, &copy);
    gpu::barrier(taking, gpu::Access::transfer, gpu::Access::all);
    gpu::barrier(taking, gpu::Access::transfer, gpu::Access::host_read);
    take.end();
    const gpu::SemaphoreValue take_wait[] = {{generated.get(), value}}, took[] = {{done.get(), value}};
    gpu::submit(device, take.get(), take_wait, took);
  }
  gpu::wait_timeline(device, done.get(), static_cast<std::uint64_t>(rounds), 30);
  const double ms = core::milliseconds_since(start) / rounds;
  seen.invalidate();
  unsigned wrong_in_cuda = 0;
  cuda::check(cudaMemcpy(&wrong_in_cuda, wrong.get(), 4, cudaMemcpyDeviceToHost), "cannot read the count");
  int wrong_in_vulkan = 0;
  for (int n = 0; n < rounds; ++n)
    wrong_in_vulkan += seen.as<std::uint32_t>()[n] != static_cast<std::uint32_t>(2 * n + 1);
  return {{"rounds", rounds},
          {"round_trip_ms", ms},
          {"wrong_words_in_cuda", wrong_in_cuda},
          {"wrong_rounds_in_vulkan", wrong_in_vulkan}};
}

/// Returns the milliseconds of one `record`: 20 in each submission, the best of three submissions.
double time_vulkan(const gpu::Device& device, const std::function<void(VkCommandBuffer)>& record) {
  double best = 1e9;
  for (int n = 0; n < 3; ++n) {
    const auto start = Clock::now();
    gpu::run_once(device, [&](VkCommandBuffer commands) {
      for (int i = 0; i < 20; ++i) {
        record(commands);
        gpu::barrier(commands, gpu::Access::all, gpu::Access::all);
      }
    });
    best = std::min(best, core::milliseconds_since(start) / 20);
  }
  return best;
}

Json fragment_and_compute(const gpu::Device& device) {
  const gpu::Image picture(device,
                           {.format = VK_FORMAT_R8G8B8A8_UNORM,
                            .width = width,
                            .height = height,
                            .usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_STORAGE_BIT |
                                     VK_IMAGE_USAGE_TRANSFER_SRC_BIT},
                           "probe picture");
  const auto layout = gpu::make_layout(device, {});
  gpu::GraphicsDesc desc;
  desc.vertex = probe_vert;
  desc.fragment = probe_frag;
  desc.layout = layout.get();
  desc.color_formats = {VK_FORMAT_R8G8B8A8_UNORM};
  const auto triangle = gpu::make_graphics_pipeline(device, desc);
  const gpu::ComputePipeline compute(device, probe_comp, {VK_DESCRIPTOR_TYPE_STORAGE_IMAGE});
  gpu::run_once(device, [&](VkCommandBuffer commands) { gpu::to_general(commands, {&picture}); });
  const double fragment_ms = time_vulkan(device, [&](VkCommandBuffer commands) {
    VkRenderingAttachmentInfo color{};
    color.sType = VK_STRUCTURE_TYPE_RENDERING_ATTACHMENT_INFO;
    color.imageView = picture.view();
    color.imageLayout = VK_IMAGE_LAYOUT_GENERAL;
    color.loadOp = VK_ATTACHMENT_LOAD_OP_CLEAR;
    color.storeOp = VK_ATTACHMENT_STORE_OP_STORE;
    VkRenderingInfo info{};
    info.sType = VK_STRUCTURE_TYPE_RENDERING_INFO;
    info.renderArea.extent = {width, height};
    info.layerCount = 1;
    info.colorAttachmentCount = 1;
    info.pColorAttachments = &color;
    vkCmdBeginRendering(commands, &info);
    vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, triangle.get());
    gpu::set_viewport(commands, width, height);
    vkCmdDraw(commands, 3, 1, 0, 0);
    vkCmdEndRendering(commands);
  });
  const gpu::Buffer pixel(device, 4, VK_BUFFER_USAGE_TRANSFER_DST_BIT, gpu::MemoryUse::readback, "pixel");
  gpu::run_once(device, [&](VkCommandBuffer commands) {
    VkBufferImageCopy copy{};
    copy.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
    copy.imageOffset = {5, 5, 0};
    copy.imageExtent = {1, 1, 1};
    vkCmdCopyImageToBuffer(commands, picture.get(), VK_IMAGE_LAYOUT_GENERAL, pixel.get(), 1, &copy);
    gpu::barrier(commands, gpu::Access::transfer, gpu::Access::host_read);
  });
  pixel.invalidate();
  const double compute_ms = time_vulkan(device, [&](VkCommandBuffer commands) {
    compute.dispatch(commands, std::array{gpu::storage_image(picture)}, width, height);
  });
  return {{"rasterized", pixel.as<std::uint8_t>()[1] == 255 && pixel.as<std::uint8_t>()[3] == 255},
          {"fragment_ms", fragment_ms},
          {"compute_ms", compute_ms}};
}

/// Returns the milliseconds of `work` on the stream, the best of five.
double time_cuda(cudaStream_t stream, const std::function<void()>& work) {
  const cuda::Event begin = cuda::make_event(), end = cuda::make_event();
  float best = 1e9f;
  for (int n = 0; n < 5; ++n) {
    cuda::check(cudaEventRecord(begin.get(), stream), "cannot time");
    work();
    cuda::check(cudaEventRecord(end.get(), stream), "cannot time");
    cuda::check(cudaEventSynchronize(end.get()), "cannot time");
    float ms = 0;
    cuda::check(cudaEventElapsedTime(&ms, begin.get(), end.get()), "cannot time");
    best = std::min(best, ms);
  }
  return best;
}

Json rates(cudaStream_t stream) {
  const cuda::DeviceMemory from(copy_bytes, stream), to(copy_bytes, stream);
  const double copy_ms = time_cuda(stream, [&] {
    cuda::check(cudaMemcpyAsync(to.get(), from.get(), copy_bytes, cudaMemcpyDeviceToDevice, stream),
                "cannot copy");
  });
  const double multiply_ms = time_cuda(stream, [&] {
    cuda::check(probe::multiply_many(blocks, rounds_of_products, to.as<float>(), stream), "cannot launch");
  });
  return {{"copy_gb_s", 2e-6 * copy_bytes / copy_ms},
          {"mma_sync_tflop_s", 2e-9 * probe::products_of(blocks, rounds_of_products) / multiply_ms}};
}

int run(const std::string& json_file, const std::string& cudnn_place, bool joins) {
  Json answer;
  bool works = true;
  const auto ask = [&](const char* name, const auto& question) {
    try {
      answer[name] = question();
    } catch (const std::exception& error) {
      answer[name] = {{"failed", error.what()}};
      works = false;
    }
    fmt::print("{}: {}\n", name, answer[name].dump());
  };
  std::unique_ptr<gpu::Device> device;
  cuda::Found found;
  std::shared_ptr<cuda::JoinedContext> joined;
  cuda::Stream stream;
  ask("vulkan", [&]() -> Json {
    gpu::DeviceOptions options;
    options.external_memory = true;
    options.joined_contexts = joins;
    device = std::make_unique<gpu::Device>(options);
    return {{"device", device->info().name},
            {"driver", device->info().driver},
            {"uuid", fmt::format("{:02x}", fmt::join(device->info().uuid, ""))},
            {"shares", device->external_memory()},
            {"joins", !device->external_queue().empty()}};
  });
  ask("cuda", [&]() -> Json {
    found = cuda::look();
    const auto& chosen = choose(found, device ? std::optional(device->info().uuid) : std::nullopt);
    joined = enter_context(chosen, device ? device->external_queue() : std::vector<std::byte>{});
    stream = cuda::make_stream();
    const auto [left, all] = cuda::memory_left();
    return {{"device", chosen.name},      {"capability", chosen.capability},
            {"driver", found.driver},     {"timeline", chosen.timeline},
            {"memory_left", left},        {"memory", all},
            {"joined", joined != nullptr}};
  });
  if (device) ask("vulkan_speed", [&] { return fragment_and_compute(*device); });
  if (stream) ask("rates", [&] { return rates(stream.get()); });
  if (stream && device)
    ask("hand_off", [&] {
      Json result = ping_pong(*device, stream.get(), 1000);
      works &= result["wrong_words_in_cuda"] == 0 && result["wrong_rounds_in_vulkan"] == 0;
      return result;
    });
  const bool so_far = works;  // cuDNN is optional
  ask("cudnn", [&]() -> Json { return cuda::Cudnn(cudnn_place).version(); });
  works = so_far;
  if (!json_file.empty()) core::write_file(json_file, answer.dump(2) + "\n");
  return works ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  std::string json, cudnn;
  bool joins = false;
  for (int i = 1; i + 1 < count; i += 2) {
    if (std::string(arguments[i]) == "--json") json = arguments[i + 1];
    if (std::string(arguments[i]) == "--cudnn") cudnn = arguments[i + 1];
    if (std::string(arguments[i]) == "--contexts") joins = std::string(arguments[i + 1]) == "joined";
  }
  return run(json, cudnn, joins);
}
