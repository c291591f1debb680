#include "neural/field/field.h"

#include <algorithm>
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

constexpr const char* format_name = "neuraster field 2";
// Bytes of a surfel: its key, lowest first; normal; offset; colour; count; cells.
constexpr std::size_t surfel_numbers = 15;
constexpr std::size_t used_outputs = 4;
constexpr float count_steps = 16, least_count = 5;  // of a count: so many a power of two, from 2^-5 on
constexpr float color_step = 0.005f;
constexpr float offset_steps = 127 / 0.9f;  // a voxel; planes lie within half of its diagonal

float byte_of(float x) {
  return std::clamp(std::round(x), 0.0f, 255.0f);
}

Surfel surfel_from(const float* v, const std::string& name, std::size_t movers) {
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < 5; ++i) key |= static_cast<std::uint64_t>(v[i]) << 8 * i;
  if (!SurfelPlace::of(key).exists(movers))
    core::fail("{}: tensor 'surfels' has a surfel whose place cannot be", name);
  Surfel s{key, {v[5] - 128, v[6] - 128, v[7] - 128}, (v[8] - 128) / offset_steps, {}, 0, 0};
  const float length =
      std::sqrt(s.normal[0] * s.normal[0] + s.normal[1] * s.normal[1] + s.normal[2] * s.normal[2]);
  if (!(std::abs(length - 127) < 2))
    core::fail("{}: tensor 'surfels' has a normal of length {}", name, length / 127);
  for (float& n : s.normal) n /= length;
  for (std::size_t c = 0; c < 3; ++c) s.color[c] = v[9 + c] * color_step;
  s.count = std::exp2(v[12] / count_steps - least_count);
  s.cells = static_cast<std::uint32_t>(v[13]) | static_cast<std::uint32_t>(v[14]) << 8;
  return s;
}

std::vector<float> surfel_values(const SurfelMap& map) {
  std::vector<float> values;
  values.reserve(map.count() * surfel_numbers);
  for (std::size_t i = 0; i < map.count(); ++i) {
    const Surfel s = map.surfel(i);
    for (int k = 0; k < 40; k += 8) values.push_back(static_cast<float>(s.place >> k & 255));
    for (const float n : s.normal) values.push_back(byte_of(128 + 127 * n));
    values.push_back(byte_of(128 + s.offset * offset_steps));
    for (const float c : s.color) values.push_back(byte_of(c / color_step));
    values.push_back(byte_of((std::log2(std::max(s.count, 1e-6f)) + least_count) * count_steps));
    values.push_back(static_cast<float>(s.cells & 255));
    values.push_back(static_cast<float>(s.cells >> 8));
  }
  return values;
}

nlohmann::json movers_json(const std::vector<FieldMover>& movers) {
  nlohmann::json list = nlohmann::json::array();
  for (const FieldMover& m : movers)
    list.push_back({{"name", m.name},
                    {"model", m.model},
                    {"center", m.center},
                    {"half", m.half},
                    {"voxel", m.voxel},
                    {"roams", m.roams}});
  return list;
}

std::vector<FieldMover> movers_from(const nlohmann::json& json, const std::string& name) {
  std::vector<FieldMover> movers;
  for (const nlohmann::json& one : json) {
    const FieldMover& m = movers.emplace_back(
        FieldMover{one.at("name").get<std::string>(), one.at("model").get<int>(),
                   one.at("center").get<std::array<float, 3>>(), one.at("half").get<std::array<float, 3>>(),
                   one.at("voxel").get<float>(), one.value("roams", false)});
    bool sound = m.model >= 0 && std::isfinite(m.voxel) && m.voxel > 1e-6f && m.voxel < 1e6f;
    for (std::size_t a = 0; a < 3; ++a)
      sound &= std::isfinite(m.center[a]) && m.half[a] >= 0 &&
               m.half[a] <= m.voxel * 0.5f * static_cast<float>(field_mover_bricks * field_brick_side);
    if (!sound) core::fail("{}: its metadata 'field' has a mover '{}' that cannot be", name, m.name);
  }
  if (movers.size() > field_most_movers)
    core::fail("{}: its metadata 'field' has {} movers", name, movers.size());
  return movers;
}

/// Files of before have none.
FieldSun sun_from(const nlohmann::json& json, const std::string& name) {
  FieldSun sun{json.at("towards").get<std::array<float, 3>>(), json.at("share").get<std::array<float, 3>>()};
  float square = 0;
  bool sound = true;
  for (std::size_t a = 0; a < 3; ++a) {
    square += sun.towards[a] * sun.towards[a];
    sound &= sun.share[a] >= 0 && sun.share[a] < 1e3f;
  }
  if (!sound || !(square == 0 || std::abs(square - 1) < 0.01f))
    core::fail("{}: its metadata 'field' has a sun that cannot be", name);
  return sun;
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
                            {"movers", movers_json(origin.movers)},
                            {"movers_learned", origin.movers_learned},
                            {"sun", {{"towards", origin.sun.towards}, {"share", origin.sun.share}}},
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
    if (json.contains("movers")) origin.movers = movers_from(json.at("movers"), name);
    origin.movers_learned = json.value("movers_learned", false);
    if (json.contains("sun")) origin.sun = sun_from(json.at("sun"), name);
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
  if (file.tensors.at("surfels").stored != Stored::uint8)
    core::fail("{}: tensor 'surfels' is not of bytes", name);
  std::vector<Surfel> surfels(values.size() / surfel_numbers);
  for (std::size_t i = 0; i < surfels.size(); ++i) {
    surfels[i] = surfel_from(&values[i * surfel_numbers], name, field->origin.movers.size());
    if (i > 0 && surfels[i].place <= surfels[i - 1].place)
      core::fail("{}: tensor 'surfels' is out of order at surfel {}", name, i);
  }
  field->surfels = make_map(surfels, field->origin.voxel, field->origin.movers);

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
    file.tensors[name] = {std::move(shape), std::move(values), Stored::float16};
  };
  file.tensors["surfels"] = {
      {field.surfels->count(), surfel_numbers}, surfel_values(*field.surfels), Stored::uint8};
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
