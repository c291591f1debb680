#include "renderer/scene/scene_cache.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>

#include "core/cache_file.h"
#include "core/checksum.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "renderer/scene/mesh/obj_loader.h"
#include "renderer/scene/model_check.h"

namespace scene {
namespace fs = std::filesystem;
namespace {

constexpr core::CacheKind cache_kind{"NRSCENE1", 6};

/// Feeds plain values, arrays and strings to one hash.
class Hasher {
 public:
  template <typename T>
  void plain(const T& value) {
    static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T>);
    XXH3_64bits_update(&state_, &value, sizeof value);
  }
  void vec(const glm::vec3& v) {
    for (int i = 0; i < 3; ++i) plain(v[i]);
  }
  void bytes(const void* data, std::size_t size) {
    plain(size);
    if (size > 0) XXH3_64bits_update(&state_, data, size);
  }
  std::uint64_t digest() const { return XXH3_64bits_digest(&state_); }

 private:
  XXH3_state_t state_ = [] {
    XXH3_state_t s;
    XXH3_INITSTATE(&s);
    XXH3_64bits_reset(&s);
    return s;
  }();
};

/// The hash of a file; 0 where it cannot be read, so that the key changes when the file appears. What is too
/// large to be loaded counts as unreadable too.
std::uint64_t hash_file(const fs::path& path) {
  try {
    const bool model = core::lower_case(path.extension().string()) == ".obj";
    const core::MappedFile file(path, model ? largest_obj : core::file_limit::picture);
    return std::max<std::uint64_t>(core::checksum(file.bytes()), 1);
  } catch (const core::Error&) {
    return 0;
  }
}

/// Appends values to a byte string.
class Writer {
 public:
  static constexpr bool reads = false;
  template <typename T>
  void plain(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    raw(&value, sizeof value);
  }
  template <typename T>
  void array(const std::vector<T>& values) {
    static_assert(std::is_trivially_copyable_v<T>);
    plain(std::uint64_t{values.size()});
    raw(values.data(), values.size() * sizeof(T));
  }
  void text(const std::string& value) {
    plain(std::uint64_t{value.size()});
    raw(value.data(), value.size());
  }
  template <typename T, typename Each>
  void list(std::vector<T>& values, Each&& each) {
    plain(std::uint64_t{values.size()});
    for (T& value : values) each(value);
  }
  std::vector<std::byte>& bytes() { return bytes_; }

 private:
  void raw(const void* data, std::size_t size) {
    const auto* from = static_cast<const std::byte*>(data);
    bytes_.insert(bytes_.end(), from, from + size);
  }
  std::vector<std::byte> bytes_;
};

/// Reads the values back. Throws where there are too few bytes.
class Reader {
 public:
  static constexpr bool reads = true;
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}
  template <typename T>
  void plain(T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
  }
  template <typename T>
  void array(std::vector<T>& values) {
    const std::span<const std::byte> from = take(count(sizeof(T)) * sizeof(T));
    values.resize(from.size() / sizeof(T));
    if (!from.empty()) std::memcpy(values.data(), from.data(), from.size());
  }
  void text(std::string& value) {
    const std::span<const std::byte> from = take(count(1));
    value.assign(reinterpret_cast<const char*>(from.data()), from.size());
  }
  template <typename T, typename Each>
  void list(std::vector<T>& values, Each&& each) {
    values.resize(count(sizeof(std::uint64_t)));  // each takes at least that much
    for (T& value : values) each(value);
  }
  std::span<const std::byte> rest() const { return bytes_; }

 private:
  std::span<const std::byte> take(std::size_t size) {
    if (size > bytes_.size()) core::fail("the cache file is too short");
    const auto taken = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return taken;
  }
  std::size_t count(std::size_t element_size) {
    std::uint64_t n = 0;
    plain(n);
    if (n > bytes_.size() / element_size) core::fail("the cache file is too short");
    return static_cast<std::size_t>(n);
  }
  std::span<const std::byte> bytes_;
};

/// Lists everything that a cached model consists of, once for both writing and reading.
template <typename Archive>
void transfer(Archive& a, ModelData& model) {
  a.plain(model.origin);
  a.array(model.vertices);
  a.array(model.indices);
  a.array(model.chunks);
  a.list(model.materials, [&](Material& m) {
    a.text(m.name);
    for (glm::vec3* v : {&m.base_color, &m.emissive}) a.plain(*v);
    for (float* f : {&m.opacity, &m.roughness, &m.metallic, &m.specular, &m.alpha_cutoff}) a.plain(*f);
    a.plain(m.alpha_mode);
    a.plain(m.water);
    for (bool* b : {&m.double_sided, &m.vertex_colors, &m.sways, &m.clamp}) {
      std::uint8_t byte = *b;  // any other byte than 0 and 1 is no bool
      a.plain(byte);
      if constexpr (Archive::reads) *b = byte != 0;
    }
    for (std::int32_t* t :
         {&m.base_color_texture, &m.normal_texture, &m.roughness_metallic_texture, &m.emissive_texture})
      a.plain(*t);
  });
  a.list(model.textures, [&](Texture& t) {
    a.text(t.name);
    a.plain(t.kind);
    for (std::uint32_t* n : {&t.width, &t.height, &t.levels}) a.plain(*n);
    a.array(t.texels);
  });
  a.list(model.warnings, [&](std::string& warning) { a.text(warning); });
}

/// A file that the model was made from, with the hash of its content.
struct Input {
  fs::path path;
  std::uint64_t hash = 0;
};

