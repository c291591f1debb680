#pragma once
// One table of the backends that run the network: their names, their precision and their generator.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/frame/generators/host_generator.h"
#include "app/settings/settings.h"

namespace app {

/// One way to run the network.
struct BackendRow {
  std::string_view name;  ///< name in --backend, in `devices`, and of the module
  std::optional<Backend> choice =
      {};  ///< the setting's value; nothing: `devices` lists it, no generator uses it
  /// Returns the precision for --precision auto, chosen by the machine and not by timing; `device` renders,
  /// and is null where nothing does. May open the module, and then throws as open_backend() does.
  compute::Precision (*precision)(const gpu::Device* device) = nullptr;
  /// Adds the options that it needs from the device that renders. Throws core::Error where the device lacks
  /// something. Null: it needs nothing.
  void (*needs)(const gpu::Device& device, compute::BackendOptions& options) = nullptr;
  /// Returns whether --backend auto takes it beside this device. Null: always.
  bool (*by_itself)(const gpu::Device& device) = nullptr;
  /// Where its generator wants the shared frame. A generator that waits on the host is opened by its first
  /// frame, any other at once.
  renderer::Where where = renderer::Where::host;
  bool trains = true;
};

/// Returns the table in order of preference. The rows of one backend follow each other: where the first
/// cannot run, the next may, and the reason of the last is the one that counts.
std::span<const BackendRow> backends();

/// Returns a renderer's device as the vulkan backend takes it. Throws core::Error with one sentence where it
/// lacks a feature that computing needs.
compute::VulkanDevice handles_of(const gpu::Device& device);

/// Opens the row's backend. `device` is the one that renders; null where nothing renders.
/// Throws core::Error with one sentence where the backend cannot run here.
std::unique_ptr<compute::Backend> open_backend(const BackendRow& row, const Settings& settings,
                                               const gpu::Device* device = nullptr);

/// Returns whether --backend allows this row for a generator. `device` renders; null where nothing does.
bool allows(const Settings& settings, const BackendRow& row, const gpu::Device* device);

/// A backend's name with its description, or with one sentence that says why it cannot run here.
struct BackendState {
  std::string name, text;
  bool runs = false, trains = true;
};
/// Opens every backend as a generator for `device` would; `device` is null where nothing can render.
std::vector<BackendState> list_backends(const Settings& settings, const gpu::Device* device);

}  // namespace app
