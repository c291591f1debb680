#include "app/frame/overlap.h"

#include <array>

namespace app {

void Overlap::present_again(const gpu::Image& shown, const PresentHooks& present) {
  present.record(present_.begin(), shown);
  present_.end();
  const std::array waits{gpu::SemaphoreValue{present.acquired, 0}};
  const std::array signals{gpu::SemaphoreValue{present.presentable, 0}};
  gpu::submit(device_, present_.get(), waits, signals);
}

}  // namespace app
