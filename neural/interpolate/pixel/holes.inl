// Fills cells that neither frame saw, and marks those that are in doubt. Written once for C++, CUDA and GLSL.

/// The reversed depth from which on a surface at this depth is hidden by a nearer one.
FN real hides(real depth) {
  return depth * real(nearer_surface) + real(1e-7);
}
/// Whether what lies around a cell moves with it.
FN bool moves_together(int x, int y) {
  real4 low = load_fours(v.flow, index(v.render, x, y)), high = low;
  UNROLL
  for (int n = 0; n < 9; ++n) {
    const int cx = clamped(x + n % 3 - 1, 0, v.render.width - 1), cy = clamped(y + n / 3 - 1, 0, v.render.height - 1);
    const real4 flow = load_fours(v.flow, index(v.render, cx, cy));
    low = least(low, flow);
    high = most(high, flow);
  }
  const real4 apart = high - low;
  return most(most(apart[0], apart[1]), most(apart[2], apart[3])) < real(same_flow);
}
/// What is stored of a cell: the cell that it shows, and whether it is `doubtful`: others may have to be asked, or
/// something nearer lies close at one of the ends.
FN int cell_in(uint chosen) {
  return int(chosen & (doubtful - 1u));
}
/// Whether a surface is nowhere hidden in a cell around a position among jittered samples; `ratio` is the cell's size
/// in them.
FN bool clear_around(DEPTHS depths, IN(Size) size, real px, real py, real ratio, real depth) {
  const int x = floor_int(px) - 1, y = floor_int(py) - 1;
  if (ratio > real(1.001) || x < 0 || y < 0 || x + 2 >= size.width || y + 2 >= size.height) return false;
  real nearest = real(0);
  UNROLL
  for (int n = 0; n < 9; ++n) nearest = most(nearest, load1(depths, index(size, x + n % 3, y + n / 3)));
  return nearest <= hides(depth);
}

/// Pass::fill at render pixel (x, y): a hole shows the farthest of the surfaces around it, as what was hidden lies
/// behind what hid it.
FN void fill(int x, int y) {
  const int i = index(v.render, x, y);
  const real4 surface = load_fours(v.surface, i);
  if (surface[3] != 0) {
    const real4 flow = load_fours(v.flow, i);
    const real px = real(x) + real(0.5), py = real(y) + real(0.5);
    const bool sure =
        moves_together(x, y) &&
        clear_around(v.past_depth, v.past_render, (px + flow[0]) * v.past_render_ratio[0] - v.past_jitter[0],
                     (py + flow[1]) * v.past_render_ratio[1] - v.past_jitter[1],
                     most(v.past_render_ratio[0], v.past_render_ratio[1]), surface[1]) &&
        clear_around(v.clean_depth, v.render, px + flow[2] - v.jitter[0], py + flow[3] - v.jitter[1], real(1),
                     surface[2]);
    store_count(v.chosen, i, uint(i) | (sure ? 0u : doubtful));
    return;
  }
  int from = i;
  real farthest = real(2);
  for (int distance = 1; distance <= farthest_fill && farthest > 1; ++distance)
    for (int n = 0; n < 9; ++n) {
      const int cx = x + distance * (n % 3 - 1), cy = y + distance * (n / 3 - 1);
      if (cx < 0 || cy < 0 || cx >= v.render.width || cy >= v.render.height) continue;
      const int candidate = index(v.render, cx, cy);
      const real4 other = load_fours(v.surface, candidate);
      if (other[3] == 0 || other[0] >= farthest) continue;
      farthest = other[0];
      from = candidate;
    }
  store_count(v.chosen, i, uint(from) | doubtful);
}
