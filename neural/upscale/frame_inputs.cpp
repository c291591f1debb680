#include "neural/upscale/frame_inputs.h"

#include "core/error.h"

namespace neural {
FrameInputs::FrameInputs(Backend& backend, Size max_render)
    : backend_(&backend),
      most_(area(max_render)),
      color_(backend.allocate(most_ * 4 * sizeof(f16))),
      depth_(backend.allocate(most_ * sizeof(float))),
      motion_(backend.allocate(most_ * 2 * sizeof(f16))),
      reactive_(backend.allocate(most_)) {}

template <typename T>
const T* FrameInputs::copy(Memory& memory, const T* host, std::size_t count) {
  backend_->copy_in(memory.data(), host, count * sizeof(T));
  return static_cast<const T*>(memory.data());
}

FrameIo FrameInputs::upload(const FrameIo& host) {
  const std::size_t count = area(host.info.render);
  if (count > most_) core::fail("a frame of {} pixels where there is memory for {}", count, most_);
  FrameIo io;
  io.info = host.info;
  io.color = copy(*color_, host.color, count * 4);
  io.depth = copy(*depth_, host.depth, count);
  io.motion = copy(*motion_, host.motion, count * 2);
  io.reactive = copy(*reactive_, host.reactive, count);
  return io;
}

}  // namespace neural
