#include "renderer/scene/scene_file.h"

#include <toml++/toml.h>
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string_view>

#include "core/error.h"
#include "core/file.h"
#include "core/nesting.h"
#include "renderer/scene/animation.h"
#include "renderer/scene/file_names.h"

namespace scene {
namespace fs = std::filesystem;
namespace {

struct Range {
  double low = std::numeric_limits<double>::lowest(), high = std::numeric_limits<double>::max();
};
constexpr Range not_negative{0};
constexpr Range positive{1e-9};
constexpr Range world{-1e9, 1e9};

/// A table of the file that remembers which of its keys were read, to warn of the others.
class Table {
 public:
  Table(const toml::table& table, std::string name, const fs::path& path, std::vector<std::string>& warnings)
      : table_(table), name_(std::move(name)), path_(path), warnings_(warnings) {}

  void read(std::string_view key, float& value, Range range = {}) {
    if (const toml::node* node = find(key)) value = static_cast<float>(number(*node, key, range));
  }
  void read(std::string_view key, double& value, Range range = {}) {
    if (const toml::node* node = find(key)) value = number(*node, key, range);
  }
  void read(std::string_view key, bool& value) {
    if (const toml::node* node = find(key)) value = expect<bool>(*node, key, "true or false");
  }
  void read(std::string_view key, std::string& value) {
    if (const toml::node* node = find(key)) value = expect<std::string>(*node, key, "a string in quotes");
  }
  void read(std::string_view key, glm::vec3& value, Range range = world) {
    glm::dvec3 exact = value;
    if (read(key, exact, range)) value = exact;
  }
  bool read(std::string_view key, glm::dvec3& value, Range range = world) {
    const toml::node* node = find(key);
    if (!node) return false;
    const toml::array* array = node->as_array();
    if (!array || array->size() != 3) fail(*node, "{} must be three numbers: [x, y, z]", full(key));
    for (int i = 0; i < 3; ++i) value[i] = number(*array->get(static_cast<std::size_t>(i)), key, range);
    return true;
  }
  /// A place of the world, whose origin lies at `origin` in the file.
  void read_place(std::string_view key, glm::vec3& value, const glm::dvec3& origin) {
    glm::dvec3 place(0);
    if (read(key, place)) value = place - origin;
  }

  /// Calls `use` with the table under a key, where there is one.
  template <typename Use>
  void table(std::string_view key, Use&& use) {
    const toml::node* node = find(key);
    if (!node) return;
    if (!node->is_table()) fail(*node, "{} must be a table: [{}]", full(key), full(key));
    Table inner(*node->as_table(), full(key), path_, warnings_);
    use(inner);
    inner.report_unknown();
  }
  /// Calls `use` with each table of an array of tables.
  template <typename Use>
  void tables(std::string_view key, Use&& use) {
    const toml::node* node = find(key);
    if (!node) return;
    const toml::array* array = node->as_array();
    if (!array ||
        !std::all_of(array->begin(), array->end(), [](const toml::node& n) { return n.is_table(); }))
      fail(*node, "{} must be an array of tables: [[{}]]", full(key), full(key));
    for (const toml::node& element : *array) {
      Table inner(*element.as_table(), full(key), path_, warnings_);
      use(inner);
      inner.report_unknown();
    }
  }

  bool has(std::string_view key) const { return table_.contains(key); }

  void report_unknown() {
    for (const auto& [key, node] : table_)
      if (!known_.contains(std::string_view(key)))
        warnings_.push_back(fmt::format("'{}' line {}: unknown key '{}' is ignored", path_.string(),
                                        key.source().begin.line, full(std::string_view(key))));
  }

