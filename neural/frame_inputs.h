#pragma once
// A frame's inputs in a backend's memory, where they came from the host.

#include <memory>

#include "core/error.h"
#include "neural/backend.h"

namespace neural {

class FrameInputs {
 public:
  /// For frames up to this size.
  FrameInputs(Backend& backend, Size most_render) : backend_(&backend), most_(pixels(most_render)) {
    color_ = backend.allocate(most_ * 4 * sizeof(f16));
    depth_ = backend.allocate(most_ * sizeof(float));
    motion_ = backend.allocate(most_ * 2 * sizeof(f16));
    reactive_ = backend.allocate(most_);
  }
  /// Takes the inputs of a frame on the host; the result has them here, and no history or output. They stay
  /// until the next call, which work that was asked for before it does not see.
  FrameIo upload(const FrameIo& host) {
    const std::size_t count = pixels(host.info.render);
    if (count > most_) core::fail("a frame of {} pixels where there is memory for {}", count, most_);
    FrameIo io;
    io.info = host.info;
    io.color = copy(*color_, host.color, count * 4);
    io.depth = copy(*depth_, host.depth, count);
    io.motion = copy(*motion_, host.motion, count * 2);
    io.reactive = copy(*reactive_, host.reactive, count);
    return io;
  }

 private:
  static std::size_t pixels(Size size) {
    return static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
  }
  template <typename T>
  const T* copy(Memory& memory, const T* host, std::size_t count) {
    backend_->copy_in(memory.data(), host, count * sizeof(T));
    return static_cast<const T*>(memory.data());
  }

  Backend* backend_;
  std::size_t most_;
  std::unique_ptr<Memory> color_, depth_, motion_, reactive_;
};

}  // namespace neural
