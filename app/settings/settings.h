#pragma once
// Every parameter of the program in one table. A row gives a parameter its TOML key, its command-line
// option, its control in the panel, its help, range and default: none of the three can lack what another has.

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

enum class Backend : std::int32_t { automatic, cpu, cuda };
/// The words for them: of --backend, of app/open's table and of the modules that are opened.
constexpr std::string_view backend_names[] = {"auto", "cpu", "cuda"};
constexpr std::string_view name_of(Backend backend) {
  return backend_names[static_cast<std::size_t>(backend)];
}
enum class Precision : std::int32_t { automatic, f32, bf16, f16 };

/// What runs the network: a window makes it anew where one of these changes.
struct BackendSettings {
  Backend backend = Backend::automatic;
  Precision precision = Precision::automatic;
  std::string cudnn;  ///< empty: where the loader finds it
  friend bool operator==(const BackendSettings&, const BackendSettings&) = default;
};

/// What a run does; apart from backend and weights fixed while it runs.
struct RunSettings : BackendSettings {
  core::Size output{1280, 720};
  std::string weights;  ///< empty: the weights that ship
  std::string device;   ///< a part of its name or its index in `neuraster devices`; empty: the best one
  std::int32_t frames = 120;
  std::int32_t warmup = 8;
  double start = 0;                 ///< seconds
  double frame_seconds = 1 / 60.0;  ///< headless frame n shows the time start + n * frame_seconds
  std::int32_t reference_samples = 64;
  std::int32_t seed = 1;
  bool validation = false;
  bool joined_contexts = false;  ///< off until it was seen running on a GPU
  bool scene_cache = true;
  double cache_limit = 16;  ///< GiB, of the prepared scenes and of the references each
};

struct WindowSettings {
  bool vsync = true;
  bool full_screen = false;
  bool panels = true;
  bool timeline = false;
  bool self_check = false;
  float ui_scale = 0;         ///< 0: the monitor's
  float fly_speed = 4;        ///< metres a second
  float mouse_speed = 0.15f;  ///< degrees a pixel
};

struct Settings {
  Settings() { render.upscaler = renderer::Upscaler::neural; }  ///< wherever it runs: see use_what_runs
  renderer::RenderSettings render;
  DynamicResolutionSettings dynamic_resolution;
  RunSettings run;
  WindowSettings window;
  ComparisonSettings comparison;
};

/// What a row can hold. An enumeration is the index of its word in Parameter::choices.
using Value = std::variant<bool, std::int32_t, double, core::Size, std::string>;
enum class Kind { boolean, integer, number, size, text, choice };

struct Parameter {
  std::string name;    ///< TOML key, "group.key"
  std::string option;  ///< "--group-key", or the short name of the common ones
  std::string help;    ///< a phrase with its unit
  Kind kind = Kind::boolean;
  double min = 0, max = 0;                     ///< of numbers, and of each side of a size
  std::vector<std::string_view> choices = {};  ///< of Kind::choice
  bool live = true;                            ///< the window may change it; others are read at the start
  Value (*get)(const Settings&) = nullptr;
  void (*set)(Settings&, const Value&) = nullptr;  ///< unchecked: use app::set or parse_value

  std::string_view group() const { return std::string_view(name).substr(0, name.find('.')); }
  std::string_view key() const { return std::string_view(name).substr(name.find('.') + 1); }
};

/// The table, in the order of help and panels; rows of a group stand together.
std::span<const Parameter> parameters();

/// By name ("shadow.resolution") or by option with or without its dashes ("scale"). Null where there is none.
const Parameter* find_parameter(std::string_view name_or_option);

/// "a number from 1 to 3", "one of native, nearest, ...", "WIDTHxHEIGHT, each from 16 to 16384".
std::string allowed(const Parameter& parameter);

/// Reads a value and checks its range. Throws Error "must be ..., not '...'" for the caller to prefix.
Value parse_value(const Parameter& parameter, std::string_view text);

/// parse_value reads this back to the same value.
std::string format_value(const Parameter& parameter, const Value& value);

/// By name or option, as text; for sweeps and tests. Throws UsageError with the range, or for no such name.
void set(Settings& settings, std::string_view name_or_option, std::string_view text);
std::string get(const Settings& settings, std::string_view name_or_option);

/// True where the value is not the default.
bool changed(const Parameter& parameter, const Settings& settings);

enum class Save {
  changed,  ///< what is not the default
  live,     ///< what may change while the program runs: a preset of the user's
  all
};

/// A preset: TOML text, one table a group, with the help as comments where all is saved.
std::string to_toml(const Settings& settings, Save what);

/// Writes to_toml beside the file and renames it.
void save_settings(const std::filesystem::path& path, const Settings& settings, Save what);

/// Sets what the file names and leaves the rest. Nothing is changed when it throws: Error with file, line
/// and, for a wrong value, the range.
void load_settings(const std::filesystem::path& path, Settings& settings);

/// A file as it is, or the name of a preset: the user's own, else one that ships ("performance").
std::filesystem::path find_preset(const std::string& file_or_name);

}  // namespace app
