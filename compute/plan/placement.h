#pragma once
// Where the values of a scheduled network lie in one piece of memory: values that are not needed at the same
// time share it. Plain C++, tested on the host.

#include <cstddef>
#include <vector>

#include "compute/plan/schedule.h"

namespace compute {

struct Placement {
  std::vector<std::size_t> offset;  ///< in bytes, for each stored value; by the plan's index of values
  std::size_t bytes = 0;            ///< of all
  std::size_t read_last = 0;        ///< the first bytes, which the last layers read; the rest is free by then
};

/// Places the values for an input of this padded size, as halfs or as scalars of another size. What the last
/// layers read comes first.
Placement place(const NetworkPlan& plan, const Schedule& schedule, Size padded,
                std::size_t scalar_bytes = sizeof(f16));

}  // namespace compute
