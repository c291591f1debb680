// The settings table, row by row: option, TOML key, round trip, and a wrong value that names its range.
#include "app/settings/settings.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "app/command_line/options.h"
#include "app/command_line/settings_options.h"
#include "app/settings/settings_history.h"
#include "core/error.h"
#include "core/file.h"
#include "tests/support/scratch.h"

namespace fs = std::filesystem;
using app::Kind;
using app::Parameter;
using app::Settings;
using testing_support::message_of;

namespace {

/// An allowed value that is not the default.
std::string other_value(const Parameter& row) {
  const Settings defaults;
  const std::string initial = format_value(row, row.get(defaults));
  switch (row.kind) {
    case Kind::boolean:
      return initial == "true" ? "false" : "true";
    case Kind::integer: {
      const int low = static_cast<int>(row.min);
      return std::to_string(std::to_string(low) == initial ? low + 1 : low);
    }
    // A third has no short decimal form; it must survive the round trip as well.
    case Kind::number:
      for (const double part : {1 / 3.0, 1 / 7.0}) {
        const std::string value = fmt::format("{}", static_cast<float>(row.min + (row.max - row.min) * part));
        if (value != initial) return value;
      }
      break;
    case Kind::size:
      return "321x123";
    case Kind::text:
      return "a \"b\"\\c d\n#e.ü";
    case Kind::choice:
      return std::string(std::get<std::int32_t>(row.get(app::Settings())) == 0 ? row.choices[1]
                                                                               : row.choices[0]);
  }
  return {};
}

/// Values that must be refused. Settings of kind text take any value.
std::vector<std::string> wrong_values(const Parameter& row) {
  switch (row.kind) {
    case Kind::boolean:
      return {"maybe", "", "2"};
    case Kind::integer:
      return {fmt::format("{}", row.min - 1), fmt::format("{:.0f}", row.max + 1), "1.5", "many", "", "0x10"};
    case Kind::number:
      return {fmt::format("{}", row.min - 0.5), fmt::format("{}", row.max + 0.5), "nan", "inf", "1,5", ""};
    case Kind::size:
      return {"0x100", "100", "100x", "x100", "99999x100", "-5x100", "100x100x100"};
    case Kind::text:
      return {};
    case Kind::choice:
      return {"nothing", "", "0"};
  }
  return {};
}

Settings parse(std::vector<std::string> arguments) {
  const auto cli = app::make_cli("neuraster render", "");
  const app::SettingsOptions options(*cli);
  app::parse(*cli, std::move(arguments));
  return options.resolve();
}

fs::path preset_file(const std::string& text) {
  static const fs::path file = testing_support::scratch("settings") / "preset.toml";
  core::write_file(file, text);
  return file;
}

/// A wrong value for a row as TOML, with the type that TOML would read.
std::string as_toml(const Parameter& row, const std::string& value) {
  const bool number = row.kind == Kind::integer || row.kind == Kind::number;
  const bool bare = number && !value.empty() && value.find_first_not_of("0123456789.-") == std::string::npos;
  return fmt::format("# comment\n[{}]\n{} = {}\n", row.group(), row.key(),
                     bare ? value : fmt::format("\"{}\"", value));
}

TEST(EachRow, HasHelpAndADefaultWithinItsRange) {
  for (const Parameter& row : app::parameters()) {
    SCOPED_TRACE(row.name);
    const Settings defaults;
    EXPECT_GE(row.help.size(), 4u);
    EXPECT_NE(row.name.find('.'), std::string::npos);
    const app::Value initial = row.get(defaults);
    EXPECT_EQ(parse_value(row, format_value(row, initial)), initial);
    EXPECT_FALSE(changed(row, defaults));
  }
}

TEST(EachRow, IsSetByItsOptionAndByItsNames) {
  for (const Parameter& row : app::parameters()) {
    SCOPED_TRACE(row.name);
    const std::string value = other_value(row);
    const Settings by_option = parse({row.option, value});
    EXPECT_EQ(format_value(row, row.get(by_option)), value);
    for (const std::string& name : {row.name, row.option, row.option.substr(2)}) {
      Settings settings;
      app::set(settings, name, value);
      EXPECT_EQ(app::get(settings, name), value);
      EXPECT_TRUE(changed(row, settings));
    }
    for (const Parameter& another : app::parameters()) {
      if (&another == &row) continue;
      EXPECT_FALSE(changed(another, by_option)) << row.option << " also changed " << another.name;
    }
  }
}

TEST(EachRow, RoundTripsThroughAPreset) {
  for (const Parameter& row : app::parameters()) {
    SCOPED_TRACE(row.name);
    if (!row.in_files) continue;
    Settings settings;
    app::set(settings, row.name, other_value(row));
    for (const auto what : {app::Save::changed, app::Save::all}) {
      const fs::path file = preset_file("");
      save_settings(file, settings, what);
      Settings loaded;
      load_settings(file, loaded);
      for (const Parameter& each : app::parameters())
        EXPECT_EQ(each.get(loaded), each.get(settings)) << each.name;
    }
    // Only the changed setting is saved: one group with one key.
    const std::string text = to_toml(settings, app::Save::changed);
    EXPECT_TRUE(text.starts_with(fmt::format("[{}]\n{} = ", row.group(), row.key()))) << text;
  }
}

TEST(EachRow, RefusesAWrongValueWithItsRange) {
  for (const Parameter& row : app::parameters()) {
    SCOPED_TRACE(row.name);
    for (const std::string& value : wrong_values(row)) {
      const std::string by_option = message_of([&] { parse({row.option, value}); });
      EXPECT_EQ(by_option, fmt::format("{} must be {}, not '{}'", row.option, allowed(row), value));
      EXPECT_THROW(parse({row.option, value}), core::UsageError);

      const fs::path file = preset_file(as_toml(row, value));
      Settings settings;
      const std::string by_file = message_of([&] { load_settings(file, settings); });
      EXPECT_TRUE(
          by_file.starts_with(fmt::format("{}:3: {} must be {}", file.string(), row.name, allowed(row))))
          << by_file;
    }
  }
}

TEST(Settings, NamesAndOptionsAreUniqueAndGroupsTogether) {
  std::set<std::string> names, options;
  std::set<std::string_view> closed_groups;
  std::string_view group;
  for (const Parameter& row : app::parameters()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(options.insert(row.option).second) << row.option;
    if (row.group() != group) {
      EXPECT_TRUE(closed_groups.insert(row.group()).second) << row.name << " stands apart from its group";
      group = row.group();
    }
  }
}

TEST(Settings, TheCommonOptionsHaveTheirNames) {
  const Settings s = parse({"--output",
                            "640x360",
                            "--scale",
                            "1.5",
                            "--upscaler",
                            "neural",
                            "--backend",
                            "cpu",
                            "--weights",
                            "w",
                            "--frames",
                            "9",
                            "--start",
                            "2.5",
                            "--frame-seconds",
                            "0.04",
                            "--warmup",
                            "3",
                            "--reference-samples",
                            "16",
                            "--precision",
                            "bf16",
                            "--seed",
                            "7",
                            "--device",
                            "llvmpipe",
                            "--joined-contexts",
                            "on",
                            "--cudnn",
                            "/opt/cudnn"});
  EXPECT_EQ(s.run.output, (core::Size{640, 360}));
  EXPECT_EQ(s.render.scale, 1.5f);
  EXPECT_EQ(s.render.upscaler, renderer::Upscaler::neural);
  EXPECT_EQ(s.run.backend, app::Backend::cpu);
  EXPECT_EQ(s.run.weights, "w");
  EXPECT_EQ(s.run.frames, 9);
  EXPECT_EQ(s.run.start, 2.5);
  EXPECT_EQ(s.run.frame_seconds, 0.04);
  EXPECT_EQ(s.run.warmup, 3);
  EXPECT_EQ(s.run.reference_samples, 16);
  EXPECT_EQ(s.run.precision, app::Precision::bf16);
  EXPECT_EQ(s.run.seed, 7);
  EXPECT_EQ(s.run.device, "llvmpipe");
  EXPECT_TRUE(s.run.joined_contexts);
  EXPECT_EQ(s.run.cudnn, "/opt/cudnn");
}

TEST(Settings, OptionsStandAboveFilesInAnyOrder) {
  const fs::path file = preset_file("[upscaling]\nscale = 3\n[bloom]\nenabled = false\n");
  for (const auto& arguments : {std::vector<std::string>{"--scale", "1.25", "--settings", file.string()},
                                std::vector<std::string>{"--settings", file.string(), "--scale", "1.25"}}) {
    const Settings settings = parse(arguments);
    EXPECT_EQ(settings.render.scale, 1.25f);
    EXPECT_FALSE(settings.render.bloom.enabled);
  }
  EXPECT_EQ(parse({"--exposure-ev", "-1.5"}).render.exposure.ev, -1.5f) << "a minus is not an option";
}

TEST(Settings, ABrokenFileIsOneSentenceWithItsLineAndChangesNothing) {
  const struct {
    const char *text, *sentence;
  } files[] = {
      {"[upscaling]\nscale = 2\nsclae = 2\n", ":3: there is no setting 'upscaling.sclae'"},
      {"scale = 2\n", ":1: there is no setting 'scale'"},
      {"[nothing]\nat = 2\n", ":2: there is no setting 'nothing.at'"},
      {"[upscaling]\nscale = [2, 3]\n", ":2: upscaling.scale must be a number from 1 to 3"},
      {"[upscaling]\nscale = true\n", ":2: upscaling.scale must be a number from 1 to 3, not true"},
      {"[upscaling]\nupscaler = 4\n", ":2: upscaling.upscaler must be one of native"},
      {"[bloom]\nstrength = 0.5\nenabled = 1\n", ":3: bloom.enabled must be true or false, not 1"},
      {"[bloom]\nenabled =\n", ":2: "},
      {"[bloom\n", ":1: "},
      {"[[bloom]]\nenabled = true\n", ": there is no setting 'bloom'"},
  };
  for (const auto& [text, sentence] : files) {
    Settings settings;
    const std::string message = message_of([&] { load_settings(preset_file(text), settings); });
    EXPECT_NE(message.find(sentence), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    EXPECT_EQ(to_toml(settings, app::Save::changed), "");
  }
  Settings settings;
  EXPECT_NE(message_of([&] { load_settings("/none.toml", settings); }).find("No such file"),
            std::string::npos);
  EXPECT_NE(message_of([&] { app::find_preset("nothing"); }).find("no preset of that name"),
            std::string::npos);
  EXPECT_NE(message_of([&] { app::set(settings, "sclae", "2"); }).find("there is no setting 'sclae'"),
            std::string::npos);
}

/// A preset from elsewhere must not choose a library to load.
TEST(Settings, OnlyTheCommandLineNamesALibrary) {
  Settings settings;
  const fs::path file = preset_file("\n[run]\ncudnn = \"/tmp/libcudnn.so.9\"\n");
  EXPECT_EQ(message_of([&] { load_settings(file, settings); }),
            fmt::format("{}:3: run.cudnn cannot be set in a file: give --cudnn on the command line",
                        file.string()));
  EXPECT_EQ(settings.run.cudnn, "");
  load_settings(preset_file("[run]\ncudnn = \"\"\n"), settings);  // as presets of earlier versions have it
  EXPECT_EQ(parse({"--cudnn", "/opt/cudnn"}).run.cudnn, "/opt/cudnn");
  app::set(settings, "cudnn", "/opt/cudnn");
  for (const auto what : {app::Save::changed, app::Save::live, app::Save::all})
    EXPECT_EQ(to_toml(settings, what).find("cudnn"), std::string::npos);
}

TEST(Settings, ChangesAreUndoneAndRedone) {
  Settings settings;
  app::SettingsHistory history(settings);
  EXPECT_FALSE(history.can_undo() || history.can_redo());
  for (const char* scale : {"1.5", "2.5", "3"}) {
    app::set(settings, "scale", scale);
    history.commit(settings);
    history.commit(settings);  // no change, no step
  }
  history.undo(settings);
  history.undo(settings);
  EXPECT_EQ(settings.render.scale, 1.5f);
  history.redo(settings);
  EXPECT_EQ(settings.render.scale, 2.5f);
  app::set(settings, "bloom-enabled", "off");
  history.commit(settings);
  EXPECT_FALSE(history.can_redo()) << "a new change drops what was undone";
  for (int i = 0; i < 10; ++i) history.undo(settings);
  EXPECT_EQ(to_toml(settings, app::Save::changed), "");
}

TEST(Settings, APresetOfTheUsersHoldsEveryLiveRowAndNoOther) {
  Settings saved, loaded;
  const fs::path file = fs::path(testing::TempDir()) / fmt::format("live_{}.toml", getpid());
  save_settings(file, saved, app::Save::live);
  // A default that stands in a file is applied like any other value and replaces what was changed before.
  app::set(loaded, "scale", "3");
  app::set(loaded, "output", "640x360");
  load_settings(file, loaded);
  for (const app::Parameter& row : app::parameters())
    EXPECT_EQ(changed(row, loaded), row.name == "run.output") << row.name;
  const std::string text = to_toml(saved, app::Save::live);
  EXPECT_NE(text.find("scale = "), std::string::npos);
  EXPECT_EQ(text.find("output"), std::string::npos);
  fs::remove(file);
}

TEST(Settings, TheUsersOwnPresetsAreFoundByName) {
  const fs::path config = fs::path(testing::TempDir()) / fmt::format("neuraster_config_{}", getpid());
  setenv("XDG_CONFIG_HOME", config.c_str(), 1);
  Settings settings;
  app::set(settings, "scale", "2.25");
  fs::create_directories(app::user_preset_folder());
  for (const char* name : {"mine", "quality"})  // one of them stands above the one that ships
    save_settings(app::user_preset_folder() / (std::string(name) + ".toml"), settings, app::Save::changed);
  for (const char* name : {"mine", "quality"})
    EXPECT_EQ(parse({"--settings", name}).render.scale, 2.25f) << name;
  EXPECT_EQ(parse({"--settings", "performance"}).render.scale, 2);
  unsetenv("XDG_CONFIG_HOME");
  fs::remove_all(config);
}

TEST(Settings, ThePresetsThatShipLoad) {
  EXPECT_GE(app::list_presets().size(), 4u);
  const std::pair<const char*, float> presets[] = {
      {"quality", 1.5f}, {"balanced", 1.7f}, {"performance", 2}, {"ultra-performance", 3}};
  for (const auto& [name, scale] : presets) {
    Settings settings;
    load_settings(app::find_preset(name), settings);
    EXPECT_EQ(settings.render.scale, scale) << name;
  }
}

}  // namespace
