#pragma once
// Every setting of the program in one table. A row of it gives a setting its TOML key, its command-line
// option, its control in the panel, its help, range and default. So files, command line and panel always have
// the same settings.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/settings/comparison_settings.h"
#include "app/settings/dynamic_resolution.h"
#include "core/frame.h"
#include "renderer/settings.h"

namespace app {

enum class Backend : std::int32_t { automatic, cpu, vulkan, cuda };
/// The words for them: of --backend, of app/open's table and of the modules that are opened.
constexpr std::string_view backend_names[] = {"auto", "cpu", "vulkan", "cuda"};
constexpr std::string_view name_of(Backend backend) {
  return backend_names[static_cast<std::size_t>(backend)];
}
enum class Precision : std::int32_t { automatic, f32, bf16, f16 };

/// What runs the network. The window opens the backend again where one of these changes.
struct BackendSettings {
  Backend backend = Backend::automatic;
  Precision precision = Precision::automatic;
  std::string cudnn;  ///< path of the library; empty lets the loader find it
  friend bool operator==(const BackendSettings&, const BackendSettings&) = default;
};

/// What fills the frame.
enum class Source : std::int32_t { rasterizer, field };

/// A learned scene in the rasterizer's place. The window changes over where one of these changes.
struct SourceSettings {
  Source source = Source::rasterizer;
  std::string field;  ///< its file; empty: what learns in the window
  friend bool operator==(const SourceSettings&, const SourceSettings&) = default;
};

/// Settings of a whole run. Only backend and weights may change while it runs.
struct RunSettings : BackendSettings {
  core::Size output{1280, 720};
  std::string weights;  ///< empty takes the weights that ship with the program
  std::string device;   ///< part of its name, or its index in `neuraster devices`; empty takes the best one
  std::int32_t frames = 120;
  std::int32_t warmup = 8;
  double start = 0;                 ///< seconds
  double frame_seconds = 1 / 60.0;  ///< without a window, frame n shows the time start + n * frame_seconds
  bool still = false;               ///< or each shows the time start
  std::int32_t reference_samples = 64;
  std::int32_t seed = 1;
  bool validation = false;
  bool joined_contexts = false;  ///< off, since it has not been tested on a GPU yet
  bool scene_cache = true;
  double cache_limit = 16;  ///< GiB, for the prepared scenes and for the references separately
};

/// What the window is for: looking at the picture, changing settings, or measuring.
enum class WindowRole : std::int32_t { look, tune, measure };

struct WindowSettings {
  WindowRole role = WindowRole::look;
  bool fps = false;
  bool ribbon = false;
  bool race = false;
  bool poke = true;             ///< the left mouse button pokes simulated water
  bool learning = false;        ///< the network that learns here makes the picture
  float learning_share = 0.7f;  ///< of each frame's time that is trained, beside it
  bool vsync = true;
  float between_from_fps = 5;  ///< with fewer frames a second there are no pictures between them
  bool full_screen = false;
  bool panels = true;
  bool timeline = false;
  bool self_check = false;
  float ui_scale = 0;         ///< 0 takes the monitor's scale
  float fly_speed = 4;        ///< metres a second
  float mouse_speed = 0.15f;  ///< degrees a pixel
};

struct Settings {
  Settings() {
    render.upscaler = renderer::Upscaler::neural;
  }  ///< where the network can run, see use_what_runs
  renderer::RenderSettings render;
  DynamicResolutionSettings dynamic_resolution;
  RunSettings run;
  SourceSettings source;
  WindowSettings window;
  ComparisonSettings comparison;
};

/// The value of a setting. An enumeration is held as the index of its word in Parameter::choices.
using Value = std::variant<bool, std::int32_t, double, core::Size, std::string>;
enum class Kind { boolean, integer, number, size, text, choice };

/// One row of the table.
struct Parameter {
  std::string name;    ///< TOML key, "group.key"
  std::string option;  ///< "--group-key", or the short name of the common ones
  std::string help;    ///< a phrase that names the unit
  Kind kind = Kind::boolean;
  double min = 0, max = 0;                     ///< for numbers, and for each side of a size
  std::vector<std::string_view> choices = {};  ///< for Kind::choice
  bool live = true;      ///< whether the window may change it; others are read only at the start
  bool in_files = true;  ///< false: only a person sets it, no preset or settings file
  Value (*get)(const Settings&) = nullptr;
  void (*set)(Settings&, const Value&) = nullptr;  ///< does not check the value: use app::set or parse_value

  std::string_view group() const { return std::string_view(name).substr(0, name.find('.')); }
  std::string_view key() const { return std::string_view(name).substr(name.find('.') + 1); }
};

/// All rows, in the order of the help and of the panel. Rows of one group follow each other.
std::span<const Parameter> parameters();

/// Finds a row by its name ("shadow.resolution") or by its option with or without dashes ("scale"). Null
/// where there is none.
const Parameter* find_parameter(std::string_view name_or_option);

/// Describes the values that are allowed: "a number from 1 to 3", "one of native, nearest, ...",
/// "WIDTHxHEIGHT, each from 16 to 16384".
std::string allowed(const Parameter& parameter);

/// Reads a value and checks its range. Throws core::Error "must be ..., not '...'", before which the caller
/// puts the name.
Value parse_value(const Parameter& parameter, std::string_view text);

/// Writes a value as text, from which parse_value reads the same value.
std::string format_value(const Parameter& parameter, const Value& value);

/// Sets and reads a setting by its name or option, as text; for sweeps and tests. Throw core::UsageError
/// where there is no such setting; set() also where the value is not allowed, with the range.
void set(Settings& settings, std::string_view name_or_option, std::string_view text);
std::string get(const Settings& settings, std::string_view name_or_option);

/// Whether the setting differs from its default.
bool changed(const Parameter& parameter, const Settings& settings);

enum class Save {
  changed,  ///< those that differ from the default
  live,     ///< those that may change while the program runs, for a preset of the user
  all
};

/// The settings as TOML text with one table for each group. Save::all adds the help as comments.
std::string to_toml(const Settings& settings, Save what);

/// Writes to_toml to the file, through core::write_file. Throws core::Error.
void save_settings(const std::filesystem::path& path, const Settings& settings, Save what);

/// Sets the settings that the file names and leaves the others. `without` names a table that is somebody
/// else's: a station's caption. Throws core::Error with file, line and, for a wrong value, the range; nothing
/// is changed then.
void load_settings(const std::filesystem::path& path, Settings& settings, std::string_view without = {});

/// Returns an existing file as it is. Otherwise takes the text for the name of a preset ("performance") and
/// returns the user's preset of that name, or else the one that ships.
std::filesystem::path find_preset(const std::string& file_or_name);

}  // namespace app
