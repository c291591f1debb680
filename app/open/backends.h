#pragma once
// The backends that run the network, in one table: by what name, in what precision, and which generator.

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
  std::string_view name;  ///< of --backend, of `devices`, and of the module that is opened
  std::optional<Backend> choice =
      {};  ///< of the settings; nothing: `devices` lists it, and no generator runs on it
  /// For --precision auto: the machine's choice and not a timing's. May open the module, and throw as it
  /// does.
  compute::Precision (*precision)() = nullptr;
  /// What it needs of the device that renders, as options to open it by. Throws core::Error where the device
  /// lacks it. Null: nothing.
  void (*needs)(const gpu::Device& device, compute::BackendOptions& options) = nullptr;
  /// Where its generator wants the shared frame: a generator that waits on the host is opened by its first
  /// frame, any other at once.
  renderer::Where where = renderer::Where::host;
};

/// In order of preference.
std::span<const BackendRow> backends();

/// The options of the settings, without what the row needs of a device.
compute::BackendOptions backend_options(const BackendRow& row, const Settings& settings);

/// `device`: that renders; may be null for a row that needs nothing of it. Throws core::Error with one
/// sentence where it cannot run here.
std::unique_ptr<compute::Backend> open_backend(const BackendRow& row, const Settings& settings,
                                               const gpu::Device* device = nullptr);

/// Whether --backend allows a row that a generator can run on.
bool allows(const Settings& settings, const BackendRow& row);

/// Backends by name, each with its description or with why it cannot run here, in one sentence.
struct BackendState {
  std::string name, text;
  bool runs = false;
};
std::vector<BackendState> list_backends(const Settings& settings);

}  // namespace app
