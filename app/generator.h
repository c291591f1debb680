#pragma once
// The network behind `--upscaler neural`: its backend and weights, opened by the settings.

#include <memory>
#include <string>

#include "app/frame.h"
#include "app/settings.h"

namespace app {

/// The weights of the settings: --weights, or those that ship.
std::filesystem::path weights_file(const Settings& settings);

/// Why the network cannot run here, in one sentence; empty where it can. Opens the backend and reads the
/// weights.
std::string neural_unavailable(const Settings& settings);

/// Runs the network on the host. Backend and weights are opened by the first frame that asks for them, and
/// opened again for a larger output. Throws core::Error with one sentence where they cannot be.
HostUpscaler make_generator(const Settings& settings);

/// "cpu, bf16, 2 threads" of the backend that the settings choose, for reports.
std::string describe_backend(const Settings& settings);

}  // namespace app
