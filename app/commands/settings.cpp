// `neuraster settings`: every parameter with its range and value, as a settings file.

#include <fmt/core.h>

#include <memory>
#include <string>

#include "app/command_line/options.h"
#include "app/command_line/settings_options.h"
#include "app/commands/commands.h"

namespace app {
namespace {

struct Options {
  explicit Options(CLI::App& cli) : settings(cli) {
    add_option(cli, "--out", out, "write them to a file instead of standard output").placeholder("FILE");
    add_flag(cli, "--changed", only_changed, "only what is not the default");
  }
  SettingsOptions settings;
  std::string out;
  bool only_changed = false;
};

}  // namespace

Action declare_settings(CLI::App& cli) {
  return [options = std::make_shared<Options>(cli)] {
    const Settings settings = options->settings.resolve();
    const Save what = options->only_changed ? Save::changed : Save::all;
    if (options->out.empty())
      fmt::print("{}", to_toml(settings, what));
    else
      save_settings(options->out, settings, what);
    return 0;
  };
}

}  // namespace app
