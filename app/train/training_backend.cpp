#include "app/train/training_backend.h"

#include "app/open/nvidia_gpu.h"
#include "core/error.h"

namespace app {

void choose_training_backend(neural::TrainerSettings& trainer, const Settings& settings) {
  if (settings.run.backend == Backend::cpu) return;
  if (settings.run.backend == Backend::vulkan)
    core::fail_usage("--backend vulkan runs a network but does not train one: take cpu, cuda or auto");
  const auto open = [cudnn = settings.run.cudnn] {
    return compute::open_backend(std::string(name_of(Backend::cuda)), {.cudnn = cudnn});
  };
  try {
    open();
  } catch (const core::Error& error) {
    if (settings.run.backend == Backend::cuda) throw;
    report_no_cuda(error.what());
    return;
  }
  trainer.open = open;
  trainer.threads = 1;
}

}  // namespace app