  template <typename... Args>
  [[noreturn]] void fail(const toml::node& at, fmt::format_string<Args...> format, Args&&... args) const {
    core::fail("'{}' line {}: {}", path_.string(), at.source().begin.line,
               fmt::format(format, std::forward<Args>(args)...));
  }
  template <typename... Args>
  [[noreturn]] void fail(std::string_view key, fmt::format_string<Args...> format, Args&&... args) const {
    const toml::node* node = table_.get(key);
    fail(node ? *node : static_cast<const toml::node&>(table_), format, std::forward<Args>(args)...);
  }
  const toml::table& raw() const { return table_; }

 private:
  const toml::node* find(std::string_view key) {
    known_.emplace(key);
    return table_.get(key);
  }
  std::string full(std::string_view key) const {
    return name_.empty() ? std::string(key) : fmt::format("{}.{}", name_, key);
  }
  template <typename T>
  T expect(const toml::node& node, std::string_view key, std::string_view what) const {
    const auto value = node.value_exact<T>();
    if (!value) fail(node, "{} must be {}", full(key), what);
    return *value;
  }
  double number(const toml::node& node, std::string_view key, Range range) const {
    const auto value = node.is_number() ? node.value<double>() : std::nullopt;
    if (!value) fail(node, "{} must be a number", full(key));
    if (!std::isfinite(*value)) fail(node, "{} must be finite", full(key));
    if (*value < range.low || *value > range.high) {
      if (range.high == std::numeric_limits<double>::max())
        fail(node, "{} is {}; it must be at least {}", full(key), *value, range.low);
      fail(node, "{} is {}; it must lie between {} and {}", full(key), *value, range.low, range.high);
    }
    return *value;
  }

