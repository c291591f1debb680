#include "renderer/full_render.h"

#include <cstring>

namespace renderer {
namespace {

/// Writes the constants that differ for sample `index` (from 0) of the supersampled reference at output
/// resolution.
void write_reference_sample(const FrameContext& frame, int index, shared::FrameConstants& constants) {
  const auto i = static_cast<std::uint32_t>(index) + 1;
  const float jitter[2] = {static_cast<float>(halton(i, 2) - 0.5), static_cast<float>(halton(i, 3) - 0.5)};
  constants.jitter = {jitter[0], jitter[1]};
  constants.clip_from_world = glm::mat4(jittered(frame.view.clip_from_world(), jitter, frame.info.render));
  constants.mip_bias = frame.settings.mip_bias - 1;
}

}  // namespace

FullRender::FullRender(const gpu::Device& device, const GpuScene& scene, core::Size output)
    : targets_(device, output, scene.cpu().water.size > 0),
      outputs_(device, output),
      buffers_{FrameBuffers(device, scene), FrameBuffers(device, scene)},
      timers_{gpu::Timer(device), gpu::Timer(device)} {}

FrameContext& FullRender::begin(const FrameContext& frame) {
  FrameBuffers& buffers = buffers_[frame.slot()];
  const auto copy = [](const gpu::Buffer& from, const gpu::Buffer& to) {
    std::memcpy(to.mapped(), from.mapped(), from.size());
  };
  copy(frame.buffers.constants, buffers.constants);
  copy(frame.buffers.motions, buffers.motions);
  copy(frame.buffers.blended_indices, buffers.blended_indices);
  full_.emplace(rebind(frame, frame.settings, targets_, outputs_, buffers, timers_[frame.slot()]));
  full_->info.render = full_->info.output;
  full_->info.jitter[0] = full_->info.jitter[1] = 0;
  full_->timer.reset();
  constants(*full_).render_size = constants(*full_).output_size;
  return *full_;
}

shared::FrameConstants& FullRender::constants(const FrameContext& full) {
  return *full.buffers.constants.as<shared::FrameConstants>();
}

void FullRender::record(VkCommandBuffer commands, const FrameContext& frame, const SceneRenderer& scene) {
  const FrameContext& full = begin(frame);
  constants(full).jitter = {0, 0};
  constants(full).clip_from_world = glm::mat4(full.view.clip_from_world());
  constants(full).mip_bias = full.settings.mip_bias;
  scene.record_scene(commands, full);
}

const FrameContext& FullRender::record_sample(VkCommandBuffer commands, const FrameContext& frame, int index,
                                              const SceneRenderer& scene) {
  const FrameContext& full = begin(frame);
  write_reference_sample(full, index, constants(full));
  scene.record_scene(commands, full);
  return full;
}

LiveReference::LiveReference(const gpu::Device& device, const GpuScene& scene, core::Size output)
    : full_(device, scene, output), accumulate_(device, output) {}

void LiveReference::record(VkCommandBuffer commands, const FrameContext& frame, const SceneRenderer& scene) {
  const FrameContext& full = full_.record_sample(commands, frame, samples_, scene);
  FrameContext sum = rebind(full, full.settings, full.targets, full.outputs, full.buffers, full.timer);
  sum.info.frame_index = 0;  // without a history it always uses the same output
  accumulate_.record(commands, sum, samples_, samples_ + 1);
  ++samples_;
}

FrameReference::FrameReference(const gpu::Device& device, core::Size output) : accumulate_(device, output) {}

/// Each sample waits for the previous one, because they share the slot's constants.
void FrameReference::draw(const FrameContext& frame, int samples, const SceneRenderer& scene) const {
  auto& constants = *frame.buffers.constants.as<shared::FrameConstants>();
  for (int sample = 0; sample < samples; ++sample) {
    write_reference_sample(frame, sample, constants);
    frame.timer.reset();
    gpu::run_once(frame.device, [&](VkCommandBuffer commands) {
      scene.record_scene(commands, frame);
      accumulate_.record(commands, frame, sample, samples);
    });
  }
  frame.timer.reset();
}

}  // namespace renderer
