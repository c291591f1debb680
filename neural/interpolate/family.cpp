#include "neural/interpolate/family.h"

#include "neural/interpolate/pixel/dispatch.h"

namespace neural {

template <typename S>
const compute::PassFamily& interpolate_family() {
  static constexpr compute::PassFamily family{"interpolate", compute::scalar_name<S>,
                                              sizeof(BetweenView<float, S>),
                                              pixel::between_host_passes<float, S, false>};
  return family;
}
template const compute::PassFamily& interpolate_family<float>();
template const compute::PassFamily& interpolate_family<f16>();

}  // namespace neural
