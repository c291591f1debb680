#include "app/frame/between_pictures.h"

#include <cmath>
#include <cstring>

namespace app {
namespace {

void set(float (&to)[16], const glm::mat4& from) {
  std::memcpy(to, &from, sizeof to);
}

}  // namespace

int BetweenPictures::held_for(const renderer::RenderSettings& settings, const Lane& lane) {
  return Lane::generates(settings.upscaler) && lane.generator() ? settings.frames_between : 0;
}

void BetweenPictures::prepare(core::Size output, int held) {
  outputs_.reset();
  if (held > 0) outputs_ = std::make_unique<renderer::Outputs>(device_, output, false);
}

core::Between BetweenPictures::before(const FrameSlot& slot, const FrameCamera& camera, int held) {
  core::Between between;
  const renderer::FrameContext& frame = *slot.context;
  const bool shown =
      slot.generated && !slot.comparison.compare && slot.comparison.buffer == BufferView::picture;
  if (!shown || !slot.between_wanted || frame.info.reset) return between;
  between.count = held;
  const glm::dmat4 still(1);
  set(between.past_clip_to_clip,
      renderer::clip_to_previous_clip(frame.previous_view, frame.view, still, still));
  for (int k = 0; k < held; ++k) {
    core::Between::Moment& moment = between.moments[k];
    const double time = static_cast<double>(k + 1) / (held + 1);
    const renderer::View view = camera.view_between(slot, time);
    moment.time = static_cast<float>(time);
    const core::FrameInfo& previous = camera.previous_info();
    moment.exposure = previous.exposure * std::pow(frame.info.exposure / previous.exposure, moment.time);
    set(moment.from_clip, renderer::clip_to_previous_clip(frame.view, view, still, still));
    set(moment.from_past_clip, renderer::clip_to_previous_clip(frame.previous_view, view, still, still));
  }
  return between;
}

void BetweenPictures::composite(FrameSlot& slot, int k, renderer::Targets& targets, const Lane& lane,
                                const OutputPasses& passes, const PresentHooks* present,
                                std::vector<gpu::SemaphoreValue> waits) {
  const renderer::FrameContext frame = renderer::rebind(*slot.context, slot.left_settings, targets, *outputs_,
                                                        slot.context->buffers, slot.context->timer);
  gpu::CommandBuffer& buffer = slot.before[static_cast<std::size_t>(k)];
  const VkCommandBuffer commands = buffer.begin();
  lane.shared().record_take_between(commands, frame, k);
  passes.record_picture(commands, frame);
  if (present) present->record(commands, frame.outputs.picture);
  buffer.end();
  std::vector<gpu::SemaphoreValue> signals;
  if (present) present->add(waits, signals);
  gpu::submit(device_, commands, waits, signals);
}

}  // namespace app
