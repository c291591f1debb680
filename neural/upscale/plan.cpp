#include "neural/upscale/plan.h"

namespace neural {

// At full resolution there are one 3x3 convolution and 1x1s; the wide layers run at one half and below, where
// a pixel costs a quarter or less.
const NetworkPlan& upscaler_plan() {
  static const NetworkPlan plan = [] {
    NetworkPlan p;
    const int features = p.input(feature_channels);
    const int squeezed = p.convolve("squeeze", features, 16, 1);
    const int full = p.convolve("full", squeezed, 16, 3);
    const int half = p.convolve("half", full, 32, 3, 2);
    const int quarter = p.convolve("quarter_b", p.convolve("quarter_a", half, 48, 3, 2), 32, 3);
    const int eighth = p.convolve("eighth_b", p.convolve("eighth_a", quarter, 64, 3, 2), 64, 3);
    const int bottom = p.convolve("bottom", eighth, 32, 3);
    const int up_quarter = p.convolve("up_quarter", p.concat(p.upsample(bottom), quarter), 32, 3);
    const int up_half = p.convolve("up_half", p.concat(p.upsample(up_quarter), half), 16, 3);
    const int mix = p.convolve("mix", p.concat(p.upsample(up_half), full), 16, 1);
    p.convolve("head", mix, head_channels, 1, 1, false);
    p.start_at_zero(control_channels);  // so that the untrained network is TAAU
    return p;
  }();
  return plan;
}

}  // namespace neural
