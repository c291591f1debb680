#pragma once
// The network behind `--upscaler neural`: its backend and weights, opened by the settings.

#include <filesystem>
#include <memory>
#include <string>

#include "app/frame/frame.h"
#include "app/frame/generators/host_generator.h"
#include "app/settings/settings.h"

namespace app {

/// The weights of the settings: --weights, or those that ship.
std::filesystem::path weights_file(const Settings& settings);

/// Why the network cannot run here on the host, in one sentence; empty where it can. Opens the backend and
/// reads the weights.
std::string neural_unavailable(const Settings& settings);

/// The settings as given, or with TAAU and a line on standard error where the network of this program cannot
/// run. Weights that the user named are not passed over: they fail when the first frame asks for them.
Settings use_what_runs(Settings settings);

/// The network on the host. Backend and weights are opened by the first frame that asks for them; that frame
/// throws core::Error with one sentence where they cannot be. `stages`: see app::make_host_generator.
std::unique_ptr<Generator> make_host_generator(const Settings& settings,
                                               std::shared_ptr<StageLog> stages = nullptr);

/// Gives the frame its generators: the first of the backends that share the memory of the GPU that renders,
/// where the settings want one and it can run, and the host's, which takes over where that one fails. Throws
/// core::Error with one sentence where --backend names one that cannot run. `stages` is filled by the host's
/// generator alone.
void give_generators(Frame& frame, const gpu::Device& device, const Settings& settings,
                     std::shared_ptr<StageLog> stages = nullptr);

/// When the upscaler becomes the network while the frame lives: the same, but for the host's, which it has.
void prefer_gpu_generator(Frame& frame, const gpu::Device& device, const Settings& settings);

/// Throws core::Error with one sentence where the network cannot run as the settings want it; opens the
/// backend and lets go of it.
void expect_backend(const gpu::Device& device, const Settings& settings);

/// Gives the frame's right side its generators when a comparison begins: with the weights of
/// settings.comparison.
void give_right_generators(Frame& frame, const gpu::Device& device, const Settings& settings);

}  // namespace app
