#include "renderer/passes/picture/bloom.h"

#include <array>

#include "spirv/bloom_down_comp.h"
#include "spirv/bloom_up_comp.h"

namespace renderer {

BloomPass::BloomPass(const gpu::Device& device)
    : down_(device, bloom_down_comp,
            {VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, VK_DESCRIPTOR_TYPE_STORAGE_IMAGE},
            sizeof(shared::BloomDownConstants)),
      up_(device, bloom_up_comp,
          {VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER,
           VK_DESCRIPTOR_TYPE_STORAGE_IMAGE},
          sizeof(shared::BloomUpConstants)) {}

void BloomPass::record(VkCommandBuffer commands, const FrameContext& frame) const {
  const gpu::PassScope scope(frame.device, commands, frame.timer, "bloom");
  const Targets& t = frame.targets;
  const auto run_down = [&](const gpu::Image& source, const gpu::Image& result, float tap) {
    const auto& size = result.desc();
    const shared::BloomDownConstants push{.size = {size.width, size.height}, .tap = {tap, tap}};
    const std::array bindings{gpu::sampled(source, t.linear), gpu::storage_image(result)};
    down_.dispatch(commands, bindings, size.width, size.height, &push);
    gpu::barrier(commands, gpu::Access::compute, gpu::Access::compute);
  };
  run_down(frame.output(), t.bloom_down[0], 1.0f);
  for (int i = 1; i < 5; ++i) run_down(t.bloom_down[i - 1], t.bloom_down[i], 0.75f);
  for (int i = 3; i >= 0; --i) {
    const gpu::Image& wider = i == 3 ? t.bloom_down[4] : t.bloom_up[i + 1];
    const auto& size = t.bloom_up[i].desc();
    const shared::BloomUpConstants push{.size = {size.width, size.height},
                                        .weight = frame.settings.bloom.radius};
    const std::array bindings{gpu::sampled(t.bloom_down[i], t.linear), gpu::sampled(wider, t.linear),
                              gpu::storage_image(t.bloom_up[i])};
    up_.dispatch(commands, bindings, size.width, size.height, &push);
    gpu::barrier(commands, gpu::Access::compute, gpu::Access::compute);
  }
}

}  // namespace renderer
