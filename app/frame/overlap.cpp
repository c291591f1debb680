#include "app/frame/overlap.h"

namespace app {

void Overlap::present_again(const gpu::Image& shown, const PresentHooks& present) {
  present.record(present_.begin(), shown);
  present_.end();
  std::vector<gpu::SemaphoreValue> waits, signals;
  present.add(waits, signals);
  gpu::submit(device_, present_.get(), waits, signals);
}

}  // namespace app
