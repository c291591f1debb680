#pragma once
// Opens the network for `--upscaler neural`: its backend and weights, by the settings.

#include <filesystem>
#include <memory>
#include <string>

#include "app/frame/frame.h"
#include "app/frame/generators/host_generator.h"
#include "app/settings/settings.h"

namespace app {

/// Returns the weights' path: --weights, or the weights that ship.
std::filesystem::path weights_file(const Settings& settings);

/// Returns one sentence that says why the network cannot run on the host; empty where it can, or where the
/// settings name a backend that needs the device that renders. Opens the backend and reads the weights.
std::string neural_unavailable(const Settings& settings);

/// Returns the settings, with TAAU instead and a line on standard error where this program's network cannot
/// run. Weights that the user named are not replaced: they fail when the first frame needs them.
Settings use_what_runs(Settings settings);

/// Returns a generator that runs the network on the host. The first frame opens backend and weights; it
/// throws core::Error with one sentence where they cannot be opened.
std::unique_ptr<Generator> make_host_generator(const Settings& settings);

/// Gives the frame its water (give_water) and its generators: the first backend on a GPU that the settings
/// want and that can run, and then the host's, which takes over where that one fails, whatever --backend
/// names. Throws core::Error with one sentence where --backend names one that cannot run. The generator in
/// use fills `stages` (Generator::log_stages).
void give_generators(Frame& frame, const gpu::Device& device, const Settings& settings,
                     std::shared_ptr<StageLog> stages = nullptr);

/// Does the same when the upscaler becomes the network while the frame lives; the frame has the host's
/// already.
void prefer_gpu_generator(Frame& frame, const gpu::Device& device, const Settings& settings);

/// Opens the backend that would run the network as the settings ask. Throws core::Error with one sentence
/// where none can.
std::unique_ptr<compute::Backend> open_wanted_backend(const gpu::Device& device, const Settings& settings);

/// Sets the generators that the frame's right side gets when a comparison begins, with the weights of
/// settings.comparison.
void give_right_generators(Frame& frame, const gpu::Device& device, const Settings& settings);

}  // namespace app
