#pragma once
// Copies a frame's inputs from the host into a backend's memory.

#include <memory>

#include "neural/network/run.h"

namespace neural {

class FrameInputs {
 public:
  /// Allocates for frames up to this size.
  FrameInputs(Backend& backend, Size max_render);
  /// Copies the inputs of a frame on the host and returns a FrameIo with the copies and neither history nor
  /// output. They stay valid until the next call; work enqueued before it still sees the old ones.
  FrameIo upload(const FrameIo& host);

 private:
  template <typename T>
  const T* copy(Memory& memory, const T* host, std::size_t count);

  Backend* backend_;
  std::size_t most_;
  std::unique_ptr<Memory> color_, depth_, motion_, reactive_;
};

}  // namespace neural
