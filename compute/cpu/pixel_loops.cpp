// Compiled once for each instruction set; NEURASTER_ISA names it, and keeps the inline functions of one
// build from being linked into another.
#include "compute/cpu/pixel_loops.h"

#include "neural/train/loss_rows.h"
#include "neural/upscale/debug_view.h"
#include "neural/upscale/dispatch.h"

namespace compute::cpu::NEURASTER_ISA {

void run(Pass pass, const StepView<float>& view, int threads) {
  const int rows = neural::pixel::grid_of(pass, view).height;
#pragma omp parallel for schedule(dynamic, 4) num_threads(threads)
  for (int y = 0; y < rows; ++y) neural::pixel::run_row(pass, view, y);
}

void run_backward(Pass pass, const StepView<float>& view) {
  neural::pixel::run_gradient(pass, view);
}

double loss(const LossView<float>& view) {
  for (int n = 0; n < view.frames; ++n)
    neural::pixel::error_rows(view.outputs[n], view.truths[n], view.pixels, view.errors[n]);
  return neural::pixel::gradient_rows(view);
}

void draw(DebugView which, const StepView<float>& view, f16* rgba) {
  for (int y = 0; y < view.output.height; ++y)
    for (int x = 0; x < view.output.width; ++x) neural::pixel::draw_view(view, which, rgba, x, y);
}

}  // namespace compute::cpu::NEURASTER_ISA
