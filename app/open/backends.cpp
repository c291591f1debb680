#include "app/open/backends.h"

#include "core/error.h"

namespace app {
namespace {

/// Returns bf16 where the processor computes in it natively, else f32.
compute::Precision processor_precision() {
  return compute::backend_supports(std::string(name_of(Backend::cpu)), compute::Precision::bf16)
             ? compute::Precision::bf16
             : compute::Precision::f32;
}
/// Returns the precision that the GPU's kernels are made for.
compute::Precision gpu_precision() {
  return compute::Precision::half;
}
compute::Precision exact_precision() {
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
    {.name = name_of(Backend::cpu),
     .choice = Backend::cpu,
     .precision = processor_precision,
     .where = renderer::Where::host},
    {.name = "reference", .precision = exact_precision},
};

compute::Precision choose_precision(const BackendRow& row, Precision asked) {
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
  return row.precision();
}

}  // namespace

std::span<const BackendRow> backends() {
  return table;
}

compute::BackendOptions backend_options(const BackendRow& row, const Settings& settings) {
  compute::BackendOptions options;
  options.precision = choose_precision(row, settings.run.precision);
  options.cudnn = settings.run.cudnn;
  return options;
}

std::unique_ptr<compute::Backend> open_backend(const BackendRow& row, const Settings& settings,
                                               const gpu::Device* device) {
  compute::BackendOptions options = backend_options(row, settings);
  if (row.needs && device) row.needs(*device, options);
  return compute::open_backend(std::string(row.name), options);
}

bool allows(const Settings& settings, const BackendRow& row) {
  return row.choice && (settings.run.backend == Backend::automatic || settings.run.backend == row.choice);
}

std::vector<BackendState> list_backends(const Settings& settings, const gpu::Device* device) {
  std::vector<BackendState> states;
  for (const BackendRow& row : backends()) {
    if (states.empty() || states.back().name != row.name)
      states.push_back({std::string(row.name), {}, false});
    BackendState& state = states.back();
    if (state.runs || (!device && row.where == renderer::Where::external)) continue;
    try {
      state.text = open_backend(row, settings, device)->description();
      state.runs = true;
    } catch (const core::Error& error) {
      state.text = error.what();
    }
  }
  return states;
}

}  // namespace app
