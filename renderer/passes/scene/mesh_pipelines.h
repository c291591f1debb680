#pragma once
// Shared by the two passes that draw materials: a pipeline for each material variant, and drawing a list.

#include <initializer_list>
#include <map>
#include <span>

#include "renderer/frame_context.h"

namespace renderer {

class MeshPipelines {
 public:
  /// `bindings` describe set 0; set 1 is the material's. `desc` has shaders, formats and blending; the rest
  /// is completed here for each variant of the scene's blended or other materials. Throws core::Error.
  MeshPipelines(const gpu::Device& device, const GpuScene& scene,
                const std::vector<VkDescriptorType>& bindings, gpu::GraphicsDesc desc, bool blended);

  /// Draws in order and switches pipeline and material only where they change. The draws are ranges of
  /// `indices`.
  void draw(VkCommandBuffer commands, const FrameContext& frame, const std::vector<gpu::Binding>& bindings,
            const gpu::Buffer& indices, std::span<const Draw> draws) const;

 private:
  gpu::UniqueDescriptorSetLayout frame_layout_;
  gpu::UniquePipelineLayout layout_;
  std::map<std::uint32_t, gpu::UniquePipeline> pipelines_;  ///< by GpuScene::variant
};

VkRenderingAttachmentInfo attachment(const gpu::Image& image, VkAttachmentLoadOp load);

/// Calls vkCmdBeginRendering over the whole render resolution.
void begin_rendering(VkCommandBuffer commands, const FrameContext& frame,
                     std::initializer_list<VkRenderingAttachmentInfo> colors,
                     const VkRenderingAttachmentInfo& depth);

}  // namespace renderer
