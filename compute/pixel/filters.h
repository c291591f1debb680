#pragma once
// filters.inl for C++ outside of a pass family.

#include "compute/pixel/math.h"
#include "compute/pixel/stored.h"

namespace compute::pixel {
inline namespace NEURASTER_ISA {

template <typename T, typename S = T>
struct Filters {
#include "compute/pixel/as_members.h"

#include "compute/pixel/filters.inl"

#include "compute/pixel/as_end.h"
};

}  // namespace NEURASTER_ISA
}  // namespace compute::pixel
