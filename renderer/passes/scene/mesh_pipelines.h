#pragma once
// What the two passes that draw materials share: a pipeline a material variant, and the drawing of a list.

#include <initializer_list>
#include <map>
#include <span>

#include "renderer/frame_context.h"

namespace renderer {

class MeshPipelines {
 public:
  /// `bindings`: of set 0 (set 1 is the material's). `desc`: shaders, formats and blending; the rest is
  /// completed here for each variant of the scene's blended or other materials.
  MeshPipelines(const gpu::Device& device, const GpuScene& scene,
                std::initializer_list<VkDescriptorType> bindings, gpu::GraphicsDesc desc, bool blended);

  /// Draws in order, switching pipeline and material only where they change. `indices` is what the draws
  /// count in.
  void draw(VkCommandBuffer commands, const FrameContext& frame, std::initializer_list<gpu::Binding> bindings,
            const gpu::Buffer& indices, std::span<const Draw> draws) const;

 private:
  gpu::UniqueDescriptorSetLayout frame_layout_;
  gpu::UniquePipelineLayout layout_;
  std::map<std::uint32_t, gpu::UniquePipeline> pipelines_;  ///< by GpuScene::variant
};

VkRenderingAttachmentInfo attachment(const gpu::Image& image, VkAttachmentLoadOp load);

/// vkCmdBeginRendering over the whole render resolution.
void begin_rendering(VkCommandBuffer commands, const FrameContext& frame,
                     std::initializer_list<VkRenderingAttachmentInfo> colors,
                     const VkRenderingAttachmentInfo& depth);

}  // namespace renderer
