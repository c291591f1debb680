#pragma once
// A scene in main memory, ready to upload: geometry in one vertex and one index buffer, cut into chunks for
// culling; materials, mipmapped textures, lights, sky, camera path and the rigid animation of models.
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

#include "renderer/scene/ambient/ambient_grid.h"

namespace scene {

/// A vertex of 32 bytes. Matches the vertex input of shaders/gbuffer.vert and shaders/shadow.vert.
struct Vertex {
  glm::vec3 position;      ///< model space, metres
  std::int16_t normal[2];  ///< octahedral, snorm16
  std::int8_t tangent[4];  ///< xyz snorm8, w = handedness (+127 or -127): bitangent = w * cross(n, t)
  glm::vec2 uv;            ///< v down: (0, 0) is the first texel of the image's top row
  std::uint8_t color[4] = {255, 255, 255, 255};  ///< sRGB-encoded; multiplies the material's colour where
                                                 ///< Material::vertex_colors is set
};
static_assert(sizeof(Vertex) == 32);

enum class TextureKind : std::uint8_t {
  color,   ///< sRGB-encoded rgba8 (alpha linear): VK_FORMAT_R8G8B8A8_SRGB
  linear,  ///< linear rgba8: normal maps (xyz, tangent space, +y up) and roughness/metallic (g, b)
};

/// A mipmapped image. Its levels follow each other from the largest down to 1x1.
struct Texture {
  std::string name;  ///< for messages
  TextureKind kind = TextureKind::color;
  std::uint32_t width = 1, height = 1, levels = 1;
  std::vector<std::byte> texels;  ///< rgba8, tightly packed
};

enum class AlphaMode : std::uint8_t { opaque, mask, blend };

/// What a blended material is by a word in its name: "water", "sea" or "ocean", whose normals move, or
/// "puddle", which lies still on the ground.
enum class WaterKind : std::int32_t { none, open, puddle };

inline constexpr std::int32_t no_texture = -1;

/// A metallic-roughness material. Each factor multiplies its texture.
struct Material {
  std::string name;
  glm::vec3 base_color{1};  ///< linear
  float opacity = 1;        ///< the MTL's d, or 1 - Tr; used with AlphaMode::blend only
  glm::vec3 emissive{0};    ///< linear radiance, before exposure
  float roughness = 1;      ///< perceptual; alpha = roughness^2
  float metallic = 0;
  float specular = 0.5f;  ///< dielectric F0 = 0.08 * specular
  float alpha_cutoff = 0.5f;
  AlphaMode alpha_mode = AlphaMode::opaque;
  bool double_sided = true;  ///< draw back faces too, with the normal turned towards the viewer
  WaterKind water = WaterKind::none;
  bool vertex_colors = false;  ///< its vertices have colours
  bool sways = false;          ///< leaves, which wind moves: an alpha-tested material that is named so
  bool clamp = false;          ///< textures go on with their edge outside 0..1, where they else repeat
  std::int32_t base_color_texture = no_texture;  ///< its alpha is map_d, or else the image's own alpha
  std::int32_t normal_texture = no_texture;
  std::int32_t roughness_metallic_texture = no_texture;  ///< roughness in g, metallic in b
  std::int32_t emissive_texture = no_texture;
};

/// A range of indices that have one material and one model. It is the unit of culling: at most 4,096
/// triangles that lie close together.
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

/// One [[model]] of the scene file. Its vertices have already been turned so that y is up.
struct Model {
  std::string name;
  glm::vec3 position{0};
  glm::quat rotation{1, 0, 0, 0};
  float scale = 1;
  std::vector<ModelKeyframe>
      keyframes;      ///< where there are any, they replace position and rotation, in a loop
  bool seen = true;   ///< else the camera does not see it
  bool casts = true;  ///< else it has no shadow from the sun
  bool moves() const { return keyframes.size() > 1; }
};

struct Sun {
  glm::vec3 direction{-0.45f, -0.8f, -0.4f};  ///< the direction in which the light travels, of any length
  glm::vec3 color{1.0f, 0.95f, 0.86f};
  float intensity = 4;  ///< a white Lambert surface facing the sun has the radiance intensity * color
  friend bool operator==(const Sun&, const Sun&) = default;
};

struct Sky {
  glm::vec3 zenith{0.25f, 0.45f, 0.85f}, horizon{0.75f, 0.82f, 0.9f};  ///< a gradient
  float intensity = 1;
  bool atmosphere = false;  ///< air that the sun lights (renderer/sky/atmosphere.h) in place of the gradient
  float haze = 1;           ///< aerosols, as a multiple of a clear day's
  float clouds = 0;         ///< the share of the sky that they cover
  float stars = 0;          ///< their brightness; 1 is what an eye sees beside a lamp-lit street
  friend bool operator==(const Sky&, const Sky&) = default;
};

struct PointLight {
  glm::vec3 position{0}, color{1};
  float intensity = 1;  ///< a white Lambert surface that faces it at distance d (metres) has the radiance
                        ///< intensity * color / d^2 * (1 - (d/radius)^4)^2
  float radius = 10;    ///< metres; the light ends at this distance
};

/// A square of a scene's still water whose waves are simulated. The water itself is drawn as geometry: flat,
/// at the level of the centre.
struct WaterPlace {
  glm::vec3 center{0};
  float size = 0;  ///< metres on a side; 0: nothing is simulated
};

struct CameraKeyframe {
  double time = 0;
  glm::vec3 position{0}, look_at{0, 0, -1};
  bool cut = false;  ///< the camera jumps to this key; upscalers drop their history
};

struct Camera {
  float fov_y_degrees = 60, near = 0.1f, far = 1500;  ///< metres; `far` limits culling and shadows only
  std::vector<CameraKeyframe> keyframes;
};

struct Scene {
  std::string name;
  std::filesystem::path path;  ///< the file that it came from; empty for a generated scene
  std::vector<Vertex> vertices;
  std::vector<std::uint32_t> indices;
  std::vector<Chunk> chunks;
  std::vector<Model> models;
  std::vector<Material> materials;
  std::vector<Texture> textures;
  std::vector<PointLight> lights;
  Sun sun;
  Sky sky;
  WaterPlace water;
  float sway = 0;       ///< metres that wind moves leaves
  AmbientGrid ambient;  ///< of a loaded scene
  float ev = 0;         ///< exposure value, in stops
  float metre = 1;  ///< how long in the scene's units what the settings call a metre is, for shadows, ambient
                    ///< occlusion, water and the speed of the camera
  Camera camera;
  glm::vec3 box_min{0}, box_max{0};  ///< of everything, in world space at time 0
  std::vector<std::string>
      warnings;  ///< one sentence each: missing textures, repaired normals, unknown keys, ...
  std::uint64_t content_hash = 0;  ///< hash of what is drawn; the key of cached references
};

/// Called while loading, with the fraction that is done (0 to 1) and what is being done. May be empty. The
/// calls come from several threads, but never two at the same time.
using LoadProgress = std::function<void(double, const std::string&)>;

struct LoadOptions {
  bool use_cache = true;  ///< use prepared models in core::cache_folder()/scenes
  std::uintmax_t cache_limit = std::uintmax_t{16}
                               << 30;  ///< bytes; beyond it the least recently used files are deleted
  LoadProgress progress;
};

/// Loads a scene file (.toml), or a single .obj with the default sun and sky and a camera that circles its
/// bounding box. A scene whose coordinates are too large for floats is shifted to the origin, its camera and
/// lights with it. Throws core::Error with file and line where something cannot be read. A missing texture
/// becomes a visible placeholder and a warning. Uses several threads.
Scene load_scene(const std::filesystem::path& path, const LoadOptions& options = {});

/// A small scene made by code, which tests use. It has moving models, glass, alpha-tested leaves, lights and
/// a camera path with a cut.
Scene make_test_scene();

/// Position and target of the camera at one time.
struct CameraPose {
  glm::vec3 position{0}, look_at{0, 0, -1};
};
/// The camera at a time of its path: a Catmull-Rom curve through the keys, interrupted at cuts, which repeats
/// after the last key.
CameraPose camera_at(const Camera& camera, double seconds);
/// Whether a cut lies in (before, after]. The jump from the last key back to the first counts as one where
/// the path is not closed. True as well where after < before.
bool camera_cuts(const Camera& camera, double before, double after);
/// The length of the camera path in seconds; 0 for a fixed camera.
double camera_duration(const Camera& camera);

/// The matrix from model to world space at a time: translation * rotation * scale. Between keyframes
/// positions are interpolated linearly and rotations spherically; the keyframes repeat.
glm::mat4 model_to_world(const Model& model, double seconds);

}  // namespace scene