template <typename Archive>
void transfer(Archive& a, std::vector<Input>& inputs) {
  a.list(inputs, [&](Input& input) {
    std::string path = input.path.string();
    a.text(path);
    if constexpr (Archive::reads) input.path = path;
    a.plain(input.hash);
  });
}

fs::path cache_path(const fs::path& model, const ModelOptions& options) {
  Hasher key;
  std::error_code error;
  const fs::path absolute = fs::weakly_canonical(model, error);
  const std::string name = error ? model.string() : absolute.string();
  key.bytes(name.data(), name.size());
  key.plain(options.z_up);
  key.plain(options.alpha_cutoff);
  return core::cache_folder() / "scenes" / fmt::format("{:016x}.bin", key.digest());
}

/// The cached model; nothing where there is none, or where an input has changed.
std::optional<ModelData> read_cache(const fs::path& cache) {
  ModelData model;
  const bool there = core::read_cache_file(cache, cache_kind, [&](std::span<const std::byte> content) {
    Reader reader(content);
    std::vector<Input> inputs;
    transfer(reader, inputs);
    for (const Input& input : inputs)
      if (hash_file(input.path) != input.hash) return false;
    transfer(reader, model);
    check_model(model);
    for (Input& input : inputs) model.inputs.push_back(std::move(input.path));
    return true;
  });
  if (!there) return std::nullopt;
  return model;
}

void write_cache(const fs::path& cache, std::uintmax_t limit, ModelData& model, std::vector<Input>& inputs) {
  Writer writer;
  writer.bytes().resize(core::cache_header_bytes);
  transfer(writer, inputs);
  transfer(writer, model);
  core::write_cache_file(cache, cache_kind, writer.bytes(), limit);
}

}  // namespace

std::uint64_t hash_content(const Scene& scene) {
  Hasher hash;
  hash.bytes(scene.vertices.data(), scene.vertices.size() * sizeof(Vertex));
  hash.bytes(scene.indices.data(), scene.indices.size() * sizeof(std::uint32_t));
  for (const Chunk& c : scene.chunks) {
    hash.plain(c.first_index);
    hash.plain(c.index_count);
    hash.plain(c.vertex_offset);
    hash.plain(c.material);
    hash.plain(c.model);
  }
  for (const Texture& t : scene.textures) {
    hash.plain(t.kind);
    hash.plain(t.width);
    hash.plain(t.height);
    hash.bytes(t.texels.data(), t.texels.size());
  }
  for (const Material& m : scene.materials) {
    hash.vec(m.base_color);
    hash.vec(m.emissive);
    for (const float f : {m.opacity, m.roughness, m.metallic, m.specular, m.alpha_cutoff}) hash.plain(f);
    hash.plain(m.alpha_mode);
    hash.plain(m.double_sided);
    hash.plain(m.water);
    hash.plain(m.sways);
    hash.plain(m.vertex_colors);
    hash.plain(m.clamp);
    for (const std::int32_t t :
         {m.base_color_texture, m.normal_texture, m.roughness_metallic_texture, m.emissive_texture})
      hash.plain(t);
  }
  const auto placement = [&](const glm::vec3& position, const glm::quat& q) {
    hash.vec(position);
    for (const float f : {q.x, q.y, q.z, q.w}) hash.plain(f);
  };
  for (const Model& m : scene.models) {
    placement(m.position, m.rotation);
    hash.plain(m.scale);
    hash.plain(m.keyframes.size());
    for (const ModelKeyframe& key : m.keyframes) {
      hash.plain(key.time);
      placement(key.position, key.rotation);
    }
  }
  for (const PointLight& l : scene.lights) {
    hash.vec(l.position);
    hash.vec(l.color);
    hash.plain(l.intensity);
    hash.plain(l.radius);
  }
  hash.vec(scene.sun.direction);
  hash.vec(scene.sun.color);
  hash.plain(scene.sun.intensity);
  hash.vec(scene.sky.zenith);
  hash.vec(scene.sky.horizon);
  hash.plain(scene.sky.intensity);
  hash.plain(scene.sky.atmosphere);
  for (const float f : {scene.sky.haze, scene.sky.clouds, scene.sky.stars}) hash.plain(f);
  hash.vec(scene.water.center);
  hash.plain(scene.water.size);
  hash.plain(scene.sway);
  hash.plain(scene.ev);
  hash.plain(scene.metre);
  for (const float f : {scene.camera.fov_y_degrees, scene.camera.near, scene.camera.far}) hash.plain(f);
  for (const CameraKeyframe& key : scene.camera.keyframes) {
    hash.plain(key.time);
    hash.vec(key.position);
    hash.vec(key.look_at);
    hash.plain(key.cut);
  }
  return hash.digest();
}

ModelData load_model_cached(const fs::path& path, const ModelOptions& options, const LoadOptions& loading,
                            const LoadProgress& progress) {
  if (!loading.use_cache) return load_model(path, options, progress);
  const fs::path cache = cache_path(path, options);
  if (progress) progress(0, path.filename().string());
  if (std::optional<ModelData> model = read_cache(cache)) return std::move(*model);
  const auto began = fs::file_time_type::clock::now();
  ModelData model = load_model(path, options, progress);
  std::vector<Input> inputs;
  for (const fs::path& input : model.inputs) {
    // The file was changed while it was loaded, so that its hash need not belong to what was loaded.
    std::error_code error;
    if (fs::last_write_time(input, error) > began && !error) return model;
    inputs.push_back({fs::absolute(input), hash_file(input)});
  }
  write_cache(cache, loading.cache_limit, model, inputs);
  return model;
}

}  // namespace scene
