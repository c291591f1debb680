#include "app/command_line/options.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <type_traits>
#include <utility>

#include "app/settings/number.h"
#include "core/error.h"

namespace app {

const Option& Option::placeholder(const std::string& name) const {
  option_->type_name(name);
  return *this;
}

const Option& Option::group(const std::string& name) const {
  option_->group(name);
  return *this;
}

const Option& Option::required() const {
  option_->required();
  return *this;
}

const Option& Option::show_default() const {
  option_->capture_default_str();
  option_->description(fmt::format("{} [{}]", option_->get_description(), option_->get_default_str()));
  option_->default_str("");
  return *this;
}

template <typename T>
const Option& Option::range(T min, T max) const {
  option_->check([min, max](const std::string& text) -> std::string {
    if (number_within(text, min, max)) return {};
    return fmt::format("must be {} from {} to {}, not '{}'",
                       std::is_same_v<T, int> ? "a whole number" : "a number", min, max, text);
  });
  return placeholder(fmt::format("{}..{}", min, max));
}
template const Option& Option::range(int, int) const;
template const Option& Option::range(double, double) const;

const Option& Option::delimiter(char between) const {
  option_->delimiter(between);
  return *this;
}

const Option& Option::count(int values) const {
  option_->expected(values);
  return *this;
}

const Option& Option::last_one_counts() const {
  option_->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  return *this;
}

template <typename T>
Option add_option(CLI::App& cli, const char* name, T& value, const std::string& help) {
  CLI::Option* option = cli.add_option(name, value, help);
  if (name[0] == '-') option->allow_extra_args(false);
  return Option(option);
}
template Option add_option(CLI::App&, const char*, int&, const std::string&);
template Option add_option(CLI::App&, const char*, double&, const std::string&);
template Option add_option(CLI::App&, const char*, std::string&, const std::string&);
template Option add_option(CLI::App&, const char*, std::vector<int>&, const std::string&);
template Option add_option(CLI::App&, const char*, std::vector<std::string>&, const std::string&);

Option add_flag(CLI::App& cli, const char* name, bool& value, const std::string& help) {
  return Option(cli.add_flag(name, value, help));
}

Option add_option_function(CLI::App& cli, const std::string& name,
                           std::function<void(const std::string&)> take, const std::string& help) {
  return Option(cli.add_option_function<std::string>(name, std::move(take), help));
}

void DeleteCli::operator()(CLI::App* cli) const {
  delete cli;
}

std::unique_ptr<CLI::App, DeleteCli> make_cli(const std::string& name, const std::string& help) {
  return std::unique_ptr<CLI::App, DeleteCli>(new CLI::App(help, name));
}

bool parse(CLI::App& cli, std::vector<std::string> arguments) {
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  try {
    cli.parse(arguments);
  } catch (const CLI::Success&) {
    fmt::print("{}", cli.help());
    return false;
  } catch (const CLI::ParseError& error) {
    core::fail_usage("{} ({} --help lists the options)", error.what(), cli.get_name());
  }
  return true;
}

}  // namespace app
