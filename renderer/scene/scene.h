#pragma once
// A scene as the CPU holds it, ready to upload: geometry in one vertex and one index buffer, cut into
// chunks for culling, materials, mipmapped textures, lights, sky, camera path and rigid animation.
//
// Space: right-handed, y up, metres, seconds. Colours are linear unless a field says otherwise.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <glm/glm.hpp>
#include <glm/gtc/quaternion.hpp>
#include <string>
#include <vector>

namespace scene {

/// 28 bytes. Matches the vertex input of shaders/gbuffer.vert and shaders/shadow.vert.
struct Vertex {
  glm::vec3 position;      ///< model space, metres
  std::int16_t normal[2];  ///< octahedral, snorm16
  std::int8_t tangent[4];  ///< xyz snorm8, w = handedness (+127 or -127): bitangent = w * cross(n, t)
  glm::vec2 uv;            ///< v down: (0, 0) is the first texel of the image's top row
};
static_assert(sizeof(Vertex) == 28);

enum class TextureKind : std::uint8_t {
  color,   ///< sRGB-encoded rgba8 (alpha linear): VK_FORMAT_R8G8B8A8_SRGB
  linear,  ///< linear rgba8: normal maps (xyz, tangent space, +y up) and roughness/metallic (g, b)
};

/// A mipmapped image, levels packed one after the other from the largest down to 1x1.
struct Texture {
  std::string name;  ///< for messages
  TextureKind kind = TextureKind::color;
  std::uint32_t width = 1, height = 1, levels = 1;
  std::vector<std::byte> texels;  ///< rgba8, tightly packed
};

enum class AlphaMode : std::uint8_t { opaque, mask, blend };

inline constexpr std::int32_t no_texture = -1;

/// Metallic-roughness material. Factors multiply their texture.
struct Material {
  std::string name;
  glm::vec3 base_color{1};  ///< linear
  float opacity = 1;        ///< d, or 1 - Tr; blend only
  glm::vec3 emissive{0};    ///< linear radiance, before exposure
  float roughness = 1;      ///< perceptual; alpha = roughness^2
  float metallic = 0;
  float specular = 0.5f;  ///< dielectric F0 = 0.08 * specular
  float alpha_cutoff = 0.5f;
  AlphaMode alpha_mode = AlphaMode::opaque;
  bool double_sided = true;  ///< draw back faces, with the normal turned to the viewer
  bool water =
      false;  ///< blend material that should move its normals like water (name contains "water" or "sea")
  std::int32_t base_color_texture = no_texture;  ///< alpha holds map_d, or the image's own alpha
  std::int32_t normal_texture = no_texture;
  std::int32_t roughness_metallic_texture = no_texture;  ///< g roughness, b metallic
  std::int32_t emissive_texture = no_texture;
};

/// A run of indices with one material and one model: the unit of culling. At most 4,096 triangles, close
/// together.
struct Chunk {
  std::uint32_t first_index = 0, index_count = 0;
  std::int32_t vertex_offset = 0;
  std::uint32_t material = 0, model = 0;
  glm::vec3 box_min{0}, box_max{0};  ///< model space
};

struct ModelKeyframe {
  double time = 0;
  glm::vec3 position{0};
  glm::quat rotation{1, 0, 0, 0};
};

/// One [[model]] of the scene file. The up axis is already turned into the vertices.
struct Model {
  std::string name;
  glm::vec3 position{0};
  glm::quat rotation{1, 0, 0, 0};
  float scale = 1;
  std::vector<ModelKeyframe> keyframes;  ///< when not empty these replace position and rotation; looped
  bool moves() const { return keyframes.size() > 1; }
};

struct Sun {
  glm::vec3 direction{-0.45f, -0.8f, -0.4f};  ///< the way the light travels; need not be normalised
  glm::vec3 color{1.0f, 0.95f, 0.86f};
  float intensity = 4;  ///< a white Lambert surface that faces the sun has radiance intensity * color
};

struct Sky {
  glm::vec3 zenith{0.25f, 0.45f, 0.85f}, horizon{0.75f, 0.82f, 0.9f};
  float intensity = 1;
};

struct PointLight {
  glm::vec3 position{0}, color{1};
  float intensity =
      1;  ///< radiance of a white facing Lambert surface at 1 m: intensity / d^2 * (1 - (d/radius)^4)^2
  float radius = 10;  ///< metres, where the light has faded out
};

struct CameraKeyframe {
  double time = 0;
  glm::vec3 position{0}, look_at{0, 0, -1};
  bool cut = false;  ///< the camera jumps to this key: nothing is interpolated into it, history is dropped
};

struct Camera {
  float fov_y_degrees = 60, near = 0.1f, far = 1500;  ///< far limits culling and shadows only
  std::vector<CameraKeyframe> keyframes;
};

struct Scene {
  std::string name;
  std::filesystem::path path;  ///< the file it came from; empty when generated
  std::vector<Vertex> vertices;
  std::vector<std::uint32_t> indices;
  std::vector<Chunk> chunks;
  std::vector<Model> models;
  std::vector<Material> materials;
  std::vector<Texture> textures;
  std::vector<PointLight> lights;
  Sun sun;
  Sky sky;
  float ev = 0;  ///< stops
  Camera camera;
  glm::vec3 box_min{0}, box_max{0};  ///< world space, at time 0
  std::vector<std::string>
      warnings;  ///< one sentence each: missing textures, repaired normals, unknown keys, ...
  std::uint64_t content_hash = 0;  ///< of everything above; keys the caches of references
};

/// Called while loading with 0..1 and what is being done; may be empty. From several threads, not at once.
using LoadProgress = std::function<void(double, const std::string&)>;

struct LoadOptions {
  bool use_cache = true;                                  ///< read and write core::cache_folder()/scenes
  std::uintmax_t cache_limit = std::uintmax_t{16} << 30;  ///< bytes; the least recently used go first
  LoadProgress progress;
};

/// Opens a scene file (.toml) or a bare .obj (default sun and sky, an orbit around its bounding box).
/// Throws core::Error with file and line for what cannot be read. A missing texture becomes a visible
/// placeholder and a warning.
Scene load_scene(const std::filesystem::path& path, const LoadOptions& options = {});

/// A small world made in code: the default until a better one ships, and what tests use. Moves, has glass,
/// alpha-tested leaves, lights and a camera path with a cut.
Scene make_test_scene();

/// Where the camera is at a time.
struct CameraPose {
  glm::vec3 position{0}, look_at{0, 0, -1};
};
/// Catmull-Rom through the keys, segments split at cuts; repeats after the last key.
CameraPose camera_at(const Camera& camera, double seconds);
/// True where a cut (or the jump back of an unclosed path) lies in (before, after]. Also true when after <
/// before.
bool camera_cuts(const Camera& camera, double before, double after);
/// Length of the path in seconds; 0 for a fixed camera.
double camera_duration(const Camera& camera);

/// Model to world at a time: translation * rotation * scale, keyframes linear and slerped, looped.
glm::mat4 model_to_world(const Model& model, double seconds);

}  // namespace scene
