#pragma once
// The passes as C++ and CUDA: the texts of the one source as members of a class on the view.

#include "compute/pixel/math.h"
#include "compute/pixel/stored.h"
#include "compute/water/water_view.h"

namespace compute::water::pixel {
inline namespace NEURASTER_ISA {

using namespace compute::pixel;

template <typename T, typename S = T>
struct Water {
  const WaterView<T>& v;

#include "compute/pixel/as_members.h"
#include "compute/pixel/member_loads.h"

#include "compute/water/pixel/passes.inl"

#include "compute/pixel/as_end.h"
};

}  // namespace NEURASTER_ISA
}  // namespace compute::water::pixel
