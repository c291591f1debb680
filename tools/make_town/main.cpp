// make_town --seed N --time-of-day T --out DIR: a harbour town from a seed.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "core/error.h"
#include "tools/make_town/scene/scene_writer.h"
#include "tools/make_town/town.h"

namespace {

/// "golden", "noon", "overcast", "night", or an hour.
town::Sky parse_time(const std::string& text) {
  char* end = nullptr;
  const float hour = std::strtof(text.c_str(), &end);
  if (end == text.c_str() || *end != 0) return town::sky_preset(text);
  if (!(hour >= 0 && hour <= 24)) core::fail_usage("--time-of-day {}: an hour lies between 0 and 24", text);
  return town::sky_at(hour);
}

}  // namespace

int main(int argc, char** argv) {
  town::Options options;
  std::string time = "golden", out;
  CLI::App app{"Makes a small harbour town: OBJ, MTL, textures and scene files.", "make_town"};
  app.add_option("--seed", options.seed, "another number makes another town")->capture_default_str();
  app.add_option("--time-of-day", time, "golden, noon, overcast, night, or an hour from 0 to 24")
      ->capture_default_str();
  app.add_option("--out", out, "the folder to write to")->required();
  app.add_option("--texture-size", options.texture_size, "the largest texture, texels a side")
      ->check(CLI::Range(16, 1024))
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    options.out = out;
    options.sky = parse_time(time);
    town::make_town(options);
  } catch (const core::UsageError& error) {
    std::fprintf(stderr, "make_town: %s\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_town: %s\n", error.what());
    return 1;
  }
  return 0;
}
