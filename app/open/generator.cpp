#include "app/open/generator.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <utility>

#include "app/frame/generators/external_generator.h"
#include "app/frame/generators/same_device_generator.h"
#include "app/frame/generators/staged_generator.h"
#include "app/open/backends.h"
#include "app/open/nvidia_gpu.h"
#include "app/open/water.h"
#include "core/error.h"
#include "core/file.h"
#include "core/log.h"

namespace app {
namespace {

using renderer::Where;

const BackendRow& host_row() {
  return *std::ranges::find_if(backends(),
                               [](const BackendRow& row) { return row.choice && waits_on_host(row.where); });
}

/// Returns whether the settings want the host's backend, or else have it only for when another one fails.
bool wants_host(const Settings& settings) {
  return allows(settings, host_row(), nullptr);
}

std::unique_ptr<Generator> make_gpu_generator(const BackendRow& row, const gpu::Device& device,
                                              const Settings& settings, neural::Weights weights) {
  auto backend = open_backend(row, settings, &device);
  switch (row.where) {
    case Where::external:
      return make_external_generator(std::move(backend), std::move(weights));
    case Where::staged:
      return make_staged_generator(std::move(backend), std::move(weights));
    case Where::same_device:
      return make_same_device_generator(std::move(backend), std::move(weights));
    default:
      core::fail("no generator runs the backend '{}' yet", row.name);
  }
}

/// Calls `give` with the generator of each backend that the settings allow and that does not run on the host,
/// in order, until one is accepted. Returns false where none was.
bool try_gpu_generators(const gpu::Device& device, const Settings& settings,
                        const std::function<void(std::unique_ptr<Generator>)>& give) {
  if (settings.render.upscaler != renderer::Upscaler::neural) return false;
  neural::Weights weights;
  try {
    weights = neural::load_weights(weights_file(settings));
  } catch (const core::Error&) {
    if (settings.run.backend != Backend::automatic) throw;
    return false;  // the host's generator fails in the same way, at its first frame
  }
  std::exception_ptr failure;
  std::string no_cuda, no_vulkan;
  for (const BackendRow& row : backends()) {
    if (!allows(settings, row, &device) || waits_on_host(row.where)) continue;
    try {
      give(make_gpu_generator(row, device, settings, weights));
      if (!no_cuda.empty()) report_no_cuda(no_cuda, "in Vulkan");
      return true;
    } catch (const core::Error& error) {
      failure = std::current_exception();
      (row.choice == Backend::cuda ? no_cuda : no_vulkan) = error.what();
      core::log_debug(error.what());
    }
  }
  if (!failure) return false;
  if (settings.run.backend != Backend::automatic) std::rethrow_exception(failure);
  if (!no_cuda.empty()) report_no_cuda(no_cuda);
  if (!no_vulkan.empty()) report_no_vulkan(no_vulkan);
  return false;
}

/// `set` receives all generators of a lane.
void give_all(const gpu::Device& device, const Settings& settings, std::shared_ptr<StageLog> stages,
              const std::function<void(Generators)>& set) {
  const auto with_host = [&](std::unique_ptr<Generator> preferred) {
    Settings host = settings;
    // What was asked of another backend need not be possible on the one that takes over.
    if (preferred || !wants_host(settings)) host.run.precision = Precision::automatic;
    Generators generators;
    if (preferred) generators.push_back(std::move(preferred));
    generators.push_back(make_host_generator(host));
    for (const auto& generator : generators)
      if (stages) generator->log_stages(stages);
    set(std::move(generators));
  };
  if (!try_gpu_generators(device, settings, with_host)) with_host(nullptr);
}

}  // namespace

std::filesystem::path weights_file(const Settings& settings) {
  if (!settings.run.weights.empty()) return settings.run.weights;
  return core::asset_folder() / "weights" / "neuraster.safetensors";
}

std::string neural_unavailable(const Settings& settings) {
  try {
    neural::load_weights(weights_file(settings));
    if (wants_host(settings)) open_backend(host_row(), settings);
  } catch (const core::Error& error) {
    return error.what();
  }
  return {};
}

Settings use_what_runs(Settings settings) {
  if (settings.render.upscaler != renderer::Upscaler::neural || !settings.run.weights.empty())
    return settings;
  if (!wants_host(settings)) return settings;
  const std::string reason = neural_unavailable(settings);
  if (reason.empty()) return settings;
  core::log_warning("the network cannot run here, TAAU takes its place: " + reason);
  settings.render.upscaler = renderer::Upscaler::taau;
  return settings;
}

std::unique_ptr<Generator> make_host_generator(const Settings& settings) {
  return make_host_generator(
      NetworkToOpen{.backend = [settings] { return open_backend(host_row(), settings); },
                    .weights = [settings] { return neural::load_weights(weights_file(settings)); }});
}

void give_generators(Frame& frame, const gpu::Device& device, const Settings& settings,
                     std::shared_ptr<StageLog> stages) {
  give_all(device, settings, std::move(stages),
           [&](Generators generators) { frame.set_generators(std::move(generators)); });
  give_water(frame, device, settings);
}

void prefer_gpu_generator(Frame& frame, const gpu::Device& device, const Settings& settings) {
  try_gpu_generators(device, settings, [&](auto generator) { frame.prefer_generator(std::move(generator)); });
}

std::unique_ptr<compute::Backend> open_wanted_backend(const gpu::Device& device, const Settings& settings) {
  std::exception_ptr failure;
  for (const BackendRow& row : backends()) {
    if (!allows(settings, row, &device)) continue;
    try {
      return open_backend(row, settings, &device);
    } catch (const core::Error&) {
      failure = std::current_exception();
    }
  }
  if (!failure) core::fail("no backend is allowed");
  std::rethrow_exception(failure);
}

void give_right_generators(Frame& frame, const gpu::Device& device, const Settings& settings) {
  Settings right = settings;
  if (!settings.comparison.weights.empty()) right.run.weights = settings.comparison.weights;
  frame.set_right_generators([&device, right](Lane& lane, RightLane shows, std::uint64_t next_frame) mutable {
    right.render.upscaler = upscaler_of(shows);
    give_all(device, right, nullptr,
             [&](Generators generators) { lane.set_generators(std::move(generators), next_frame); });
  });
}

}  // namespace app
