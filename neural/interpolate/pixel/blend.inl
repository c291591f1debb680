// The picture between: both ends' pictures, moved to the moment between, and mixed by what of each is visible.
// Written once for C++, CUDA and GLSL.

/// The weights of four texels at -1 .. 2 of a position at t in [0, 1]: Keys' cubic convolution.
FN void cubic_weights(real t, OUT_ARRAY(real, w, 4)) {
  const real a = real(cubic_slope), s = 1 - t;
  w[0] = a * t * s * s;
  w[1] = 1 + t * t * ((a + 2) * t - (a + 3));
  w[2] = 1 + s * s * ((a + 2) * s - (a + 3));
  w[3] = a * s * t * t;
}
/// Sums the 4x4 texels from `first` on, whose rows are `stride` apart.
FN real4 cubic_taps(FOURS colors, int first, int stride, IN_ARRAY(real, wx, 4), IN_ARRAY(real, wy, 4)) {
  real4 sum = splat(real(0));
  UNROLL
  for (int r = 0; r < 4; ++r) {
    const int row = first + r * stride;
    sum = sum + (load4(colors, row) * wx[0] + load4(colors, row + 1) * wx[1] + load4(colors, row + 2) * wx[2] +
                 load4(colors, row + 3) * wx[3]) * wy[r];
  }
  return sum;
}
/// Reads a picture at a position in its pixels, whose centres lie at .5; the picture's edge repeats.
FN real4 color_at(FOURS colors, IN(Size) size, real px, real py) {
  const int x = floor_int(px - real(0.5)), y = floor_int(py - real(0.5));
  real wx[4];
  real wy[4];
  cubic_weights(px - real(0.5) - real(x), wx);
  cubic_weights(py - real(0.5) - real(y), wy);
  if (x >= 1 && y >= 1 && x + 2 < size.width && y + 2 < size.height)
    return cubic_inside(colors, index(size, x - 1, y - 1), size.width, wx, wy);
  real4 sum = splat(real(0));
  for (int r = 0; r < 4; ++r) {
    const int row = clamped(y - 1 + r, 0, size.height - 1) * size.width;
    real4 across = splat(real(0));
    for (int c = 0; c < 4; ++c)
      across = across + load4(colors, row + clamped(x - 1 + c, 0, size.width - 1)) * wx[c];
    sum = sum + across * wy[r];
  }
  return sum;
}

/// How much of a surface at a position among jittered samples is not hidden by a nearer one, 0 to 1.
FN real visible(DEPTHS depths, IN(Size) size, real px, real py, real depth) {
  const Linear ax = linear(px, size.width), ay = linear(py, size.height);
  const real limit = hides(depth);
  real share = real(0);
  UNROLL
  for (int n = 0; n < 4; ++n)
    if (load1(depths, corner_index(size, ax, ay, n)) <= limit) share += corner_weight(ax, ay, n);
  return share;
}
FN bool in_picture(real px, real py) {
  return px >= 0 && py >= 0 && px <= real(v.render.width) && py <= real(v.render.height);
}

/// Both ends of an output pixel by the surface of one cell.
struct Ends {
  real ax, ay, bx, by;      // places in A and B, render pixels
  real visible_a, visible_b;
  int seen;
};
/// The same where nothing is in doubt.
FN Ends sure_ends_of(int cell, real px, real py) {
  const real4 flow = load_fours(v.flow, cell);
  Ends e;
  e.ax = px + flow[0];
  e.ay = py + flow[1];
  e.bx = px + flow[2];
  e.by = py + flow[3];
  e.visible_a = real(1);
  e.visible_b = real(1);
  e.seen = seen_now;
  return e;
}
FN Ends ends_of(int cell, real px, real py) {
  const real4 surface = load_fours(v.surface, cell);
  Ends e = sure_ends_of(cell, px, py);
  e.visible_a = real(0);
  e.visible_b = real(0);
  if (in_picture(e.ax, e.ay))
    e.visible_a = visible(v.past_depth, v.past_render, e.ax * v.past_render_ratio[0] - v.past_jitter[0],
                          e.ay * v.past_render_ratio[1] - v.past_jitter[1], surface[1]);
  if (in_picture(e.bx, e.by))
    e.visible_b = visible(v.clean_depth, v.render, e.bx - v.jitter[0], e.by - v.jitter[1], surface[2]);
  e.seen = int(surface[3]);
  return e;
}
FN real4 exposed(real4 c, real ratio) {
  if (ratio == 1) return c;
  return c * exposed_again(c, ratio);
}
FN real4 a_of(IN(Ends) e) {
  const real4 c = color_at(v.past_colors, v.past_output, e.ax * v.past_output_ratio[0], e.ay * v.past_output_ratio[1]);
  return exposed(c, v.past_exposure_ratio);
}
FN real4 b_of(IN(Ends) e) {
  const real4 c = color_at(v.colors, v.output, e.bx * v.ratio[0], e.by * v.ratio[1]);
  return exposed(c, v.exposure_ratio);
}
FN real difference(real4 a, real4 b) {
  return absolute(a[0] - b[0]) + absolute(a[1] - b[1]) + absolute(a[2] - b[2]);
}
/// Reads a picture as color_at() does, by a bilinear filter: enough to see whether two ends fit.
FN real4 rough_color_at(FOURS colors, IN(Size) size, real px, real py) {
  const Linear ax = linear(px, size.width), ay = linear(py, size.height);
  real4 sum = splat(real(0));
  UNROLL
  for (int n = 0; n < 4; ++n)
    sum = sum + load4(colors, corner_index(size, ax, ay, n)) * corner_weight(ax, ay, n);
  return sum;
}
/// How badly the two ends fit together.
FN real misfit(IN(Ends) e) {
  const real both = least(e.visible_a, e.visible_b);
  if (both == 0) return real(0.25);
  const real4 a = rough_color_at(v.past_colors, v.past_output, e.ax * v.past_output_ratio[0], e.ay * v.past_output_ratio[1]),
              b = rough_color_at(v.colors, v.output, e.bx * v.ratio[0], e.by * v.ratio[1]);
  return both * difference(exposed(a, v.past_exposure_ratio), exposed(b, v.exposure_ratio)) + real(0.25) * (1 - both);
}