  const toml::table& table_;
  std::string name_;
  const fs::path& path_;
  std::vector<std::string>& warnings_;
  std::set<std::string, std::less<>> known_;
};

template <typename Key>
void check_time(const Table& table, const std::vector<Key>& before, double time) {
  if (!before.empty() && time <= before.back().time)
    table.fail("time", "keyframe times must increase; {} follows {}", time, before.back().time);
}

void read_model(Table& table, const fs::path& scene_path, std::vector<ModelEntry>& models) {
  ModelEntry entry;
  std::string path, up = "y";
  table.read("path", path);
  if (path.empty()) table.fail("path", "a [[model]] needs a path");
  const fs::path folder = scene_path.parent_path();
  const auto found = find_file(folder, path);
  if (!found) table.fail("path", "the model '{}' does not exist", expected_path(folder, path).string());
  entry.path = *found;
  table.read("up", up);
  if (up != "y" && up != "z") table.fail("up", "up is \"{}\"; it must be \"y\" or \"z\"", up);
  entry.options.z_up = up == "z";
  table.read("alpha_cutoff", entry.options.alpha_cutoff, {0.004, 1});
  entry.model.name = found->stem().string();
  table.read("name", entry.model.name);
  entry.places.emplace_back(0);
  table.read("position", entry.places[0]);
  entry.model.position = entry.places[0];
  glm::vec3 degrees(0);
  table.read("rotation_degrees", degrees);
  entry.model.rotation = rotation_from_degrees(degrees);
  table.read("scale", entry.model.scale, {1e-6, 1e6});
  table.tables("keyframe", [&](Table& key) {
    ModelKeyframe frame{0, entry.model.position, entry.model.rotation};
    if (!key.has("time")) key.fail("time", "a keyframe needs a time");
    key.read("time", frame.time, not_negative);
    check_time(key, entry.model.keyframes, frame.time);
    glm::dvec3 place = entry.places[0];
    key.read("position", place);
    entry.places.push_back(place);
    frame.position = place;
    if (key.has("rotation_degrees")) {
      glm::vec3 turned(0);
      key.read("rotation_degrees", turned);
      frame.rotation = rotation_from_degrees(turned);
    }
    entry.model.keyframes.push_back(frame);
  });
  models.push_back(std::move(entry));
}

void read_camera(Table& table, SceneFile& file, const glm::dvec3& origin) {
  Camera& camera = file.camera;
  table.read("fov_y_degrees", camera.fov_y_degrees, {1, 170});
  table.read("near", camera.near, positive);
  table.read("far", camera.far, positive);
  file.near_given = table.has("near");
  file.far_given = table.has("far");
  if (file.near_given && file.far_given && camera.far <= camera.near)
    table.fail("far", "camera.far must be larger than camera.near");
  table.tables("keyframe", [&](Table& key) {
    CameraKeyframe frame;
    for (const char* needed : {"time", "position", "look_at"})
      if (!key.has(needed)) key.fail(needed, "a camera keyframe needs a {}", needed);
    key.read("time", frame.time, not_negative);
    check_time(key, camera.keyframes, frame.time);
    key.read_place("position", frame.position, origin);
    key.read_place("look_at", frame.look_at, origin);
    key.read("cut", frame.cut);
    if (frame.position == frame.look_at) key.fail("look_at", "the camera cannot look at its own position");
    camera.keyframes.push_back(frame);
  });
}

}  // namespace

SceneFile parse_scene_file(const std::string& text, const fs::path& path, const glm::dvec3& origin) {
  core::check_toml_nesting(text, path.string());
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error& error) {
    core::fail("'{}' line {}: {}", path.string(), error.source().begin.line, error.description());
  }
  SceneFile file;
  file.name = path.stem().string();
  Table top(root, "", path, file.warnings);
  top.read("name", file.name);
  double version = 1;
  top.read("version", version, {1, 1});
  top.tables("model", [&](Table& table) { read_model(table, path, file.models); });
  if (file.models.empty()) core::fail("'{}' has no [[model]]", path.string());
  if (top.has("units_per_metre")) top.read("units_per_metre", file.metre.emplace(1), {1e-9, 1e9});
  top.table("sun", [&](Table& table) {
    table.read("direction", file.sun.direction);
    if (glm::length(file.sun.direction) < 1e-6f) table.fail("direction", "sun.direction has no length");
    table.read("color", file.sun.color, {0, 1e6});
    table.read("intensity", file.sun.intensity, {0, 1e6});
  });
  top.table("sky", [&](Table& table) {
    table.read("zenith", file.sky.zenith, {0, 1e6});
    table.read("horizon", file.sky.horizon, {0, 1e6});
    table.read("intensity", file.sky.intensity, {0, 1e6});
    table.read("atmosphere", file.sky.atmosphere);
    table.read("haze", file.sky.haze, {0, 100});
    table.read("clouds", file.sky.clouds, {0, 1});
    table.read("stars", file.sky.stars, {0, 100});
    if (!file.sky.atmosphere)
      for (const char* key : {"haze", "clouds", "stars"})
        if (table.has(key)) table.fail(key, "sky.{} needs sky.atmosphere = true", key);
  });
  top.table("water", [&](Table& table) {
    for (const char* needed : {"center", "size"})
      if (!table.has(needed)) table.fail(needed, "[water] needs a {}", needed);
    table.read_place("center", file.water.center, origin);
    table.read("size", file.water.size, {8, 256});
  });
  top.table("wind", [&](Table& table) { table.read("sway", file.sway, {0, 1}); });
  top.tables("light", [&](Table& table) {
    PointLight light;
    if (!table.has("position")) table.fail("position", "a [[light]] needs a position");
    table.read_place("position", light.position, origin);
    table.read("color", light.color, {0, 1e6});
    table.read("intensity", light.intensity, {0, 1e9});
    table.read("radius", light.radius, {1e-3, 1e6});
    file.lights.push_back(light);
  });
  top.table("exposure", [&](Table& table) { table.read("ev", file.ev, {-30, 30}); });
  top.table("camera", [&](Table& table) { read_camera(table, file, origin); });
  top.report_unknown();
  return file;
}

SceneFile read_scene_file(const fs::path& path, const glm::dvec3& origin) {
  return parse_scene_file(core::read_text(path), path, origin);
}

}  // namespace scene
