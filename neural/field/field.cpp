#include "neural/field/field.h"

#include <cmath>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "compute/pixel/half.h"
#include "core/checksum.h"
#include "core/error.h"
#include "core/json.h"

namespace neural {
namespace {

using namespace pixel;

constexpr const char* format_name = "neuraster field 1";
constexpr std::size_t surfel_numbers = 12;  // voxel, cascade and bin; normal, offset; colour, count
constexpr std::size_t used_outputs = 4;
constexpr float most_stored_count = 2048;  // whole numbers that a half holds

/// Returns the whole number at values[i]; `end` is above all that are allowed.
int whole(float value, int end, const std::string& name, const char* what) {
  if (!(value >= 0) || value >= static_cast<float>(end) || value != std::floor(value))
    core::fail("{}: tensor 'surfels' has a {} of {}, which is no whole number below {}", name, what, value,
               end);
  return static_cast<int>(value);
}

Surfel surfel_from(const float* v, const std::string& name) {
  SurfelPlace place;
  for (std::size_t a = 0; a < 3; ++a) place.voxel[a] = whole(v[a], 2 * field_half, name, "voxel");
  const int rest = whole(v[3], 6 * field_cascades, name, "cascade");
  place.cascade = rest / 6;
  place.bin = rest % 6;
  Surfel s{place.key(), {v[4], v[5], v[6]}, v[7], {v[8], v[9], v[10]}, v[11]};
  const float length = std::sqrt(v[4] * v[4] + v[5] * v[5] + v[6] * v[6]);
  if (!(std::abs(length - 1) < 0.01f))
    core::fail("{}: tensor 'surfels' has a normal of length {}", name, length);
  for (float& n : s.normal) n /= length;
  if (!(std::abs(v[7]) <= 2))
    core::fail("{}: tensor 'surfels' has a plane outside of its voxel ({})", name, v[7]);
  if (!(v[11] >= 0)) core::fail("{}: tensor 'surfels' has a count of {}", name, v[11]);
  return s;
}

std::vector<float> surfel_values(const SurfelMap& map) {
  std::vector<float> values;
  values.reserve(map.count() * surfel_numbers);
  for (std::size_t i = 0; i < map.count(); ++i) {
    const Surfel s = map.surfel(i);
    const SurfelPlace place = SurfelPlace::of(s.place);
    for (const int v : place.voxel) values.push_back(static_cast<float>(v));
    values.push_back(static_cast<float>(place.cascade * 6 + place.bin));
    values.insert(values.end(), s.normal, s.normal + 3);
    values.push_back(s.offset);
    values.insert(values.end(), s.color, s.color + 3);
    values.push_back(std::min(s.count, most_stored_count));
  }
  return values;
}

std::string origin_text(const FieldOrigin& origin) {
  const nlohmann::json json{{"format", format_name},
                            {"scene", origin.scene},
                            {"scene_hash", core::checksum_text(origin.scene_hash)},
                            {"center", origin.center},
                            {"voxel", origin.voxel},
                            {"exposure", origin.exposure},
                            {"seconds", origin.seconds},
                            {"views", origin.views},
                            {"record", origin.record}};
  return json.dump();
}

FieldOrigin origin_from(const TensorFile& file, const std::string& name) {
  const auto found = file.metadata.find("field");
  if (found == file.metadata.end())
    core::fail("{}: holds no field (its metadata has no entry 'field')", name);
  const nlohmann::json json = core::parse_json(found->second, name + ": its metadata 'field'");
  FieldOrigin origin;
  try {
    if (json.at("format").get<std::string>() != format_name)
      core::fail("{}: a field of another version ('{}', not '{}')", name,
                 json.at("format").get<std::string>(), format_name);
    origin.scene = json.at("scene").get<std::string>();
    origin.scene_hash = std::stoull(json.at("scene_hash").get<std::string>(), nullptr, 16);
    origin.center = json.at("center").get<std::array<double, 3>>();
    origin.voxel = json.at("voxel").get<float>();
    origin.exposure = json.at("exposure").get<float>();
    origin.seconds = json.at("seconds").get<double>();
    origin.views = json.at("views").get<int>();
    origin.record = json.at("record").get<std::string>();
  } catch (const nlohmann::json::exception&) {
    core::fail("{}: its metadata 'field' lacks an entry, or one is of another kind", name);
  } catch (const std::logic_error&) {
    core::fail("{}: its metadata 'field' has a scene_hash that is no number", name);
  }
  const auto sound = [](float x) { return std::isfinite(x) && x > 1e-6f && x < 1e6f; };
  bool placed = true;
  for (const double c : origin.center) placed &= std::isfinite(c) && std::abs(c) < 1e9;
  if (!placed || !sound(origin.voxel) || !sound(origin.exposure))
    core::fail("{}: its metadata 'field' has a centre, a voxel or an exposure that cannot be", name);
  return origin;
}

}  // namespace

std::size_t Field::bytes() const {
  return surfels->bytes() + 4 * (sky.size() + weights.size()) + 2 * features.size();
}

std::shared_ptr<const Field> field_from(const TensorFile& file, const std::string& name) {
  std::set<std::string> taken;
  const auto take = [&](const char* tensor,
                        const std::vector<std::size_t>& shape) -> const std::vector<float>& {
    taken.insert(tensor);
    return expect_tensor(file, name, tensor, shape, "a field").values;
  };
  auto field = std::make_shared<Field>();
  field->origin = origin_from(file, name);

  const std::vector<float>& values = take("surfels", {0, surfel_numbers});
  std::vector<Surfel> surfels(values.size() / surfel_numbers);
  for (std::size_t i = 0; i < surfels.size(); ++i) {
    surfels[i] = surfel_from(&values[i * surfel_numbers], name);
    if (i > 0 && surfels[i].place <= surfels[i - 1].place)
      core::fail("{}: tensor 'surfels' is out of order at surfel {}", name, i);
  }
  field->surfels = make_map(surfels, field->origin.voxel);

  const std::vector<float>& sky = take("sky", {field_sky_side, field_sky_side, 3});
  for (std::size_t i = 0; i < sky.size(); i += 3)
    field->sky.insert(field->sky.end(), {sky[i], sky[i + 1], sky[i + 2], 0});
  for (const float f : take("features", {field_levels, field_entries, field_level_width}))
    field->features.push_back(compute::pixel::to_half(f));
  for (const auto& [tensor, in] :
       {std::pair{"layers.0", std::size_t{field_inputs}}, {"layers.1", std::size_t{field_hidden}}}) {
    const std::vector<float>& layer = take(tensor, {in, field_hidden});
    field->weights.insert(field->weights.end(), layer.begin(), layer.end());
  }
  const std::vector<float>& last = take("layers.2", {field_hidden, used_outputs});
  field->weights.resize(field_weights, 0);
  for (std::size_t i = 0; i < last.size(); ++i)
    field->weights[field_last_weights + i / used_outputs * field_outputs + i % used_outputs] = last[i];
  for (const auto& [tensor, unused] : file.tensors)
    if (!taken.contains(tensor)) core::fail("{}: tensor '{}' belongs to no field", name, tensor);
  return field;
}

std::shared_ptr<const Field> load_field(const std::filesystem::path& path) {
  return field_from(read_safetensors(path), path.string());
}

TensorFile to_tensor_file(const Field& field) {
  TensorFile file;
  file.metadata["field"] = origin_text(field.origin);
  const auto add = [&](const char* name, std::vector<std::size_t> shape, std::vector<float> values) {
    file.tensors[name] = {std::move(shape), std::move(values), true};
  };
  add("surfels", {field.surfels->count(), surfel_numbers}, surfel_values(*field.surfels));
  std::vector<float> sky;
  for (std::size_t i = 0; i < field.sky.size(); i += 4)
    sky.insert(sky.end(), &field.sky[i], &field.sky[i] + 3);
  add("sky", {field_sky_side, field_sky_side, 3}, std::move(sky));
  std::vector<float> features;
  features.reserve(field.features.size());
  for (const f16 h : field.features) features.push_back(compute::pixel::from_half(h));
  add("features", {field_levels, field_entries, field_level_width}, std::move(features));
  const auto w = field.weights.begin();
  add("layers.0", {field_inputs, field_hidden}, {w, w + field_second_weights});
  add("layers.1", {field_hidden, field_hidden}, {w + field_second_weights, w + field_last_weights});
  std::vector<float> last;
  for (std::size_t i = 0; i < field_hidden; ++i)
    last.insert(last.end(), w + field_last_weights + static_cast<std::ptrdiff_t>(i * field_outputs),
                w + field_last_weights + static_cast<std::ptrdiff_t>(i * field_outputs + used_outputs));
  add("layers.2", {field_hidden, used_outputs}, std::move(last));
  return file;
}

void save_field(const std::filesystem::path& path, const Field& field) {
  write_safetensors(path, to_tensor_file(field));
}

}  // namespace neural