/// The cell that is shown at a cell.
FN int cell_at(int x, int y) {
  return cell_in(load_count(v.chosen, index(v.render, least(x, v.render.width - 1), least(y, v.render.height - 1))));
}
/// Where surfaces meet, the cell whose ends fit best, of the four around the pixel; the nearest one has the
/// advantage of doubt. One that moves as it does shows the same.
FN int best_cell(real px, real py, int nearest) {
  const int x = clamped(floor_int(px - real(0.5)), 0, v.render.width - 1),
            y = clamped(floor_int(py - real(0.5)), 0, v.render.height - 1);
  const real4 flow = load_fours(v.flow, nearest);
  int best = nearest;
  real least_misfit = real(-1);  // not known yet
  for (int n = 0; n < 4; ++n) {
    const int cell = cell_at(x + (n & 1), y + (n >> 1));
    const real4 apart = load_fours(v.flow, cell) - flow, larger = most(apart, splat(real(0)) - apart);
    if (most(most(larger[0], larger[1]), most(larger[2], larger[3])) < real(same_flow)) continue;
    if (least_misfit < 0) least_misfit = most(misfit(ends_of(nearest, px, py)) - real(0.02), real(0));
    const real fit = misfit(ends_of(cell, px, py));
    if (fit >= least_misfit) continue;
    least_misfit = fit;
    best = cell;
  }
  return best;
}

/// Both ends at output pixel (x, y), and A's share of the picture.
struct Mixture {
  Ends ends;
  real of_a;
};
FN Mixture mixture_at(int x, int y) {
  const real px = (real(x) + real(0.5)) * v.inverse_ratio[0], py = (real(y) + real(0.5)) * v.inverse_ratio[1];
  const int cx = clamped(floor_int(px), 0, v.render.width - 1), cy = clamped(floor_int(py), 0, v.render.height - 1);
  const uint chosen = load_count(v.chosen, index(v.render, cx, cy));
  Mixture m;
  m.of_a = 1 - v.time;
  if (chosen < doubtful) {
    m.ends = sure_ends_of(int(chosen), px, py);
    return m;
  }
  m.ends = ends_of(best_cell(px, py, cell_in(chosen)), px, py);
  const real a = (1 - v.time) * m.ends.visible_a, b = v.time * m.ends.visible_b;
  if (a + b >= real(0.02))
    m.of_a = quotient(a, a + b);
  else if (m.ends.seen != seen_nowhere)
    m.of_a = m.ends.seen == seen_now ? real(0) : real(1);
  return m;
}
/// Pass::blend at output pixel (x, y).
FN void blend(int x, int y) {
  const int i = index(v.output, x, y);
  if (v.has_past == 0) {
    store_half4(v.out_half, i, from_working(load4(v.colors, i)));
    return;
  }
  const Mixture m = mixture_at(x, y);
  real4 color = splat(real(0));
  if (m.of_a > real(0.002)) color = a_of(m.ends) * m.of_a;
  if (m.of_a < real(0.998)) color = color + b_of(m.ends) * (1 - m.of_a);
  store_half4(v.out_half, i, from_working(color));
}
/// Pass::mixture at output pixel (x, y): what blend() has mixed there.
FN void mixture(int x, int y) {
  const int i = index(v.output, x, y);
  Mixture m;
  m.of_a = real(0);
  real4 a = load4(v.colors, i), b = a;
  real visible_a = real(0), visible_b = real(1);
  if (v.has_past != 0) {
    m = mixture_at(x, y);
    a = a_of(m.ends);
    b = b_of(m.ends);
    visible_a = m.ends.visible_a;
    visible_b = m.ends.visible_b;
  }
  real4 shown = four(visible_a, visible_b, difference(a, b), m.of_a);
  if (int(v.shown) == shows_a) shown = from_working(a);
  if (int(v.shown) == shows_b) shown = from_working(b);
  store_half4(v.shown_rgba, i, shown);
}
