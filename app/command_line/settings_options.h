#pragma once
// Makes command-line options of the settings table.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/settings/settings.h"

namespace CLI {
class App;
}

namespace app {

/// Declares --settings FILE and one option for each row of the table on a subcommand. Must live as long as
/// the CLI::App.
class SettingsOptions {
 public:
  /// `without` names the rows and groups that the command leaves out or declares itself (evaluate takes a
  /// list of upscalers, and nothing without a window has window settings).
  explicit SettingsOptions(CLI::App& app, std::initializer_list<std::string_view> without = {});
  SettingsOptions(const SettingsOptions&) = delete;
  SettingsOptions& operator=(const SettingsOptions&) = delete;

  /// Returns the settings, after parsing. It starts with `settings`, applies the settings files and then the
  /// options, no matter in which order both were given. Throws core::UsageError with the range for a wrong
  /// value and core::Error for a wrong file.
  Settings resolve(Settings settings = {}) const;

 private:
  std::vector<std::string> files_;
  std::vector<std::pair<const Parameter*, std::string>> given_;
};

}  // namespace app
