#pragma once
// A scene on the GPU: one vertex and one index buffer, textures, one descriptor set for each material, and
// the lists of what is drawn in a frame.

#include <glm/glm.hpp>
#include <span>
#include <vector>

#include "renderer/scene/scene.h"
#include "renderer/sky/sky_light.h"
#include "renderer/view.h"
#include "renderer/vulkan/commands.h"
#include "renderer/vulkan/pipeline.h"
#include "shaders/shared.h"

namespace renderer {

/// One draw call: triangles of one model and one material.
struct Draw {
  std::uint32_t first_index = 0, index_count = 0;
  std::int32_t vertex_offset = 0;
  std::uint32_t model = 0, material = 0;
};

/// The draws of one frame, culled and sorted.
struct DrawLists {
  std::vector<Draw> opaque;                    ///< chunks, front to back, opaque before alpha-tested
  std::vector<Draw> blended;                   ///< ranges of blended_indices, back to front
  std::vector<std::uint32_t> blended_indices;  ///< into the scene's vertices
  std::vector<Draw> water;                     ///< the water that is simulated; ranges of blended_indices
};

/// The scene's data on the device; `scene` must outlive it. The constructor uploads, waits, and throws
/// core::Error.
class GpuScene {
 public:
  GpuScene(const gpu::Device& device, const scene::Scene& scene, float anisotropy);

  /// Sets the texture samples along a slope, limited by the device. Waits for the device where the value
  /// changes.
  void set_anisotropy(const gpu::Device& device, float anisotropy);

  /// The scene as it was loaded.
  const scene::Scene& cpu() const { return *scene_; }
  /// The light of its sun and sky. One thread at a time may use it.
  SkyModel& sky() const { return sky_; }
  /// The scene's AmbientGrid; of an empty one, a cell in the open.
  gpu::Binding ambient() const {
    return gpu::sampled(ambient_, ambient_sampler_, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
  }
  VkDescriptorSetLayout material_layout() const { return material_layout_.get(); }
  VkDescriptorSet material_set(std::uint32_t material) const { return sets_[material]; }
  /// Returns the bits of gbuffer.frag's specialization constants for a material: alpha test 1, normal map 2,
  /// roughness map 4, emissive map 8, double-sided 16.
  std::uint32_t variant(std::uint32_t material) const;
  /// Returns the distinct variants of the blended or of the other materials.
  std::vector<std::uint32_t> variants(bool blended) const;
  /// Returns the push constants of a material.
  shared::MaterialConstants constants(std::uint32_t material) const;

  void bind_vertices(VkCommandBuffer commands) const;
  const gpu::Buffer& indices() const { return indices_; }
  /// Counts the indices of all blended triangles, which is the most that DrawLists::blended_indices can hold.
  std::size_t blended_index_count() const { return blended_index_count_; }

  /// Returns the model-to-world matrices at a time, one for each model.
  std::vector<glm::dmat4> transforms(double seconds) const;
  /// Returns 0 for a model that never moves, else its number from 1; models past 254 count as still.
  std::uint32_t motion_id(std::uint32_t model) const { return motion_ids_[model]; }
  std::uint32_t moving_count() const { return moving_count_; }
  /// Returns the world box of a model's chunks under a transform.
  void model_box(std::uint32_t model, const glm::dmat4& transform, glm::vec3& low, glm::vec3& high) const;

  /// Returns the frame's draws. Opaque chunks are sorted as a whole, blended triangles one by one by the
  /// distance of their centres.
  /// With `simulated` the water at the level of the scene's WaterPlace has a list of its own; else it is
  /// blended.
  DrawLists visible(const View& view, std::span<const glm::dmat4> transforms, bool culling,
                    bool simulated) const;

  static std::vector<VkVertexInputAttributeDescription> vertex_attributes();

 private:
  void upload_textures(const gpu::Device& device);
  void upload_ambient(const gpu::Device& device);
  void make_material_sets(const gpu::Device& device);
  void write_material_sets(const gpu::Device& device) const;

  const scene::Scene* scene_;
  mutable SkyModel sky_;
  gpu::Buffer vertices_, indices_;
  std::vector<gpu::Image> textures_;  ///< the scene's, then a white one, then a flat normal map
  gpu::Image ambient_;
  gpu::UniqueSampler sampler_, clamped_, ambient_sampler_;
  float anisotropy_ = 0;
  gpu::UniqueDescriptorSetLayout material_layout_;
  gpu::UniqueDescriptorPool pool_;
  std::vector<VkDescriptorSet> sets_;
  std::vector<std::uint32_t> motion_ids_;
  std::uint32_t moving_count_ = 0;
  std::vector<std::vector<std::uint32_t>> chunks_of_model_;
  std::size_t blended_index_count_ = 0;
};

}  // namespace renderer
