#include "app/open/backends.h"

#include "core/error.h"

namespace app {

compute::VulkanDevice handles_of(const gpu::Device& device) {
  const gpu::ComputeSupport& offers = device.compute();
  if (!offers.lacks.empty())
    core::fail("the network cannot run in Vulkan: the driver of '{}' lacks {}", device.info().name,
               offers.lacks);
  return {.instance = device.instance(),
          .physical_device = device.physical(),
          .device = device.handle(),
          .queue = device.compute_queue(),
          .queue_family = device.compute_family(),
          .get_instance_proc_addr = reinterpret_cast<void*>(&vkGetInstanceProcAddr),
          .queue_lock = &device.queue_mutex(),
          .float16 = offers.float16,
          .cooperative_matrix = offers.cooperative_matrix};
}

namespace {

/// Returns bf16 where the processor computes in it natively, else f32.
compute::Precision processor_precision(const gpu::Device*) {
  return compute::backend_supports(std::string(name_of(Backend::cpu)), compute::Precision::bf16)
             ? compute::Precision::bf16
             : compute::Precision::f32;
}
/// Returns the precision that the GPU's kernels are made for.
compute::Precision gpu_precision(const gpu::Device*) {
  return compute::Precision::half;
}
/// A processor is not faster in halfs.
compute::Precision vulkan_precision(const gpu::Device* device) {
  return device && !device->is_cpu() && device->compute().float16 ? compute::Precision::half
                                                                  : compute::Precision::f32;
}
compute::Precision exact_precision(const gpu::Device*) {
  return compute::Precision::f32;
}

void share_memory(const gpu::Device& device, compute::BackendOptions& options) {
  if (!device.external_memory() || device.is_cpu())
    core::fail("'{}' shares no memory with CUDA", device.info().name);
  options.device_uuid = device.info().uuid;
  options.joins = device.external_queue();
}
/// Another GPU renders, or a driver that exports nothing (MIG, WSL, a container without graphics libraries).
void copy_memory(const gpu::Device& device, compute::BackendOptions& options) {
  options.device_uuid = device.info().uuid;
  options.staged = true;
}

void use_device(const gpu::Device& device, compute::BackendOptions& options) {
  options.vulkan = handles_of(device);
}
bool is_gpu(const gpu::Device& device) {
  return !device.is_cpu();
}

constexpr BackendRow table[] = {
    {.name = name_of(Backend::cuda),
     .choice = Backend::cuda,
     .precision = gpu_precision,
     .needs = share_memory,
     .where = renderer::Where::external},
    {.name = name_of(Backend::cuda),
     .choice = Backend::cuda,
     .precision = gpu_precision,
     .needs = copy_memory,
     .where = renderer::Where::staged},
    {.name = name_of(Backend::vulkan),
     .choice = Backend::vulkan,
     .precision = vulkan_precision,
     .needs = use_device,
     .by_itself = is_gpu,
     .where = renderer::Where::same_device,
     .trains = false},
    {.name = name_of(Backend::cpu),
     .choice = Backend::cpu,
     .precision = processor_precision,
     .where = renderer::Where::host},
    {.name = "reference", .precision = exact_precision},
};

compute::Precision choose_precision(const BackendRow& row, Precision asked, const gpu::Device* device) {
  switch (asked) {
    case Precision::f32:
      return compute::Precision::f32;
    case Precision::bf16:
      return compute::Precision::bf16;
    case Precision::f16:
      return compute::Precision::half;
    case Precision::automatic:
      break;
  }
  return row.precision(device);
}

}  // namespace

std::span<const BackendRow> backends() {
  return table;
}

std::unique_ptr<compute::Backend> open_backend(const BackendRow& row, const Settings& settings,
                                               const gpu::Device* device) {
  compute::BackendOptions options;
  options.precision = choose_precision(row, settings.run.precision, device);
  options.cudnn = settings.run.cudnn;
  if (row.needs && device) row.needs(*device, options);
  return compute::open_backend(std::string(row.name), options);
}

bool allows(const Settings& settings, const BackendRow& row, const gpu::Device* device) {
  if (!row.choice) return false;
  if (settings.run.backend != Backend::automatic) return settings.run.backend == row.choice;
  return !row.by_itself || (device && row.by_itself(*device));
}

std::vector<BackendState> list_backends(const Settings& settings, const gpu::Device* device) {
  std::vector<BackendState> states;
  for (const BackendRow& row : backends()) {
    if (states.empty() || states.back().name != row.name)
      states.push_back({std::string(row.name), {}, false, row.trains});
    BackendState& state = states.back();
    if (state.runs || (!device && row.where == renderer::Where::external)) continue;
    try {
      state.text = open_backend(row, settings, device)->description();
      state.runs = true;
      if (device && row.by_itself && !row.by_itself(*device))
        state.text += "; only where --backend names it, because a processor renders here";
    } catch (const core::Error& error) {
      state.text = error.what();
    }
  }
  return states;
}

}  // namespace app
