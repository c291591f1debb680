#include "neural/upscale/family.h"

#include "neural/upscale/pixel/dispatch.h"

namespace neural {

template <typename T, typename S>
const compute::PassFamily& upscale_family() {
  static constexpr compute::PassFamily family{"upscale", compute::scalar_name<S>, sizeof(StepView<T, S>),
                                              pixel::host_passes<T, S, false>};
  return family;
}
template const compute::PassFamily& upscale_family<float, float>();
template const compute::PassFamily& upscale_family<double, double>();
template const compute::PassFamily& upscale_family<float, f16>();

}  // namespace neural
