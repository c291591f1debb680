#include "compute/water/family.h"

#include "compute/water/pixel/dispatch.h"

namespace compute::water {

template <typename T>
const PassFamily& water_family() {
  static constexpr PassFamily family{"water", scalar_name<T>, sizeof(WaterView<T>),
                                     pixel::water_host_passes<T>};
  return family;
}
template const PassFamily& water_family<float>();
template const PassFamily& water_family<double>();

}  // namespace compute::water
