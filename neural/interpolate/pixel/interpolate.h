#pragma once
// The passes between frames as C++ and CUDA: the texts of the one source as members of a class on the view.

#include "neural/interpolate/between_view.h"
#include "neural/upscale/pixel/color.h"

namespace neural::pixel {
inline namespace NEURASTER_ISA {

template <typename T, typename S = T>
struct Interpolate {
  using uint = std::uint32_t;
  const BetweenView<T, S>& v;

#include "compute/pixel/as_members.h"
#include "compute/pixel/member_loads.h"
#include "neural/interpolate/pixel/passes.inl"

#include "compute/pixel/as_end.h"
};

}  // namespace NEURASTER_ISA
}  // namespace neural::pixel
