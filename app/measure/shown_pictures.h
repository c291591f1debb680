#pragma once
// Reads every picture that a frame shows, those between two frames too.

#include <vector>

#include "app/frame/frame.h"
#include "renderer/vulkan/picture_copy.h"

namespace app {

/// Hand hooks() to Frame::draw(), then take() the pictures. Not thread-safe.
class ShownPictures {
 public:
  explicit ShownPictures(const gpu::Device& device);
  ShownPictures(const ShownPictures&) = delete;
  ShownPictures& operator=(const ShownPictures&) = delete;

  const PresentHooks* hooks() const { return &hooks_; }
  /// Waits for the frame drawn last and returns its pictures in the order in which they are shown, each
  /// [height][width][3] bytes, display-encoded. The last is the frame's own.
  std::vector<std::vector<std::byte>> take(Frame& frame);

 private:
  PresentHooks hooks_;
  std::vector<gpu::PictureCopy> copies_;
  std::size_t recorded_ = 0;
};

}  // namespace app
