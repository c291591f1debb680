#pragma once
// The subcommands. Each has its own file, where a function declares its options and returns the function that
// runs it.

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace app {

/// Runs a command and returns the exit status. Throws core::UsageError (exit status 2) or another core::Error
/// (1).
using Action = std::function<int()>;

struct Command {
  std::string_view name, help;
  /// Declares options and positional arguments on `cli`. The action is called after they were parsed, and
  /// owns the variables that they were parsed into.
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
Action declare_learn(CLI::App& cli);
Action declare_settings(CLI::App& cli);
Action declare_tour(CLI::App& cli);

/// All commands in the order of the help. The first one runs where no command is named.
std::span<const Command> commands();

/// The program's command line, for records: "neuraster train --from a --out b".
const std::string& command_line();

}  // namespace app
