// The pass that makes an output pixel from the samples beside it and the history, by the controls that the
// network gives. Written once for C++, CUDA and GLSL.

/// The nine nearest samples of an output pixel and their weights; constants.h names the lanes.
struct Kernel {
  Place place;
  int row[3], column[3];  // the samples, clamped to the picture
  REALS16(dx);            // distances in output pixels, in the lanes of the taps
  REALS16(dy);
  REALS16(weights);  // each of the three kinds has the sum 1
  // The nearest sample's weight in a new picture: by its distance in a kernel of the learned shape, but wider.
  // Along an edge one sample then tells of several rows, which else would live off different frames.
  real confidence;
};
/// Returns the index of the sample under tap k of 9.
FN int tap_sample(IN(Kernel) kernel, int k) {
  return kernel.row[k / 3] + kernel.column[k % 3];
}
FN real tap_weight(IN(Kernel) kernel, int k) {
  return kernel.weights[tap_lanes + k];
}
/// Returns the history box's weight of tap k.
FN real box_tap_weight(IN(Kernel) kernel, int k) {
  return kernel.weights[column_lanes + k % 3] * kernel.weights[row_lanes + k / 3];
}

/// Fills the lanes with weights that are not normalised yet, and the confidence. The kernel is 2^-|M d|^2 at distance d, M = L
/// sqrt(log2(e) / 2). `s` is the middle sample. Where not `inside`, a column or a row may lie outside the
/// picture, and then counts as far away.
FN void weigh_taps(INOUT(Kernel) kernel, int s, bool inside) {
  const real root = real(0.849321800288), far = real(1e4);
  const real most_exponent = real(100);  // so that sums of weights stay finite
  const real x = (real(kernel.place.sx) + real(0.5) + v.jitter[0] - kernel.place.u) * v.ratio[0],
             y = (real(kernel.place.sy) + real(0.5) + v.jitter[1] - kernel.place.w) * v.ratio[1];
  const real4 first = load_control(s, 0), second = load_control(s, 1), third = load_control(s, 2);
  const real l0 = root * first[kernel_l0], l1 = root * first[kernel_l1], l2 = root * first[kernel_l2];
  const real a = l0 * x + l1 * y, b = l2 * y, top = a * a + b * b;
  kernel.confidence = power_of_two(-real(narrowing) * top);
  real of_column[3];
  UNROLL
  for (int i = 0; i < 3; ++i) {
    const int column = kernel.place.sx + i - 1;
    const bool there = inside || i == 1 || (column >= 0 && column < v.render.width);
    const real offset = there ? real(i - 1) * v.ratio[0] : far;
    of_column[i] = l0 * offset;
    const real near = root * real(network_box_slope) * v.inverse_ratio[0] * (x + offset);
    kernel.weights[column_lanes + i] = power_of_two(-near * near);
  }
  UNROLL
  for (int j = 0; j < 3; ++j) {
    const int row = kernel.place.sy + j - 1;
    const bool there = inside || j == 1 || (row >= 0 && row < v.render.height);
    const real offset = there ? real(j - 1) * v.ratio[1] : far;
    const real near = root * real(network_box_slope) * v.inverse_ratio[1] * (y + offset);
    kernel.weights[row_lanes + j] = power_of_two(-near * near);
    const real a_of_row = a + l1 * offset, b_of_row = b + l2 * offset;
    // Weights are relative to the middle one, so that even the nearest of far samples count.
    const real of_row = b_of_row * b_of_row - top;
    UNROLL
    for (int i = 0; i < 3; ++i) {
      const int k = 3 * j + i;
      const real across = a_of_row + of_column[i];
      const real logit = k == 0 ? first[3] : k < 5 ? second[(k + 3) % 4] : third[(k + 3) % 4];
      kernel.dx[tap_lanes + k] = x + real(i - 1) * v.ratio[0];
      kernel.dy[tap_lanes + k] = y + real(j - 1) * v.ratio[1];
      kernel.weights[tap_lanes + k] =
          k == 4 ? real(1)
                 : power_of_two(least(real(log2_e) * logit - (across * across + of_row), most_exponent));
    }
  }
}

