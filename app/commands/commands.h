#pragma once
// The subcommands. Each lives in a file of its own, declares its options and returns what runs it.

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace app {

/// The exit status. Throws core::Error (1) or core::UsageError (2).
using Action = std::function<int()>;

struct Command {
  std::string_view name, help;
  /// Declares options and positionals on `cli`; the action is called after they were parsed and owns them.
  Action (*declare)(CLI::App& cli);
};

Action declare_view(CLI::App& cli);
Action declare_render(CLI::App& cli);
Action declare_evaluate(CLI::App& cli);
Action declare_profile(CLI::App& cli);
Action declare_devices(CLI::App& cli);
Action declare_compare(CLI::App& cli);
Action declare_capture(CLI::App& cli);
Action declare_train(CLI::App& cli);
Action declare_settings(CLI::App& cli);

/// In the order of the help. The first is run where no command is named.
std::span<const Command> commands();

/// What the program was called with, for records: "neuraster train --from a --out b".
const std::string& command_line();

}  // namespace app
