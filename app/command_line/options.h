#pragma once
// What a subcommand declares its options with. CLI11 does the work; its header takes ten seconds to compile,
// so options.cpp alone includes it.
//
// Call these from one thread, before the command runs.

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace app {

/// One option that was declared. Each member function sets one more property and returns the option again.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}
  const Option& placeholder(const std::string& name) const;  ///< what the help calls the option's value
  const Option& group(const std::string& name) const;        ///< the help's heading above the option
  const Option& required() const;
  const Option& show_default() const;  ///< appends the variable's present value to the help
  /// Accepts values from min to max, both included, and says so in the help. T is int or double.
  template <typename T>
  const Option& range(T min, T max) const;
  const Option& delimiter(char between) const;  ///< separates several values that stand in one argument
  const Option& count(int values) const;        ///< exactly this number of values
  const Option& last_one_counts() const;        ///< where the option is given more than once

 private:
  CLI::Option* option_;
};

/// Declares "--name", or a positional argument where `name` has no dashes. Parsing writes `value`, which must
/// live until then. T is int, double, std::string, or a vector of int or std::string. A positional vector
/// takes all remaining arguments; an option takes one value each time it is given, so that the argument after
/// it may be the scene.
template <typename T>
Option add_option(CLI::App& cli, const char* name, T& value, const std::string& help);
Option add_flag(CLI::App& cli, const char* name, bool& value, const std::string& help);
/// Declares an option whose value, as text, is handed to `take` while parsing.
Option add_option_function(CLI::App& cli, const std::string& name,
                           std::function<void(const std::string&)> take, const std::string& help);

struct DeleteCli {
  void operator()(CLI::App* cli) const;
};
/// An empty set of options; `name` is how the command is called, "neuraster render".
std::unique_ptr<CLI::App, DeleteCli> make_cli(const std::string& name, const std::string& help);

/// Parses the arguments that follow the command's name. Returns false where they ask for the help, which is
/// then on standard output. Throws core::UsageError with what is wrong and how to see the help.
bool parse(CLI::App& cli, std::vector<std::string> arguments);

}  // namespace app
