#include "app/open/generator.h"

#include <algorithm>
#include <optional>

#include "compute/backend.h"
#include "core/error.h"
#include "core/file.h"
#include "core/log.h"
#include "neural/upscale/plan.h"
#include "neural/upscale/upscaler.h"

namespace app {
namespace {

/// bf16 where the processor computes in it, else f32: the choice is the machine's and not a timing's.
compute::Precision choose_precision(const Settings& settings) {
  switch (settings.run.precision) {
    case Precision::f32:
      return compute::Precision::f32;
    case Precision::bf16:
      return compute::Precision::bf16;
    case Precision::f16:
      return compute::Precision::half;
    case Precision::automatic:
      break;
  }
  return compute::backend_supports("cpu", compute::Precision::bf16) ? compute::Precision::bf16
                                                                    : compute::Precision::f32;
}

std::unique_ptr<compute::Backend> open_host_backend(const Settings& settings) {
  if (settings.run.backend == Backend::cuda) core::fail("the cuda backend does not run on the host's memory");
  return compute::open_backend("cpu", {.threads = 0, .precision = choose_precision(settings)});
}

/// f16 on a GPU unless another is asked for: what its kernels are made for.
compute::BackendOptions cuda_options(const Settings& settings) {
  compute::BackendOptions options;
  options.precision =
      settings.run.precision == Precision::automatic ? compute::Precision::half : choose_precision(settings);
  options.cudnn = settings.run.cudnn;
  return options;
}

struct Generator {
  Settings settings;
  std::unique_ptr<compute::Backend> backend;
  std::optional<neural::Weights> weights;  ///< kept: their file may be another one by the time of a resize
  std::unique_ptr<neural::Upscaler> upscaler;
  core::Size most{};

  void prepare(core::Size output) {
    if (upscaler && output.width <= most.width && output.height <= most.height) return;
    if (!backend) backend = open_host_backend(settings);
    most = {std::max(most.width, output.width), std::max(most.height, output.height)};
    if (!weights) weights = neural::load_weights(weights_file(settings));
    upscaler.reset();
    upscaler = std::make_unique<neural::Upscaler>(*backend, *weights, most);
  }
};

/// In the order in which they run: the network stands between its features and its controls.
StageLog stage_log(const neural::StageTimes& times) {
  using neural::Pass;
  const auto row = [&](Pass pass) {
    return std::pair{neural::pass_name(pass), times.pass[static_cast<std::size_t>(pass)]};
  };
  return {row(Pass::clean),    row(Pass::neighbourhood),   row(Pass::history),  row(Pass::warp),
          row(Pass::features), {"network", times.network}, row(Pass::controls), row(Pass::reconstruct)};
}

}  // namespace

std::filesystem::path weights_file(const Settings& settings) {
  if (!settings.run.weights.empty()) return settings.run.weights;
  return core::asset_folder() / "weights" / "neuraster.safetensors";
}

std::string neural_unavailable(const Settings& settings) {
  try {
    neural::load_weights(weights_file(settings));
    open_host_backend(settings);
  } catch (const core::Error& error) {
    return error.what();
  }
  return {};
}

Settings use_what_runs(Settings settings) {
  if (settings.render.upscaler != renderer::Upscaler::neural || !settings.run.weights.empty())
    return settings;
  if (settings.run.backend == Backend::cuda) return settings;
  const std::string reason = neural_unavailable(settings);
  if (reason.empty()) return settings;
  core::log_warning("the network cannot run here, TAAU takes its place: " + reason);
  settings.render.upscaler = renderer::Upscaler::taau;
  return settings;
}

HostUpscaler make_generator(const Settings& settings, std::shared_ptr<StageLog> stages) {
  auto generator = std::make_shared<Generator>();
  generator->settings = settings;
  const auto generate = [generator, stages = std::move(stages)](const core::FrameIo& io) {
    generator->prepare(io.info.output);
    if (!stages) return generator->upscaler->process(io);
    neural::StageTimes times;
    generator->upscaler->time_into(&times);
    generator->upscaler->process(io);
    generator->upscaler->time_into(nullptr);
    *stages = stage_log(times);
  };
  return {generate,
          [generator](neural::DebugView view, core::f16* rgba) {
            if (generator->upscaler) generator->upscaler->draw(view, rgba);
          },
          [generator] { return generator->backend ? generator->backend->description() : "none"; }};
}

namespace {

std::unique_ptr<compute::Backend> open_device_backend(const gpu::Device& device, const Settings& settings) {
  if (!device.external_memory() || device.is_cpu())
    core::fail("CUDA cannot be used: '{}' shares no memory with it", device.info().name);
  compute::BackendOptions options = cuda_options(settings);
  options.device_uuid = device.info().uuid;
  options.joins = device.external_queue();
  return compute::open_backend("cuda", options);
}

/// CUDA on the GPU that renders, where the settings want it and it can run.
void try_device(const gpu::Device& device, const Settings& settings,
                const std::function<void(std::unique_ptr<DeviceUpscaler>)>& give) {
  if (settings.run.backend == Backend::cpu || settings.render.upscaler != renderer::Upscaler::neural) return;
  try {
    give(make_device_upscaler(open_device_backend(device, settings),
                              neural::load_weights(weights_file(settings))));
  } catch (const core::Error& error) {
    if (settings.run.backend == Backend::cuda) throw;
    core::log_debug(error.what());  // `neuraster devices` tells who asks
  }
}

}  // namespace

void give_generator(Frame& frame, const gpu::Device& device, const Settings& settings,
                    std::shared_ptr<StageLog> stages) {
  frame.set_host_upscaler(make_generator(settings, std::move(stages)));
  give_device_generator(frame, device, settings);
}

void give_device_generator(Frame& frame, const gpu::Device& device, const Settings& settings) {
  try_device(device, settings, [&](auto upscaler) { frame.set_device_upscaler(std::move(upscaler)); });
}

void expect_backend(const gpu::Device& device, const Settings& settings) {
  if (settings.run.backend != Backend::cpu) {
    try {
      open_device_backend(device, settings);
      return;
    } catch (const core::Error&) {
      if (settings.run.backend == Backend::cuda) throw;
    }
  }
  open_host_backend(settings);
}

void give_right_generator(Frame& frame, const gpu::Device& device, const Settings& settings) {
  Settings right = settings;
  if (!settings.comparison.weights.empty()) right.run.weights = settings.comparison.weights;
  frame.set_right_generator([&device, right](Lane& lane, RightLane shows, std::uint64_t next_frame) mutable {
    right.render.upscaler = upscaler_of(shows);
    lane.set_host_upscaler(make_generator(right));
    try_device(device, right,
               [&](auto upscaler) { lane.set_device_upscaler(std::move(upscaler), next_frame); });
  });
}

std::vector<BackendState> list_backends(const Settings& settings) {
  std::vector<BackendState> states;
  for (const char* name : {"cuda", "cpu", "reference"}) {
    BackendState state{name, {}, true};
    try {
      compute::BackendOptions options;
      if (state.name == "cuda") options = cuda_options(settings);
      if (state.name == "cpu") options.precision = choose_precision(settings);
      state.text = compute::open_backend(name, options)->description();
    } catch (const core::Error& error) {
      state.text = error.what();
      state.runs = false;
    }
    states.push_back(state);
  }
  return states;
}

}  // namespace app