/// Makes each kind of weights add up to 1.
FN void normalise(INOUT(Kernel) kernel) {
  const real of_taps = real(1) /
                       (((kernel.weights[3] + kernel.weights[4]) + (kernel.weights[5] + kernel.weights[6])) +
                        ((kernel.weights[7] + kernel.weights[8]) + (kernel.weights[9] + kernel.weights[10])) +
                        kernel.weights[11]),
             of_columns = real(1) / (kernel.weights[0] + kernel.weights[1] + kernel.weights[2]),
             of_rows = real(1) / (kernel.weights[12] + kernel.weights[13] + kernel.weights[14]);
  UNROLL
  for (int k = 0; k < 16; ++k)
    kernel.weights[k] = kernel.weights[k] * (k < tap_lanes ? of_columns : k < row_lanes ? of_taps : of_rows);
}
/// Returns the kernel's samples, without weights. Where `inside`, place_inside() is true.
FN Kernel samples_at(IN(Place) p, bool inside) {
  Kernel kernel;
  kernel.place = p;
  UNROLL
  for (int k = 0; k < 3; ++k) {
    const int row = p.sy + k - 1, column = p.sx + k - 1;
    kernel.row[k] = (inside ? row : clamped(row, 0, v.render.height - 1)) * v.render.width;
    kernel.column[k] = inside ? column : clamped(column, 0, v.render.width - 1);
  }
  return kernel;
}
FN Kernel kernel_at(IN(Place) p, bool inside) {
  Kernel kernel = samples_at(p, inside);
  weigh(kernel, kernel.row[1] + kernel.column[1], inside);
  normalise(kernel);
  return kernel;
}

/// The last four controls (gamma, memory, residual, sharpening), bilinear between the samples.
struct SmoothControls {
  int sample[4];
  real weight[4];
  real4 value;
};
FN SmoothControls smooth_controls(IN(Place) p) {
  SmoothControls c;
  const Linear ax = linear(p.u - v.jitter[0], v.render.width),
               ay = linear(p.w - v.jitter[1], v.render.height);
  stored4 sum = stored_splat(real(0));
  UNROLL
  for (int n = 0; n < 4; ++n) {
    c.sample[n] = corner_index(v.render, ax, ay, n);
    c.weight[n] = corner_weight(ax, ay, n);
    sum = product_and_sum(load_stored_control(c.sample[n], gamma / 4), stored_splat(c.weight[n]), sum);
  }
  c.value = widened(sum);
  return c;
}

/// The samples under a kernel.
struct Gathered {
  real4 fresh;            // weighted by the kernel
  real4 mean, deviation;  // weighted by nearness to the output pixel: the history box
  real4 low, high;        // their range
};
FN Gathered gathered(real4 middle, real4 mixed, real4 near, real4 squares) {
  Gathered g;
  g.fresh = middle + mixed;
  g.mean = middle + near;
  g.deviation = square_root(most(squares - near * near, splat(real(0))));
  return g;
}
/// Sums are of differences from the middle sample: squares then lose nothing, and halfs are enough for them.
FN Gathered gather_taps(IN(Kernel) kernel) {
  const stored4 middle = load_stored(v.sample, tap_sample(kernel, 4));
  stored4 mixed = stored_splat(real(0)), near = mixed, squares = mixed, lowest = middle, highest = middle;
  UNROLL
  for (int k = 0; k < 9; ++k) {
    if (k == 4) continue;
    const stored4 c = load_stored(v.sample, tap_sample(kernel, k)), d = c - middle;
    lowest = least(lowest, c);
    highest = most(highest, c);
    mixed = product_and_sum(d, stored_splat(tap_weight(kernel, k)), mixed);
    const stored4 weighted = d * stored_splat(box_tap_weight(kernel, k));
    near = near + weighted;
    squares = product_and_sum(weighted, d, squares);
  }
  Gathered g = gathered(widened(middle), widened(mixed), widened(near), widened(squares));
  g.low = widened(lowest);
  g.high = widened(highest);
  return g;
}
/// Returns the history at the samples, clamped to the box and weighted by the kernel.
FN real4 see_taps(IN(Kernel) kernel, real4 low, real4 high) {
  const stored4 below = narrowed(low), above = narrowed(high);
  stored4 sum = stored_splat(real(0));
  UNROLL
  for (int k = 0; k < 9; ++k)
    sum = product_and_sum(least(most(load_stored(v.history_at_sample, tap_sample(kernel, k)), below), above),
                          stored_splat(tap_weight(kernel, k)), sum);
  return widened(sum);
}

