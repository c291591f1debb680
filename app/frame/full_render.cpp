#include "app/frame/full_render.h"

#include <cstring>

namespace app {

void write_reference_sample(const renderer::FrameContext& frame, int index,
                            shared::FrameConstants& constants) {
  const auto i = static_cast<std::uint32_t>(index) + 1;
  const float jitter[2] = {static_cast<float>(renderer::halton(i, 2) - 0.5),
                           static_cast<float>(renderer::halton(i, 3) - 0.5)};
  constants.jitter = {jitter[0], jitter[1]};
  constants.clip_from_world =
      glm::mat4(renderer::jittered(frame.view.clip_from_world(), jitter, frame.info.render));
  constants.mip_bias = frame.settings.mip_bias - 1;
}

FullRender::FullRender(const gpu::Device& device, const renderer::GpuScene& scene, core::Size output)
    : targets_(device, output),
      outputs_(device, output),
      buffers_{renderer::FrameBuffers(device, scene), renderer::FrameBuffers(device, scene)},
      timers_{gpu::Timer(device), gpu::Timer(device)} {}

void FullRender::record(VkCommandBuffer commands, const renderer::FrameContext& frame, const Adjust& adjust,
                        const DrawScene& draw_scene) {
  renderer::FrameBuffers& buffers = buffers_[frame.slot()];
  const auto copy = [](const gpu::Buffer& from, const gpu::Buffer& to) {
    std::memcpy(to.mapped(), from.mapped(), from.size());
  };
  copy(frame.buffers.constants, buffers.constants);
  copy(frame.buffers.motions, buffers.motions);
  copy(frame.buffers.blended_indices, buffers.blended_indices);
  renderer::FrameContext full =
      renderer::rebind(frame, frame.settings, targets_, outputs_, buffers, timers_[frame.slot()]);
  full.info.render = full.info.output;
  full.info.jitter[0] = full.info.jitter[1] = 0;
  auto& constants = *buffers.constants.as<shared::FrameConstants>();
  constants.render_size = constants.output_size;
  adjust(full, constants);
  full.timer.reset();
  draw_scene(commands, full);
}

void FullRender::record(VkCommandBuffer commands, const renderer::FrameContext& frame,
                        const DrawScene& draw_scene) {
  const auto plain = [](const renderer::FrameContext& full, shared::FrameConstants& constants) {
    constants.jitter = {0, 0};
    constants.clip_from_world = glm::mat4(full.view.clip_from_world());
    constants.mip_bias = full.settings.mip_bias;
  };
  record(commands, frame, plain, draw_scene);
}

void FullRender::record_sample(VkCommandBuffer commands, const renderer::FrameContext& frame, int index,
                               const DrawScene& draw_scene) {
  const auto sample = [index](const renderer::FrameContext& full, shared::FrameConstants& constants) {
    write_reference_sample(full, index, constants);
  };
  record(commands, frame, sample, draw_scene);
}

LiveReference::LiveReference(const gpu::Device& device, const renderer::GpuScene& scene, core::Size output)
    : full_(device, scene, output), accumulate_(device, output) {}

void LiveReference::record(VkCommandBuffer commands, const renderer::FrameContext& frame,
                           const DrawScene& draw_scene) {
  full_.record_sample(commands, frame, samples_, [&](VkCommandBuffer c, const renderer::FrameContext& full) {
    draw_scene(c, full);
    renderer::FrameContext sum =
        renderer::rebind(full, full.settings, full.targets, full.outputs, full.buffers, full.timer);
    sum.info.frame_index = 0;  // it has no history: always the same output
    accumulate_.record(c, sum, samples_, samples_ + 1);
  });
  ++samples_;
}

}  // namespace app
