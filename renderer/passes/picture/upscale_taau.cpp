#include "renderer/passes/picture/upscale_taau.h"

#include <array>

#include "spirv/upscale_taau_comp.h"
#include "spirv/upscale_taau_prepare_comp.h"

namespace renderer {

UpscaleTaauPass::UpscaleTaauPass(const gpu::Device& device)
    : prepare_(device, upscale_taau_prepare_comp,
               {VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER,
                VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER,
                VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER,
                VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER,
                VK_DESCRIPTOR_TYPE_STORAGE_IMAGE, VK_DESCRIPTOR_TYPE_STORAGE_IMAGE,
                VK_DESCRIPTOR_TYPE_STORAGE_IMAGE},
               0) {
  for (std::int32_t with_view = 0; with_view < 2; ++with_view)
    upscale_[with_view] = gpu::ComputePipeline(
        device, upscale_taau_comp,
        {VK_DESCRIPTOR_TYPE_STORAGE_IMAGE, VK_DESCRIPTOR_TYPE_STORAGE_IMAGE, VK_DESCRIPTOR_TYPE_STORAGE_IMAGE,
         VK_DESCRIPTOR_TYPE_STORAGE_IMAGE, VK_DESCRIPTOR_TYPE_STORAGE_IMAGE,
         VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, VK_DESCRIPTOR_TYPE_STORAGE_IMAGE},
        sizeof(shared::TaauViewConstants), {with_view});
}

void UpscaleTaauPass::record(VkCommandBuffer commands, const FrameContext& frame, const gpu::Image* view,
                             std::int32_t kind) const {
  const gpu::PassScope scope(frame.device, commands, frame.timer, "upscale");
  const core::FrameInfo& info = frame.info;
  const Targets& t = frame.targets;
  auto& constants = *frame.outputs.taau[frame.slot()].as<shared::TaauConstants>();
  constants.render_size = {info.render.width, info.render.height};
  constants.output_size = {info.output.width, info.output.height};
  constants.prev_render_size = {frame.previous_render.width, frame.previous_render.height};
  constants.jitter = {info.jitter[0], info.jitter[1]};
  constants.prev_jitter = {frame.previous_jitter[0], frame.previous_jitter[1]};
  constants.exposure_ratio = frame.exposure_ratio;
  constants.near = info.near;
  constants.reset = info.reset;
  const TaauSettings& s = frame.settings.taau;
  constants.blend = s.blend;
  constants.clip_gamma = s.clip_gamma;
  constants.innovation = s.innovation;
  constants.sample_sigma = s.sample_sigma;
  constants.history_sharpness = s.history_sharpness;
  constants.dilation_threshold = s.dilation_threshold;
  constants.disocclusion = s.disocclusion;
  const std::array prepare{
      gpu::sampled(frame.depth(), t.nearest), gpu::sampled(t.motion, t.nearest),
      gpu::sampled(t.motion_id, t.nearest),   gpu::sampled(frame.previous_depth(), t.nearest),
      gpu::uniform(frame.buffers.motions),    gpu::uniform(frame.outputs.taau[frame.slot()]),
      gpu::sampled(t.color, t.nearest),       gpu::sampled(t.reactive, t.nearest),
      gpu::storage_image(t.reprojection),     gpu::storage_image(t.samples),
      gpu::storage_image(frame.history())};
  prepare_.dispatch(commands, prepare, frame.width(), frame.height(), nullptr);
  gpu::barrier(commands, gpu::Access::compute, gpu::Access::compute);
  const std::array upscale{gpu::storage_image(t.samples),
                           gpu::storage_image(t.reprojection),
                           gpu::storage_image(t.motion),
                           gpu::storage_image(frame.history()),
                           gpu::storage_image(frame.output()),
                           gpu::uniform(frame.outputs.taau[frame.slot()]),
                           gpu::storage_image(view ? *view : frame.output())};
  const shared::TaauViewConstants push{.kind = kind};
  upscale_[view ? 1 : 0].dispatch(commands, upscale, static_cast<std::uint32_t>(info.output.width),
                                  static_cast<std::uint32_t>(info.output.height), &push);
  gpu::barrier(commands, gpu::Access::compute, gpu::Access::all);
}

}  // namespace renderer
