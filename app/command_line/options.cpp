#include "app/command_line/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <vector>

namespace app {

const Option& Option::placeholder(const std::string& name) const {
  option_->type_name(name);
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
const Option& Option::range(T least, T most) const {
  option_->check(CLI::Range(least, most).description(""));
  return placeholder(fmt::format("{}..{}", least, most));
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

}  // namespace app
