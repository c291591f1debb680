// The one table of parameters. A new one is a field in a settings struct and a row here.

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <type_traits>
#include <utility>

#include "app/settings/settings.h"

namespace app {
namespace {

/// The double that is written like the float, so that 0.1f reads 0.1 and compares equal to it.
double shortest(float value) {
  const std::string text = fmt::format("{}", value);
  double result = value;
  std::from_chars(text.data(), text.data() + text.size(), result);
  return result;
}

/// get and set of the field that `Access` (a stateless generic lambda) names.
template <typename Access>
void bind(Parameter& parameter, Access) {
  using Field = std::remove_cvref_t<decltype(Access{}(std::declval<Settings&>()))>;
  parameter.get = [](const Settings& settings) -> Value {
    const Field& field = Access{}(settings);
    if constexpr (std::is_enum_v<Field>)
      return static_cast<std::int32_t>(field);
    else if constexpr (std::is_same_v<Field, float>)
      return shortest(field);
    else
      return field;
  };
  parameter.set = [](Settings& settings, const Value& value) {
    Field& field = Access{}(settings);
    if constexpr (std::is_enum_v<Field>)
      field = static_cast<Field>(std::get<std::int32_t>(value));
    else if constexpr (std::is_floating_point_v<Field>)
      field = static_cast<Field>(std::get<double>(value));
    else
      field = std::get<Field>(value);
  };
  if constexpr (std::is_same_v<Field, bool>)
    parameter.kind = Kind::boolean;
  else if constexpr (std::is_enum_v<Field>)
    parameter.kind = Kind::choice;
  else if constexpr (std::is_integral_v<Field>)
    parameter.kind = Kind::integer;
  else if constexpr (std::is_floating_point_v<Field>)
    parameter.kind = Kind::number;
  else if constexpr (std::is_same_v<Field, core::Size>)
    parameter.kind = Kind::size;
  else
    parameter.kind = Kind::text;
}

/// shadow.max_bias becomes --shadow-max-bias.
std::string option_of(std::string_view name) {
  std::string option = "--" + std::string(name);
  std::replace_if(
      option.begin() + 2, option.end(), [](char c) { return c == '.' || c == '_'; }, '-');
  return option;
}

/// Builds the table row by row, so that each row stays one statement.
class Table {
 public:
  template <typename Access>
  Table& add(std::string name, Access access, std::string help) {
    Parameter parameter;
    parameter.option = option_of(name);
    parameter.name = std::move(name);
    parameter.help = std::move(help);
    bind(parameter, access);
    rows.push_back(std::move(parameter));
    return *this;
  }
  Table& range(double min, double max) {
    rows.back().min = min;
    rows.back().max = max;
    return *this;
  }
  Table& option(std::string option) {
    rows.back().option = std::move(option);
    return *this;
  }
  Table& choices(std::vector<std::string_view> words) {
    rows.back().choices = std::move(words);
    return *this;
  }
  Table& at_start() {
    rows.back().live = false;
    return *this;
  }
  Table& never_in_files() {
    rows.back().in_files = false;
    return *this;
  }
  std::vector<Parameter> rows;
};

// Names a field of Settings for both const and mutable access.
#define FIELD(path)             \
  [](auto& settings) -> auto& { \
    return settings.path;       \
  }

void add_run(Table& table) {
  table.add("run.output", FIELD(run.output), "output size in pixels")
      .option("--output")
      .range(16, 16384)
      .at_start();
  table.add("run.frames", FIELD(run.frames), "number of frames")
      .option("--frames")
      .range(1, 1000000)
      .at_start();
  table.add("run.start", FIELD(run.start), "time of the first frame, seconds")
      .option("--start")
      .range(0, 100000)
      .at_start();
  table.add("run.frame_seconds", FIELD(run.frame_seconds), "time from frame to frame, seconds (headless)")
      .option("--frame-seconds")
      .range(0, 10)
      .at_start();
  table.add("run.still", FIELD(run.still), "camera and scene stand still at --start (headless)")
      .option("--still")
      .at_start();
  table.add("run.warmup", FIELD(run.warmup), "frames that are rendered first and not counted")
      .option("--warmup")
      .range(0, 100000)
      .at_start();
  table.add("run.reference_samples", FIELD(run.reference_samples), "samples a pixel of the reference")
      .option("--reference-samples")
      .range(1, 4096)
      .at_start();
  table.add("run.seed", FIELD(run.seed), "seed of all random numbers")
      .option("--seed")
      .range(0, 2147483647)
      .at_start();
  table.add("run.device", FIELD(run.device), "Vulkan device: a part of its name, or its index in 'devices'")
      .option("--device")
      .at_start();
  table
      .add("run.backend", FIELD(run.backend),
           "what runs the network (auto: cuda, else vulkan on a GPU, else cpu)")
      .option("--backend")
      .choices({std::begin(backend_names), std::end(backend_names)});
  table
      .add("run.precision", FIELD(run.precision),
           "number format of the network (auto: f16 on a GPU, bf16 where the processor has it, else f32)")
      .option("--precision")
      .choices({"auto", "f32", "bf16", "f16"});
  table.add("run.weights", FIELD(run.weights), "weights of the network, a safetensors file")
      .option("--weights");
  table.add("run.cudnn", FIELD(run.cudnn), "path of libcudnn where the loader does not find it")
      .option("--cudnn")
      .never_in_files();  // a file from elsewhere must not choose a library to load
  table
      .add("run.joined_contexts", FIELD(run.joined_contexts),
           "CUDA's context joins Vulkan's where the driver offers it; not together with --validation")
      .option("--joined-contexts")
      .at_start();
  table.add("run.validation", FIELD(run.validation), "Vulkan's validation layer; its messages are errors")
      .option("--validation")
      .at_start();
  table.add("run.scene_cache", FIELD(run.scene_cache), "keep prepared scenes beside the user's other caches")
      .option("--scene-cache")
      .at_start();
  table
      .add("run.cache_limit", FIELD(run.cache_limit),
           "GiB that the prepared scenes may fill, and the references too; the least recently used go first")
      .option("--cache-limit")
      .range(0, 100000)
      .at_start();
}

void add_source(Table& table) {
  table
      .add("source.source", FIELD(source.source),
           "what fills the frame: the rasterizer, or a field that has learned the scene (`neuraster learn`)")
      .option("--source")
      .choices({"rasterizer", "field"});
  table.add("source.field", FIELD(source.field), "the learned scene, a safetensors file").option("--field");
}

void add_upscaling(Table& table) {
  table.add("upscaling.upscaler", FIELD(render.upscaler), "what makes the output pixels")
      .option("--upscaler")
      .choices({"native", "nearest", "bilinear", "catmull-rom", "taau", "neural"});
  table.add("upscaling.scale", FIELD(render.scale), "output size / render size, each axis")
      .option("--scale")
      .range(1, 3);
  table
      .add("upscaling.target_ms", FIELD(dynamic_resolution.target_ms),
           "dynamic resolution: what a frame shall take, milliseconds; 0 is off")
      .option("--target-ms")
      .range(0, 1000);
  table.add("upscaling.min_scale", FIELD(dynamic_resolution.min_scale), "the finest of dynamic resolution")
      .range(1, 3);
  table.add("upscaling.max_scale", FIELD(dynamic_resolution.max_scale), "the coarsest of dynamic resolution")
      .range(1, 3);
  table.add("upscaling.mip_bias", FIELD(render.mip_bias), "added to log2(render / output) - 1").range(-4, 4);
  table
      .add("upscaling.frames_between", FIELD(render.frames_between),
           "pictures generated between two frames, by the network's backend; not while something is compared")
      .option("--frames-between")
      .range(0, core::Between::most);
  table.add("upscaling.overlap", FIELD(render.overlap),
            "render the next frame while this one is generated: one more frame of latency; not with the cpu "
            "backend");

  table.add("taau.blend", FIELD(render.taau.blend), "least weight of the new sample").range(0.01, 1);
  table
      .add("taau.clip_gamma", FIELD(render.taau.clip_gamma),
           "history is clipped to mean +- this many deviations")
      .range(0.25, 8);
  table
      .add("taau.innovation", FIELD(render.taau.innovation),
           "part of the correction that is history's error at the samples' place")
      .range(0, 1);
  table
      .add("taau.sample_sigma", FIELD(render.taau.sample_sigma),
           "Gaussian of a sample's distance, output pixels")
      .range(0.1, 2);
  table
      .add("taau.history_sharpness", FIELD(render.taau.history_sharpness),
           "cubic history filter, A = -this; Catmull-Rom is 0.5")
      .range(0, 1);
  table
      .add("taau.dilation_threshold", FIELD(render.taau.dilation_threshold),
           "second difference of depth, relative, from which motion is dilated")
      .range(0, 2);
  table
      .add("taau.disocclusion", FIELD(render.taau.disocclusion),
           "relative difference of depth from which history is dropped")
      .range(0.001, 1);
}

void add_picture(Table& table) {
  table.add("picture.tone_curve", FIELD(render.tone_curve), "from scene-referred light to the display")
      .choices({"agx", "aces", "reinhard", "none"});
  table.add("picture.contrast", FIELD(render.grade.contrast), "steeper above 1, around grey").range(0.5, 2);
  table.add("picture.warmth", FIELD(render.grade.warmth), "orange above 0, blue below").range(-1, 1);
  table.add("picture.saturation", FIELD(render.grade.saturation), "0 is grey").range(0, 2);
  table
      .add("picture.anisotropy", FIELD(render.anisotropy),
           "texture samples along a slope (a processor that renders takes 1)")
      .range(1, 16);
  table.add("picture.transparency", FIELD(render.transparency), "draw glass and water");
  table.add("picture.sway", FIELD(render.sway), "wind in leaves, a factor").range(0, 4);
  table.add("picture.culling", FIELD(render.culling), "skip what the camera cannot see");

  table.add("lighting.sun", FIELD(render.sun_intensity), "multiplies the scene's sun").range(0, 10);
  table
      .add("lighting.time_of_day", FIELD(render.time_of_day),
           "hours after the scene's own time: the sun turns, and sets")
      .range(-12, 12);
  table.add("lighting.sky", FIELD(render.sky_intensity), "multiplies the scene's sky").range(0, 10);
  table.add("lighting.bounce", FIELD(render.sun_bounce), "the sun's light that surfaces reflect").range(0, 4);
  table.add("lighting.point_lights", FIELD(render.point_lights), "the scene's point lights");

  table.add("exposure.automatic", FIELD(render.exposure.automatic), "adapt to the scene; off: 2^ev alone");
  table.add("exposure.ev", FIELD(render.exposure.ev), "stops, added to the scene's own").range(-10, 10);
  table.add("exposure.key", FIELD(render.exposure.key), "the average luminance to aim at").range(0.01, 1);
  table.add("exposure.speed", FIELD(render.exposure.speed), "how fast it adapts, 1/seconds").range(0.1, 20);
  table.add("exposure.min_ev", FIELD(render.exposure.min_ev), "stops, the darkest").range(-16, 16);
  table.add("exposure.max_ev", FIELD(render.exposure.max_ev), "stops, the brightest").range(-16, 16);

  table.add("shadow.enabled", FIELD(render.shadow.enabled), "the sun casts shadows");
  table.add("shadow.resolution", FIELD(render.shadow.resolution), "texels a side").range(128, 8192);
  table.add("shadow.distance", FIELD(render.shadow.distance), "metres from the camera").range(1, 2000);
  table.add("shadow.softness", FIELD(render.shadow.softness), "width at what casts, metres").range(0, 1);
  table.add("shadow.bias", FIELD(render.shadow.bias), "texels").range(0, 16);
  table.add("shadow.spread", FIELD(render.shadow.spread), "wider by metre to what casts").range(0, 0.2);
  table.add("shadow.contact", FIELD(render.shadow.contact), "short shadows where things stand on others");
  table.add("shadow.lamps", FIELD(render.shadow.lamps), "lights with shadows of their own").range(0, 8);

  table.add("ambient_occlusion.enabled", FIELD(render.ambient_occlusion.enabled), "darken corners");
  table.add("ambient_occlusion.radius", FIELD(render.ambient_occlusion.radius), "metres").range(0.05, 10);
  table.add("ambient_occlusion.strength", FIELD(render.ambient_occlusion.strength), "factor").range(0, 4);

  table.add("sky_visibility.enabled", FIELD(render.sky_visibility.enabled), "dark where the sky is hidden");
  table.add("sky_visibility.strength", FIELD(render.sky_visibility.strength), "factor").range(0, 1);
  table.add("water.simulated", FIELD(render.water.simulated), "waves, where the scene has a place for them");
  table.add("water.cells", FIELD(render.water.cells), "cells on a side of the simulated water")
      .range(64, 512)
      .at_start();
  table.add("water.wind", FIELD(render.water.wind), "height of the wind's waves").range(0, 4);
  table.add("water.rain", FIELD(render.water.rain), "drops a square metre and minute").range(0, 20);
  table.add("water.foam", FIELD(render.water.foam), "strength of foam").range(0, 2);
  table.add("water.reflections", FIELD(render.water.reflections),
            "water mirrors what the picture shows, else only the sky");
  table.add("bloom.enabled", FIELD(render.bloom.enabled), "light spreads around bright pixels");
  table.add("bloom.strength", FIELD(render.bloom.strength), "share of the spread light").range(0, 1);
  table.add("bloom.radius", FIELD(render.bloom.radius), "weight of the wider levels").range(0, 1);
}

void add_look(Table& table) {
  table.add("compare.enabled", FIELD(comparison.compare), "a second upscaler beside the first (F2)")
      .option("--compare");
  table.add("compare.right", FIELD(comparison.right), "what the right side shows")
      .choices({"native", "nearest", "bilinear", "catmull-rom", "taau", "neural", "reference"});
  table.add("compare.weights", FIELD(comparison.weights),
            "weights of a neural right side; none: the left side's");
  table.add("compare.divider", FIELD(comparison.divider), "share of the width that shows the left side")
      .range(0, 1);
  table.add("compare.flicker", FIELD(comparison.flicker),
            "show one side, then the other, all over the picture (F3)");
  table.add("compare.flicker_seconds", FIELD(comparison.flicker_seconds), "how long a side is shown")
      .range(0.05, 5);
  table.add("compare.error", FIELD(comparison.error),
            "FLIP instead of the pictures: against the reference at rest, else between the sides (F4)");
  table
      .add("compare.error_gain", FIELD(comparison.error_gain),
           "multiplies the error before it becomes a colour")
      .range(1, 20);
  table
      .add("compare.samples", FIELD(comparison.samples),
           "samples a pixel of the reference that grows at rest")
      .range(1, 4096);
  table
      .add("magnifier.enabled", FIELD(comparison.magnifier),
           "enlarge what is under the cursor, both sides (F5)")
      .option("--magnifier");
  table.add("magnifier.zoom", FIELD(comparison.zoom), "screen pixels a pixel").range(2, 32);
  table.add("magnifier.size", FIELD(comparison.lens), "a side of it, share of the picture's height")
      .range(0.1, 1);
  table
      .add("debug.view", FIELD(comparison.buffer),
           "a buffer of the frame or of the upscaler instead of the picture (F6, Shift+F6)")
      .choices({"picture", "color", "depth", "motion", "reactive", "normal", "albedo", "roughness", "shadow",
                "occlusion", "history", "output", "warped-history", "disocclusion", "blend-weight",
                "history-clamp", "kernel-shape", "instability"});
}

void add_window(Table& table) {
  table.add("window.vsync", FIELD(window.vsync), "wait for the monitor").option("--vsync");
  table
      .add("window.between_from_fps", FIELD(window.between_from_fps),
           "frames a second from which on there are pictures between them; with fewer they delay too much")
      .option("--between-from-fps")
      .range(0, 240);
  table.add("window.full_screen", FIELD(window.full_screen), "fill the monitor (F11)")
      .option("--full-screen");
  table.add("window.panels", FIELD(window.panels), "show the panels (F1)").option("--panels");
  table
      .add("window.role", FIELD(window.role),
           "look: the picture and the stations; tune: all settings; measure: times and timeline")
      .option("--role")
      .choices({"look", "tune", "measure"});
  table.add("window.fps", FIELD(window.fps), "frames per second over the picture (F8)").option("--fps");
  table.add("window.ribbon", FIELD(window.ribbon), "what a frame passes through, along the lower edge (F9)")
      .option("--ribbon");
  table.add("window.race", FIELD(window.race),
            "the same frame by each backend in turn, with their times beside each other (F10)");
  table.add("window.poke", FIELD(window.poke), "the left mouse button pokes simulated water");
  table.add(
      "window.learning", FIELD(window.learning),
      "the network is one that begins as noise and learns here (station 3), not the one of the weights");
  table
      .add("window.learning_share", FIELD(window.learning_share),
           "training beside a frame, as a share of the time that the frame takes")
      .range(0.01, 1);
  table.add("window.timeline", FIELD(window.timeline), "the timeline in every role (F7)")
      .option("--timeline");
  table.add("window.self_check", FIELD(window.self_check),
            "name mistakes in what the upscaler is given, measured on the frames; in the timeline's panel");
  table.add("window.ui_scale", FIELD(window.ui_scale), "size of text and controls; 0 is the monitor's")
      .option("--ui-scale")
      .range(0, 4);
  table.add("window.fly_speed", FIELD(window.fly_speed), "metres a second; Shift is four times faster")
      .range(0.1, 200);
  table.add("window.mouse_speed", FIELD(window.mouse_speed), "degrees a pixel").range(0.01, 2);
}

#undef FIELD

std::vector<Parameter> make_table() {
  Table table;
  add_run(table);
  add_source(table);
  add_upscaling(table);
  add_look(table);
  add_picture(table);
  add_window(table);
  return std::move(table.rows);
}

}  // namespace

std::span<const Parameter> parameters() {
  static const std::vector<Parameter> table = make_table();
  return table;
}

}  // namespace app
