#pragma once
// What a subcommand declares its options with. CLI11 is behind it: its one header costs a file ten seconds of
// compiling, so that options.cpp, settings_options.cpp and main.cpp alone include it.

#include <string>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace app {

/// One option, to say more about: each of these returns it again.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}
  const Option& placeholder(const std::string& name) const;  ///< what the help calls its value
  const Option& required() const;
  const Option& show_default() const;  ///< in its help: what the variable holds now
  template <typename T>
  const Option& range(T least, T most) const;  ///< int or double; both ends may be given. The help says them
  const Option& delimiter(char between) const;
  const Option& count(int values) const;  ///< exactly so many

 private:
  CLI::Option* option_;
};

/// "--name", or without dashes a positional. `value` is written when `cli` parses. T is int, double,
/// std::string, or a vector of them: a positional takes all that is left, an option one value each time it is
/// given, so that what follows it may be the scene.
template <typename T>
Option add_option(CLI::App& cli, const char* name, T& value, const std::string& help);
Option add_flag(CLI::App& cli, const char* name, bool& value, const std::string& help);

}  // namespace app
