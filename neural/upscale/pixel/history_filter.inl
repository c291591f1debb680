// Reads the history between its texels, as a pixel that moved by a fraction needs it. Written once for C++,
// CUDA and GLSL.

/// Writes the weights of six samples at -2 .. 3 of a history read at t in [0, 1], with one t for the columns
/// (lanes 0 to 5) and one for the rows (8 to 13). They are Lanczos' window (C. Duchon, "Lanczos Filtering in
/// One and Two Dimensions", 1979) as polynomials that differ from it by less than 5e-5, and not at all at 0
/// and 1. A moving history is filtered anew in every frame, so that a filter's blur adds up.
FN void lanczos_weights(real tx, real ty, OUT_ARRAY(real, w, 16)) {
  TABLE8(c0, real(outer_0), real(side_0), real(1), real(1), real(side_0), real(outer_0), real(0), real(0));
  TABLE8(c1, real(outer_1), real(side_1), real(core_1), real(core_1), real(side_1), real(outer_1), real(0), real(0));
  TABLE8(c2, real(outer_2), real(side_2), real(core_2), real(core_2), real(side_2), real(outer_2), real(0), real(0));
  TABLE8(c3, real(outer_3), real(side_3), real(core_3), real(core_3), real(side_3), real(outer_3), real(0), real(0));
  TABLE8(c4, real(0), real(0), real(core_4), real(core_4), real(0), real(0), real(0), real(0));
  UNROLL
  for (int k = 0; k < 16; ++k) {
    const int i = k % 8;
    const real t = k < 8 ? tx : ty, s = 1 - t, x = i < 3 ? t : s;
    w[k] = (i == 3 ? real(1) : s) * (i == 2 ? real(1) : t) *
           (c0[i] + x * (c1[i] + x * (c2[i] + x * sum_and_product(c3[i], x, c4[i]))));
  }
}

/// The texels of the history filter, with the 2x2 of a bilinear filter in the middle (taps 2 and 3). The
/// corners of the 6x6, whose weights are the smallest, are left out: a diamond of 24 remains.
struct HistoryTaps {
  int x, y;  // of the texel at tap (2, 2)
  real tx, ty;
  REALS16(weights);  // columns from 0, rows from 8
  real scale;        // one over the sum of the diamond's weights
};
/// Returns the taps without weights. `px` and `py` are a position in texels of the history, whose centres lie at .5.
FN HistoryTaps taps_at(real px, real py) {
  HistoryTaps t;
  t.x = floor_int(px - real(0.5));
  t.y = floor_int(py - real(0.5));
  t.tx = px - real(0.5) - real(t.x);
  t.ty = py - real(0.5) - real(t.y);
  return t;
}
FN real scale_of(IN(HistoryTaps) t) {
  const real core_x = t.weights[2] + t.weights[3], core_y = t.weights[10] + t.weights[11];
  return real(1) / ((core_x + t.weights[1] + t.weights[4]) * (core_y + t.weights[9] + t.weights[12]) +
                    (t.weights[0] + t.weights[5]) * core_y + core_x * (t.weights[8] + t.weights[13]));
}
FN HistoryTaps history_taps(real px, real py) {
  HistoryTaps t = taps_at(px, py);
  lanczos_weights(t.tx, t.ty, t.weights);
  t.scale = scale_of(t);
  return t;
}
/// True where all texels lie in the picture.
FN bool taps_inside(IN(HistoryTaps) t) {
  return t.x >= 2 && t.y >= 2 && t.x + 3 < v.past_output.width && t.y + 3 < v.past_output.height;
}
/// Counts the columns of a row that are left out on either side.
FN int taps_outside(int row) {
  return row < 3 ? 2 - row : row - 3;
}
/// True for a row or a column that is one of the bilinear filter's two.
FN bool tap_is_bilinear(int tap) {
  return tap == 2 || tap == 3;
}
FN real bilinear_weight(real t, int tap) {
  return tap == 2 ? 1 - t : t;
}
/// Returns the index of a texel, limited to the picture.
FN int tap_index(IN(HistoryTaps) t, int row, int column) {
  return clamped(t.y - 2 + row, 0, v.past_output.height - 1) * v.past_output.width +
         clamped(t.x - 2 + column, 0, v.past_output.width - 1);
}

/// The history under the filter and under a bilinear one.
struct FilteredHistory {
  real4 sharp, bilinear;
};
/// Where `inside`, all texels lie in the picture, and their addresses differ by constants.
FN FilteredHistory filter_taps(IN(HistoryTaps) t, bool inside) {
  const int first = index(v.past_output, t.x - 2, t.y - 2);
  // Sums are of differences from a texel in the middle: halfs are enough for them.
  const stored4 middle =
      load_stored(v.past, inside ? first + 2 * v.past_output.width + 2 : tap_index(t, 2, 2));
  stored4 sum = stored_splat(real(0)), between = stored_splat(real(0));
  UNROLL
  for (int r = 0; r < 6; ++r) {
    const int row = first + r * v.past_output.width;
    stored4 across = stored_splat(real(0));
    UNROLL
    for (int c = 0; c < 6; ++c) {
      if (c < taps_outside(r) || c >= 6 - taps_outside(r)) continue;
      if (r == 2 && c == 2) continue;
      const stored4 texel = load_stored(v.past, inside ? row + c : tap_index(t, r, c)) - middle;
      across = product_and_sum(texel, stored_splat(t.weights[c]), across);
      if (tap_is_bilinear(c) && tap_is_bilinear(r))
        between = product_and_sum(texel, stored_splat(bilinear_weight(t.tx, c) * bilinear_weight(t.ty, r)),
                                  between);
    }
    sum = product_and_sum(across, stored_splat(t.weights[8 + r]), sum);
  }
  FilteredHistory past;
  past.sharp = widened(middle) + widened(sum) * t.scale;
  past.bilinear = widened(middle) + widened(between);
  return past;
}
