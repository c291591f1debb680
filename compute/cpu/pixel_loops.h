#pragma once
// The per-pixel passes over a whole grid, built for several instruction sets from one source.

#include "compute/backend.h"

namespace compute::cpu {

struct PixelLoops {
  const char* name;
  void (*run)(Pass, const StepView<float>&, int threads);
  void (*run_backward)(Pass, const StepView<float>&);  ///< one thread: a fixed order of summation
  double (*loss)(const LossView<float>&);
  void (*draw)(DebugView, const StepView<float>&, f16*);
};

/// The widest this machine has; DNNL_MAX_CPU_ISA limits it as it does oneDNN.
const PixelLoops& best_pixel_loops();

}  // namespace compute::cpu
