#include "neural/field/family.h"

#include "neural/field/pixel/dispatch.h"

namespace neural {

template <typename T, typename S>
const compute::PassFamily& field_family() {
  static constexpr compute::PassFamily family{"field", compute::scalar_name<S>, sizeof(FieldView<T, S>),
                                              pixel::field_host_passes<T, S, false>};
  return family;
}
template const compute::PassFamily& field_family<float, f16>();
template const compute::PassFamily& field_family<double, double>();

}  // namespace neural
