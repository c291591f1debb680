#include "renderer/scene/scene_cache.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <type_traits>

namespace scene {
namespace {

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
  hash.plain(scene.ev);
  for (const float f : {scene.camera.fov_y_degrees, scene.camera.near, scene.camera.far}) hash.plain(f);
  for (const CameraKeyframe& key : scene.camera.keyframes) {
    hash.plain(key.time);
    hash.vec(key.position);
    hash.vec(key.look_at);
    hash.plain(key.cut);
  }
  return hash.digest();
}

ModelData load_model_cached(const std::filesystem::path& path, const ModelOptions& options, bool,
                            const LoadProgress& progress) {
  return load_model(path, options, progress);
}

}  // namespace scene
