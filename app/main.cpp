// Chooses and runs a subcommand. Errors are printed once, here.

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <new>
#include <string>
#include <vector>

#include "app/command_line/options.h"
#include "app/commands/commands.h"
#include "core/error.h"
#include "core/memory.h"
#include "core/standard_streams.h"
#include "core/text.h"
#include "core/version.h"

namespace app {
namespace {

// A new subcommand needs one file and one line here.
constexpr Command table[] = {
    {"view", "open a window on a scene (the default)", declare_view},
    {"render", "write pictures of a camera path, and the buffers of the frame contract", declare_render},
    {"evaluate", "score upscalers against the supersampled reference", declare_evaluate},
    {"profile", "time every pass along the camera path, and write a report", declare_profile},
    {"compare", "say what became slower between two profiles, and how sure that is", declare_compare},
    {"tour", "go through the stations of the path, and make a page of pictures and figures", declare_tour},
    {"devices", "list what can render and generate here, and why not", declare_devices},
    {"train", "train the upscaler on rendered or captured sequences", declare_train},
    {"learn", "learn a scene into a field, which --source field draws", declare_learn},
    {"capture", "render training sequences to disk", declare_capture},
    {"settings", "print every setting with its range, or save them as a settings file", declare_settings},
};

void print_help() {
  fmt::print(
      "neuraster: draws a scene at a low resolution and generates the output pixels\n\n"
      "Usage: neuraster [COMMAND] [OPTIONS]   (without a command: {})\n\n",
      commands().front().name);
  for (const Command& command : commands()) fmt::print("  {:<10} {}\n", command.name, command.help);
  fmt::print("\nneuraster COMMAND --help lists its options.\n");
}

/// Parses and runs one command.
int run(const Command& command, std::vector<std::string> arguments) {
  const auto cli = make_cli(fmt::format("neuraster {}", command.name), std::string(command.help));
  const Action action = command.declare(*cli);
  return parse(*cli, std::move(arguments)) ? action() : 0;
}

std::string called_with;

/// Reports, figures and weights name what they were made of, and they are UTF-8. So the end of the work would
/// be too late to find out.
void expect_utf8(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments)
    if (!core::is_utf8(argument))
      core::fail_usage("'{}' is not UTF-8: rename the file, or convert the text", core::printable(argument));
}

/// What is neither a command nor a file may be a misspelt command. Otherwise it would be said to be a scene
/// that cannot be opened.
void suggest_command(const std::string& word) {
  std::error_code none;
  if (word.empty() || word.starts_with('-') || std::filesystem::exists(word, none)) return;
  const auto distance = [&](const Command& command) { return core::edit_distance(word, command.name); };
  const auto& nearest =
      *std::min_element(std::begin(table), std::end(table),
                        [&](const Command& a, const Command& b) { return distance(a) < distance(b); });
  if (distance(nearest) <= std::max<std::size_t>(1, word.size() / 3))
    core::fail_usage("there is no command '{}', nor a file of that name: did you mean '{}'?", word,
                     nearest.name);
}

int choose(std::vector<std::string> arguments) {
  expect_utf8(arguments);
  called_with = fmt::format("neuraster {}", fmt::join(arguments, " "));
  const std::string first = arguments.empty() ? "" : arguments.front();
  if (first == "--help" || first == "-h" || first == "help") {
    print_help();
    return 0;
  }
  if (first == "--version") {
    fmt::print("neuraster {}\n", core::program_version());
    return 0;
  }
  for (const Command& command : commands()) {
    if (first != command.name) continue;
    arguments.erase(arguments.begin());
    return run(command, std::move(arguments));
  }
  suggest_command(first);
  return run(commands().front(), std::move(arguments));
}

}  // namespace

std::span<const Command> commands() {
  return table;
}

const std::string& command_line() {
  return called_with;
}

}  // namespace app

int main(int argc, char** argv) {
  core::open_standard_streams();
  core::keep_freed_memory();
  try {
    const int status = app::choose({argv + 1, argv + argc});
    core::flush_standard_output();
    return status;
  } catch (const core::UsageError& error) {
    core::tell(error.what());
    return 2;
  } catch (const std::bad_alloc&) {
    // Not an error of ours, whose text would say what was too large.
    core::tell("there is not enough memory for this: try a smaller output, scene or batch");
    return 1;
  } catch (const std::exception& error) {
    core::tell(error.what());
    return 1;
  }
}
