#pragma once
// A named stretch of the host's time line in NVIDIA's tools, by the names that the profiler gives the stages.
// Costs nearly nothing where no tool listens.

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