/// All values between the controls and the pixel, shared with the gradient.
struct Reconstruction {
  int sample;
  SmoothControls controls;
  Gathered samples;
  real4 warped, sharp, rectified, history_at_sample, expected, blended, result, low, high;
  real4 min_history, max_history;  // the ends of the box
  // What the history gathered, whether the light has changed, and what is left of it then.
  real gathered, changed, wanted_count;
  real held, rested, reach;  // samples for which the box grows, in motion and at rest, and by how much it does
  real count, alpha, still, innovated, fading;
};
/// Fills in how far the history at the pixel is trusted, from its count, whether the pixel rests, and how surely
/// the light has changed.
FN void hold(INOUT(Reconstruction) r) {
  r.wanted_count = r.gathered * (1 - real(change_loss) * r.still * r.changed);
  r.held = (1 - r.still) * (1 - r.changed) * least(r.gathered, real(held_samples));
  r.rested = r.still * (1 - r.changed) * most(r.wanted_count - real(rested_start), real(0));
  r.reach = real(held_reach) * r.held + real(rested_reach) * r.rested;
}
/// Fills in how the new samples are blended with it, from the controls, the share of the correction that is
/// the history's error, and the kernel's confidence.
FN void share(INOUT(Reconstruction) r, real innovation_share, real confidence) {
  // A history that is absent has no error to learn from.
  r.innovated = quotient(innovation_share * r.wanted_count, r.wanted_count + real(innovation_count));
  r.count = least(r.wanted_count, r.controls.value[1] + r.still * real(network_still_memory));
  r.alpha = quotient(confidence, confidence + r.count);
  // Where nothing moves the residual fades with the new sample's weight; otherwise the picture would never
  // rest.
  r.fading = 1 + r.still * (r.alpha - 1);
}
FN Reconstruction reconstruction(IN(Kernel) kernel, int i) {
  Reconstruction r;
  r.sample = tap_sample(kernel, 4);
  r.still = rest_at(r.sample);
  r.changed = changed_at(r.sample);
  r.gathered = load_stored1(v.warped_count, i);
  hold(r);
  r.controls = smooth_controls(kernel.place);
  r.samples = gather(kernel);
  r.warped = load4(v.warped, i);
  r.sharp = r.warped + four(r.controls.value[3] * r.warped[3], real(0), real(0), real(0));
  const real4 reach = r.samples.deviation * r.controls.value[0] + splat(r.reach);
  r.min_history = r.samples.mean - reach;
  r.max_history = r.samples.mean + reach;
  r.rectified = least(most(r.sharp, r.min_history), r.max_history);
  // The samples beside the pixel show the colour of the places where they lie. The history's error at those
  // places is the better correction, because it keeps the detail that the history has between samples
  // (back-projection: M. Irani and S. Peleg, "Improving Resolution by Image Registration", 1991).
  r.history_at_sample = see(kernel, r.min_history, r.max_history);
  share(r, load_control_lane(r.sample, innovation), kernel.confidence);
  r.expected = r.rectified + (r.history_at_sample - r.rectified) * r.innovated;
  r.blended = r.rectified + (r.samples.fresh - r.expected) * r.alpha;
  r.blended =
      r.blended + four(r.controls.value[2] * r.samples.deviation[0] * r.fading, real(0), real(0), real(0));
  r.low = least(r.samples.low, r.rectified);
  r.high = most(r.samples.high, r.rectified);
  r.result = least(most(r.blended, r.low), r.high);
  return r;
}

/// Returns how often a sample counts. Where nothing moves it is more often once many are gathered.
FN real sample_counts(real count, real still) {
  return 1 + real(still_growth) * still *
                 clamped((count - real(growth_start)) * real(1 / (growth_full - growth_start)), real(0), real(1));
}

/// Returns an output pixel in working colour, and its count in w.
FN real4 counted(IN(Reconstruction) r, real confidence) {
  return four(r.result[0], r.result[1], r.result[2], r.count + confidence * sample_counts(r.count, r.still));
}
FN real4 reconstructed(IN(Kernel) kernel, int i) {
  return counted(reconstruction(kernel, i), kernel.confidence);
}
/// Stores an output pixel and what the next frame needs of it; `working` holds its count in w.
FN void store_output(int i, real4 working) {
  store4(v.kept, i, limited(working));
  store_light(i, from_working(working));
}
/// Pass::reconstruct at any output pixel.
FN_COLD void reconstruct_anywhere(int x, int y) {
  const Place p = place_of(x, y);
  const int i = index(v.output, x, y);
  store_output(i, reconstructed(kernel_at(p, false), i));
}
/// Pass::reconstruct at output pixel (x, y). Most pixels lie between samples of the picture.
FN void reconstruct(int x, int y) {
  const Place p = place_of(x, y);
  if (!place_inside(p)) {
    reconstruct_anywhere(x, y);
    return;
  }
  const int i = index(v.output, x, y);
  store_output(i, reconstructed(kernel_at(p, true), i));
}
