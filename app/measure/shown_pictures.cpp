#include "app/measure/shown_pictures.h"

#include <utility>

namespace app {

ShownPictures::ShownPictures(const gpu::Device& device) {
  hooks_.record = [this, &device](VkCommandBuffer commands, const gpu::Image& picture) {
    if (recorded_ == copies_.size()) copies_.emplace_back();
    copies_[recorded_++].record(device, commands, picture.get(), picture.extent());
  };
}

std::vector<std::vector<std::byte>> ShownPictures::take(Frame& frame) {
  frame.finish();
  std::vector<std::vector<std::byte>> pictures;
  const std::size_t count = std::exchange(recorded_, 0);
  for (std::size_t n = 0; n < count; ++n) pictures.push_back(copies_[n].rgb());
  return pictures;
}

}  // namespace app
