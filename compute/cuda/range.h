#pragma once
// Marks a named range of the host's time line for NVIDIA's tools, with the profiler's names of the stages.
// It costs next to nothing where no tool listens.

#include <nvtx3/nvToolsExt.h>

namespace compute::cuda {

class Range {
 public:
  explicit Range(const char* name) { static_cast<void>(nvtxRangePushA(name)); }
  ~Range() { static_cast<void>(nvtxRangePop()); }
  Range(const Range&) = delete;
  Range& operator=(const Range&) = delete;
};

}  // namespace compute::cuda
