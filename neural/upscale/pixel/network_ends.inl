// The passes on both sides of the network: one makes its input, one interprets its output. Written once for
// C++, CUDA and GLSL.

/// Where the latent state lies at the place that a render pixel's surface came from.
struct StateTaps {
  bool valid;
  int pixel[4];
  real weight[4];
};
/// `trusted` is the share of it that survives.
FN StateTaps state_taps(int x, int y, real4 flow, real trusted) {
  StateTaps t;
  const real qx = (real(x) + real(0.5) + flow[0]) * v.past_render_ratio[0],
             qy = (real(y) + real(0.5) + flow[1]) * v.past_render_ratio[1];
  t.valid = v.reset == 0 && qx >= 0 && qy >= 0 && qx <= real(v.past_render.width) &&
            qy <= real(v.past_render.height);
  if (!t.valid) return t;
  const Linear ax = linear(qx, v.past_render.width), ay = linear(qy, v.past_render.height);
  UNROLL
  for (int n = 0; n < 4; ++n) {
    t.pixel[n] = corner_index(v.past_render, ax, ay, n);
    t.weight[n] = trusted * corner_weight(ax, ay, n);
  }
  return t;
}

/// The values that the features are made of, shared with their gradient.
struct HistoryUnderPixel {
  real4 area, point;  // area: over the pixel's square, point: at the sample
  real count;
  real normalised_area, normalised_point;  // difference of brightness over the local deviation
};
FN HistoryUnderPixel history_under(int x, int y, real4 center, real4 mean, real spread) {
  // Sums are of differences from what the results are compared with: halfs are enough for them.
  const stored4 from_mean = narrowed(mean), from_center = narrowed(center);
  const Box bx = box(x, v.ratio[0], v.output.width), by = box(y, v.ratio[1], v.output.height);
  stored4 sum = stored_splat(real(0));
  HistoryUnderPixel past;
  past.count = real(0);
  ROLLED
  for (int r = 0; r < by.taps; ++r) {
    const real weight_of_row = box_weight(by, r);
    const int row = by.first + r;
    ROLLED
    for (int c = 0; c < bx.taps; ++c) {
      const real weight = box_weight(bx, c) * weight_of_row;
      sum = product_and_sum(load_history(bx.first + c, row) - from_mean, stored_splat(weight), sum);
      past.count += weight * load_history_count(bx.first + c, row);
    }
  }
  const real4 area_over = widened(sum);
  past.area = mean + area_over;
  const Linear ax = linear((real(x) + real(0.5) + v.jitter[0]) * v.ratio[0], v.output.width),
               ay = linear((real(y) + real(0.5) + v.jitter[1]) * v.ratio[1], v.output.height);
  sum = stored_splat(real(0));
  UNROLL
  for (int n = 0; n < 4; ++n)
    sum = product_and_sum(
        load_history((n & 1) != 0 ? ax.upper : ax.lower, (n & 2) != 0 ? ay.upper : ay.lower) - from_center,
        stored_splat(corner_weight(ax, ay, n)), sum);
  const real4 point_over = widened(sum);
  past.point = center + point_over;
  past.normalised_area = quotient(area_over[0], spread);
  past.normalised_point = quotient(point_over[0], spread);
  return past;
}

/// Returns the distance of a history position to the nearest texel centre, from 0 to 1.
FN real off_centre(real motion, real ratio) {
  const real p = motion * ratio;
  return 2 * absolute(p - real(floor_int(p + real(0.5))));
}

/// What Pass::features finds besides the network's input.
struct Beside {
  real4 history;  // at the sample, and by how much the sample is brighter
  real instability, still;
};
/// Stores it, each value in a place of its own.
FN void store_beside_apart(int i, IN(Beside) beside) {
  store4(v.history_at_sample, i, beside.history);
  store_lane(v.flow, i, 3, beside.instability);
}
/// Returns 1 where nothing moves, else 0.
FN real rests(real4 flow) {
  return flow[0] == 0 && flow[1] == 0 ? real(1) : real(0);
}

