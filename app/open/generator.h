#pragma once
// The network behind `--upscaler neural`: its backend and weights, opened by the settings.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/frame/frame.h"
#include "app/settings/settings.h"

namespace app {

/// The weights of the settings: --weights, or those that ship.
std::filesystem::path weights_file(const Settings& settings);

/// Why the network cannot run here, in one sentence; empty where it can. Opens the backend and reads the
/// weights.
std::string neural_unavailable(const Settings& settings);

/// The settings as given, or with TAAU and a line on standard error where the network of this program cannot
/// run. Weights that the user named are not passed over: they fail when the first frame asks for them.
Settings use_what_runs(Settings settings);

/// Milliseconds that the frame generated last spent in each stage of the upscaler, in their order.
using StageLog = std::vector<std::pair<const char*, double>>;

/// Runs the network on the host. Backend and weights are opened by the first frame that asks for them, and
/// opened again for a larger output. Throws core::Error with one sentence where they cannot be.
/// `stages`, where it is given, is filled by each frame.
HostUpscaler make_generator(const Settings& settings, std::shared_ptr<StageLog> stages = nullptr);

/// Gives the frame its generator: CUDA on the GPU that renders where the settings want it and it can run,
/// else the host's. Throws core::Error with one sentence where --backend cuda is asked for and cannot run.
/// `stages` is filled by the host's generator alone.
void give_generator(Frame& frame, const gpu::Device& device, const Settings& settings,
                    std::shared_ptr<StageLog> stages = nullptr);

/// Its second half: when the upscaler becomes the network while the frame lives.
void give_device_generator(Frame& frame, const gpu::Device& device, const Settings& settings);

/// Throws core::Error with one sentence where the network cannot run as the settings want it; opens the
/// backend and lets go of it.
void expect_backend(const gpu::Device& device, const Settings& settings);

/// Gives the frame's right side its generator when a comparison begins: with settings.look's weights.
void give_right_generator(Frame& frame, const gpu::Device& device, const Settings& settings);

/// Backends by name, each with its description or with why it cannot run here, in one sentence.
struct BackendState {
  std::string name, text;
  bool runs = false;
};
std::vector<BackendState> list_backends(const Settings& settings);

}  // namespace app
