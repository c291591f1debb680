#pragma once
// A frame's inputs in a backend's memory, where they came from the host.

#include <memory>

#include "neural/network/run.h"

namespace neural {

class FrameInputs {
 public:
  /// For frames up to this size.
  FrameInputs(Backend& backend, Size max_render);
  /// Takes the inputs of a frame on the host; the result has them here, and no history or output. They stay
  /// until the next call, which work that was asked for before it does not see.
  FrameIo upload(const FrameIo& host);

 private:
  template <typename T>
  const T* copy(Memory& memory, const T* host, std::size_t count);

  Backend* backend_;
  std::size_t most_;
  std::unique_ptr<Memory> color_, depth_, motion_, reactive_;
};

}  // namespace neural