/// Computes the network's input at a pixel, in two blocks of 16.
FN Beside features_of(int x, int y, OUT_ARRAY(real, low, 16), OUT_ARRAY(real, high, 16)) {
  const int i = index(v.render, x, y);
  const real4 center = load4(v.sample, i), flow = load4(v.flow, i);
  const Local local = local_at(x, y, i);
  const real4 mean = local.mean, deviation = local.deviation;
  const HistoryUnderPixel past = history_under(x, y, center, mean, deviation[0] + real(deviation_floor));
  UNROLL
  for (int c = 0; c < 3; ++c) {
    low[c] = center[c];
    low[3 + c] = past.area[c];
    low[6 + c] = past.point[c];
  }
  low[9] = 4 * deviation[0];
  low[10] = 4 * most(deviation[1], deviation[2]);
  low[11] = deviation[3];
  low[12] = bounded(past.normalised_area, real(2));
  low[13] = bounded(past.normalised_point, real(2));
  low[14] = mean[3];
  low[15] = bounded(square_root(flow[0] * flow[0] + flow[1] * flow[1]), real(8)) / 8;

  high[0] = off_centre(flow[0], v.ratio[0]);
  high[1] = off_centre(flow[1], v.ratio[1]);
  high[2] = quotient(past.count, 8 + past.count);
  high[3] = center[3];
  high[4] = v.jitter[0];
  high[5] = v.jitter[1];
  high[6] = v.ratio[0] - 2;
  high[7] = mean[0];
  const StateTaps taps = state_taps(x, y, flow, (1 - mean[3]) * (1 - center[3]));
  stored4 first = stored_splat(real(0)), second = stored_splat(real(0));  // of the 8 values of state
  if (taps.valid) {
    UNROLL
    for (int n = 0; n < 4; ++n) {
      const stored4 weight = stored_splat(taps.weight[n]);
      first = product_and_sum(load_stored(v.past_state, 2 * taps.pixel[n]), weight, first);
      second = product_and_sum(load_stored(v.past_state, 2 * taps.pixel[n] + 1), weight, second);
    }
  }
  const real4 state = widened(first), more_state = widened(second);
  UNROLL
  for (int c = 0; c < 4; ++c) {
    high[8 + c] = state[c];
    high[12 + c] = more_state[c];
  }
  const real surprise = absolute(bounded(past.normalised_point, real(1)));
  Beside beside;
  beside.history = four(past.point[0], past.point[1], past.point[2], center[0] - past.point[0]);
  beside.instability = real(instability_memory) * more_state[3] + real(1 - instability_memory) * surprise;
  beside.still = rests(flow);
  return beside;
}
/// The same, and stores the rest.
FN void feature_values(int x, int y, OUT_ARRAY(real, low, 16), OUT_ARRAY(real, high, 16)) {
  const Beside beside = features_of(x, y, low, high);
  store_beside(index(v.render, x, y), beside);
}
/// Pass::features at render pixel (x, y).
FN void features(int x, int y) {
  real low[16], high[16];
  feature_values(x, y, low, high);
  store_features(blocked(0, x, y), low);
  store_features(blocked(1, x, y), high);
}

