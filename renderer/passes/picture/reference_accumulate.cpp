#include "renderer/passes/picture/reference_accumulate.h"

#include <array>

#include "spirv/reference_accumulate_comp.h"

namespace renderer {

ReferenceAccumulatePass::ReferenceAccumulatePass(const gpu::Device& device, core::Size output)
    : pipeline_(device, reference_accumulate_comp,
                {VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, VK_DESCRIPTOR_TYPE_STORAGE_IMAGE,
                 VK_DESCRIPTOR_TYPE_STORAGE_IMAGE},
                sizeof(shared::ReferenceConstants)),
      sum_(device,
           {.format = VK_FORMAT_R32G32B32A32_SFLOAT,
            .width = static_cast<std::uint32_t>(output.width),
            .height = static_cast<std::uint32_t>(output.height),
            .usage = VK_IMAGE_USAGE_STORAGE_BIT},
           "reference sum") {
  gpu::run_once(device, [&](VkCommandBuffer commands) { gpu::to_general(commands, {&sum_}); });
}

void ReferenceAccumulatePass::record(VkCommandBuffer commands, const FrameContext& frame, int sample_index,
                                     int sample_count) const {
  const core::Size size = frame.info.output;
  const shared::ReferenceConstants push{
      .size = {size.width, size.height}, .sample_index = sample_index, .sample_count = sample_count};
  const std::array bindings{gpu::sampled(frame.targets.color, frame.targets.nearest),
                            gpu::storage_image(sum_), gpu::storage_image(frame.output())};
  pipeline_.dispatch(commands, bindings, static_cast<std::uint32_t>(size.width),
                     static_cast<std::uint32_t>(size.height), &push);
  gpu::barrier(commands, gpu::Access::compute, gpu::Access::all);
}

}  // namespace renderer
