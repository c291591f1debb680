// `neuraster compare A.json B.json`: what became slower between two profiles.

#include <fmt/core.h>

#include <memory>
#include <string>

#include "app/command_line/options.h"
#include "app/commands/commands.h"
#include "app/report/compare_profiles.h"

namespace app {

Action declare_compare(CLI::App& cli) {
  struct Options {
    std::string a, b;
    double threshold = 5;
  };
  const auto options = std::make_shared<Options>();
  add_option(cli, "A", options->a, "profile.json of the earlier run").required();
  add_option(cli, "B", options->b, "profile.json of the later run").required();
  add_option(cli, "--threshold", options->threshold,
             "percent; exit status 1 where a time grew by more, beyond its noise")
      .range(0.0, 1000.0)
      .show_default();
  return [options] {
    const ProfileTimes a = read_profile(options->a), b = read_profile(options->b);
    const Comparison comparison = compare_profiles(a, b, {.threshold = options->threshold / 100});
    fmt::print("{}", comparison.text);
    return comparison.exit_code;
  };
}

}  // namespace app
