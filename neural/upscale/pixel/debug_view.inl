// The upscaler's inner values as pictures. Written once for C++, CUDA and GLSL.

/// Draws one output pixel of the view `v.shown` of the step that ran last, as linear rgba halfs.
/// warped_history shows light. In kernel_shape red and green are the widths along x and y in output pixels,
/// and blue is the slant around 0.5. The others are grey from 0 to 1.
FN void debug_view(int x, int y) {
  const int i = index(v.output, x, y), shown = int(v.shown);
  const Place p = place_of(x, y);
  const Reconstruction r = reconstruction(kernel_at(p, false), i);
  real4 rgb = splat(real(0));
  if (shown == shows_warped_history) {
    rgb = from_working(r.warped);
  } else if (shown == shows_kernel_shape) {
    const real4 control = load_control(r.sample, 0);
    const real sigma = real(sample_sigma);
    rgb = four(real(0.5) / (sigma * control[kernel_l0]), real(0.5) / (sigma * control[kernel_l2]),
               real(0.5) + real(0.25) * sigma * control[kernel_l1], real(1));
  } else if (shown == shows_disocclusion) {
    rgb = splat(load_lane(v.mean, r.sample, 3));
  } else if (shown == shows_blend_weight) {
    rgb = splat(r.alpha);
  } else if (shown == shows_history_clamp) {
    rgb = splat(4 * absolute(r.rectified[0] - r.sharp[0]));
  } else if (shown == shows_instability) {
    rgb = splat(load_lane(v.state, 2 * r.sample + 1, 3));
  }
  store_half4(v.shown_rgba, i, four(rgb[0], rgb[1], rgb[2], real(1)));
}
