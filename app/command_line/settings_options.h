#pragma once
// The settings table as command-line options.

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

/// Declares --settings FILE and one option a row on a subcommand. Lives as long as the CLI::App.
class SettingsOptions {
 public:
  /// `without`: names of rows that the command declares itself (evaluate takes a list of upscalers).
  explicit SettingsOptions(CLI::App& app, std::initializer_list<std::string_view> without = {});
  SettingsOptions(const SettingsOptions&) = delete;
  SettingsOptions& operator=(const SettingsOptions&) = delete;

  /// After parsing: defaults, then the settings files, then the options, in whatever order they stood.
  /// Throws UsageError with the range for a wrong value, Error for a wrong file.
  Settings resolve(Settings settings = {}) const;

 private:
  std::vector<std::string> files_;
  std::vector<std::pair<const Parameter*, std::string>> given_;
};

}  // namespace app