/// How surely the light on a surface has changed since its history was gathered, 0 to 1: by the mean of the
/// samples' difference from the history over 3x3. Where history only lacks detail, differences go both ways;
/// where a shadow has left, all go one way.
struct Change {
  real mean, deviation, limit, changed;
};
FN real deviations_of_change(real still, real instability) {
  return real(network_moving_deviations) + still * (real(network_rested_deviations - network_moving_deviations) +
                                                    real(network_instability_deviations) * instability);
}
/// By the sums of nine differences and of their squares, whether the middle one rests, and its instability.
FN Change change_of(real sum, real squares, real still, real instability) {
  Change c;
  c.mean = sum * real(1.0 / 9);
  c.deviation = square_root(most(squares * real(1.0 / 9) - c.mean * c.mean, real(0)) + real(change_tiny));
  c.limit = deviations_of_change(still, instability) * c.deviation + real(change_floor);
  c.changed = clamped((quotient(absolute(c.mean), c.limit) - 1) * real(network_change_slope), real(0), real(1));
  return c;
}
/// The 3x3 samples around a render pixel and by how much each is brighter than the history.
struct Differences {
  int at[9];
  real value[9];
};
FN Differences differences_at(int x, int y) {
  Differences d;
  int column[3], row[3];
  UNROLL
  for (int k = 0; k < 3; ++k) {
    column[k] = clamped(x + k - 1, 0, v.render.width - 1);
    row[k] = index(v.render, 0, clamped(y + k - 1, 0, v.render.height - 1));
  }
  UNROLL
  for (int k = 0; k < 9; ++k) {
    d.at[k] = row[k / 3] + column[k % 3];
    d.value[k] = brighter_at(d.at[k]);
  }
  return d;
}
FN Change change_in(IN(Differences) d) {
  real sum = real(0), squares = real(0);
  UNROLL
  for (int k = 0; k < 9; ++k) {
    sum += d.value[k];
    squares += d.value[k] * d.value[k];
  }
  return change_of(sum, squares, rest_at(d.at[4]), kept_instability(d.at[4]));
}
/// In the place of the instability, which the state has by then.
FN void store_changed_apart(int i, real changed) {
  store_lane(v.flow, i, 3, changed);
}

/// Stores the controls by the network's result at a pixel: how far each may go from TAAU are the limits of
/// bounded(), and a control of 0 stands for TAAU itself. These are the four that are smooth between samples.
FN void interpret_smooth(int x, int y, IN_ARRAY(real, h, 16)) {
  store_control(x, y, gamma / 4,
                four(real(network_clip_gamma) * exponential(bounded(h[gamma], real(2))),
                     least(real(network_memory) * exponential(bounded(h[memory], real(3))), real(network_most_memory)),
                     real(network_residual) * bounded(h[residual], real(1)), bounded(h[sharpening], real(1))));
}
FN void interpret_controls(int x, int y, IN_ARRAY(real, h, 16)) {
  store_control(x, y, 0,
                four(exponential(bounded(h[kernel_l0], real(1.5))) / real(sample_sigma),
                     bounded(h[kernel_l1], real(1.5)) / real(sample_sigma),
                     exponential(bounded(h[kernel_l2], real(1.5))) / real(sample_sigma), bounded(h[3], real(6))));
  store_control(x, y, 1,
                four(bounded(h[4], real(6)), bounded(h[5], real(6)), bounded(h[6], real(6)),
                     quotient(real(1), 1 + exponential(-real(network_innovation_logit) - h[innovation]))));
  store_control(
      x, y, 2,
      four(bounded(h[8], real(6)), bounded(h[9], real(6)), bounded(h[10], real(6)), bounded(h[11], real(6))));
  interpret_smooth(x, y, h);
}
/// Stores the next state.
FN void interpret_state(int i, IN_ARRAY(real, learned, 16)) {
  store4(v.state, 2 * i,
         four(bounded(learned[0], real(1)), bounded(learned[1], real(1)), bounded(learned[2], real(1)),
              bounded(learned[3], real(1))));
  store4(v.state, 2 * i + 1,
         four(bounded(learned[4], real(1)), bounded(learned[5], real(1)), bounded(learned[6], real(1)),
              instability_at(i)));
}
FN void interpret(int x, int y, IN_ARRAY(real, h, 16), IN_ARRAY(real, learned, 16)) {
  interpret_controls(x, y, h);
  interpret_state(index(v.render, x, y), learned);
}
/// Stores what the network's result at a pixel says, and how surely the light has changed there.
FN void controls_from(int x, int y, IN_ARRAY(real, h, 16), IN_ARRAY(real, learned, 16)) {
  interpret(x, y, h, learned);
  store_changed(index(v.render, x, y), change_in(differences_at(x, y)).changed);
}
FN void store_controls(int x, int y) {
  real low[16], high[16];
  load_head(blocked(0, x, y), low);
  load_head(blocked(1, x, y), high);
  interpret(x, y, low, high);
}
/// Pass::controls at render pixel (x, y).
FN void controls(int x, int y) {
  store_controls(x, y);
  store_changed(index(v.render, x, y), change_in(differences_at(x, y)).changed);
}
