// From the frame to cleaned colour, depth and motion and what lies around each sample. Written once for C++,
// CUDA and GLSL.

/// Returns the offset of channel block `block` of pixel (x, y) in a blocked tensor at padded size.
FN int blocked(int block, int x, int y) {
  return ((block * v.padded.height + y) * v.padded.width + x) * 16;
}

/// Returns x, or the nearer limit where it lies outside (NaN gives `low`), and then counts it in `bad`.
FN real finite_or(real x, real low, real high, INOUT(int) bad) {
  if (x >= low && x <= high) return x;
  ++bad;
  return x > high ? high : low;  // NaN compares false: it becomes `low`
}
/// A motion that is not a number says nothing; zero is the safest guess.
FN real clean_component(real m, INOUT(int) bad) {
  if (is_number(m)) return finite_or(m, real(-16384), real(16384), bad);
  ++bad;
  return real(0);
}
FN real2 clean_motion(int i, INOUT(int) bad) {
  const real2 raw = load_half2(v.motion, i);
  return two(clean_component(raw.x, bad), clean_component(raw.y, bad));
}

FN real depth_at(int i, INOUT(int) bad) {
  return finite_or(load1(v.depth, i), real(0), real(1), bad);
}

/// A render pixel, cleaned.
struct Cleaned {
  real4 sample;
  real depth;
  real2 motion;
  int bad;
};
FN Cleaned cleaned(int i) {
  Cleaned c;
  c.bad = 0;
  const real4 light = load_half4(v.color, i);
  const real r = finite_or(light[0], real(0), real(brightest), c.bad),
             g = finite_or(light[1], real(0), real(brightest), c.bad),
             b = finite_or(light[2], real(0), real(brightest), c.bad);
  c.sample = to_working(four(r, g, b, load_byte(v.reactive, i) / 255));
  c.depth = depth_at(i, c.bad);
  c.motion = clean_motion(i, c.bad);
  return c;
}
FN void store_cleaned(int i, int y, IN(Cleaned) c) {
  store4(v.sample, i, c.sample);
  store1(v.clean_depth, i, c.depth);
  store2(v.raw_motion, i, c.motion);
  if (c.bad != 0) count_at(v.bad_in_row, y, c.bad);
}
/// Pass::clean at render pixel (x, y).
FN void clean(int x, int y) {
  const int i = index(v.render, x, y);
  store_cleaned(i, y, cleaned(i));
}

/// The 3x3 around a pixel, row by row, as Pass::clean made it; the picture's edge repeats.
struct CleanedNear {
  stored4 samples[9];
  real depths[9];
};
/// Returns the index of neighbour k of 9.
FN int near_index(int x, int y, int k) {
  return index(v.render, clamped(x + k % 3 - 1, 0, v.render.width - 1),
               clamped(y + k / 3 - 1, 0, v.render.height - 1));
}
FN CleanedNear cleaned_near(int x, int y) {
  CleanedNear near;
  UNROLL
  for (int k = 0; k < 9; ++k) {
    const int i = near_index(x, y, k);
    near.samples[k] = load_stored(v.sample, i);
    near.depths[k] = load1(v.clean_depth, i);
  }
  return near;
}

/// The second difference of reversed depth relative to the maximum of the 3x3, and where the nearest of the
/// nine is. Reversed depth is affine on planes, so the difference is 0 on any slope and large at an edge.
struct DepthEdge {
  real amount;
  real depth;  // of the nearest
  int dx, dy;
};
FN DepthEdge depth_edge(IN(CleanedNear) near) {
  DepthEdge edge;
  edge.amount = real(0);
  edge.depth = real(-1);
  edge.dx = edge.dy = 0;
  UNROLL
  for (int k = 0; k < 9; ++k)
    if (near.depths[k] > edge.depth) {
      edge.depth = near.depths[k];
      edge.dx = k % 3 - 1;
      edge.dy = k / 3 - 1;
    }
  if (edge.depth <= 0) return edge;
  real second = real(0);
  UNROLL
  for (int k = 0; k < 4; ++k)
    second = most(second, absolute(near.depths[k] + near.depths[8 - k] - 2 * near.depths[4]));
  edge.amount = least(quotient(second, edge.depth), real(1));
  return edge;
}
/// True where the nearest surface's motion counts for the pixel.
FN bool is_dilated(IN(DepthEdge) edge) {
  return edge.amount > real(network_dilation_threshold);
}
/// Returns the pixel whose motion counts for (x, y).
FN int index_of_motion(int x, int y, IN(DepthEdge) edge) {
  if (!is_dilated(edge)) return index(v.render, x, y);
  return index(v.render, clamped(x + edge.dx, 0, v.render.width - 1),
               clamped(y + edge.dy, 0, v.render.height - 1));
}

/// Returns how surely the surface was hidden one frame ago, 0 to 1: compares the depth that it would have had
/// with the depth that was there. The farthest of the four texels decides, so that an edge's own blur does
/// not count.
FN real disoccluded(int x, int y, real2 motion, real depth) {
  if (v.reset != 0) return real(1);
  const real px = real(x) + real(0.5) + v.jitter[0], py = real(y) + real(0.5) + v.jitter[1];
  const real qx = (px + motion.x) * v.past_render_ratio[0], qy = (py + motion.y) * v.past_render_ratio[1];
  if (!(qx >= 0 && qy >= 0 && qx <= real(v.past_render.width) && qy <= real(v.past_render.height)))
    return real(1);
  const real nx = (v.window[0] + px) * v.to_clip[0] - 1, ny = (v.window[1] + py) * v.to_clip[1] - 1;
  const real z = v.clip_to_past_clip[2] * nx + v.clip_to_past_clip[6] * ny + v.clip_to_past_clip[10] * depth +
                 v.clip_to_past_clip[14],
             w = v.clip_to_past_clip[3] * nx + v.clip_to_past_clip[7] * ny + v.clip_to_past_clip[11] * depth +
                 v.clip_to_past_clip[15];
  const real expected = w > real(1e-6) ? most(quotient(z, w), real(0)) : real(1);
  const Linear ax = linear(qx - v.past_jitter[0], v.past_render.width),
               ay = linear(qy - v.past_jitter[1], v.past_render.height);
  const real far = least(least(load1(v.past_depth, index(v.past_render, ax.lower, ay.lower)),
                               load1(v.past_depth, index(v.past_render, ax.upper, ay.lower))),
                         least(load1(v.past_depth, index(v.past_render, ax.lower, ay.upper)),
                               load1(v.past_depth, index(v.past_render, ax.upper, ay.upper))));
  const real tiny = real(1e-6);
  const real excess = quotient(far + tiny, expected + tiny) - 1;
  return clamped((excess - real(network_disocclusion_start)) /
                     real(network_disocclusion_full - network_disocclusion_start),
                 real(0), real(1));
}

/// What lies around a render pixel: working colour over 3x3, with the disocclusion and the depth edge, both 0 to
/// 1, in w.
struct Local {
  real4 mean, deviation;
};
/// Computes it; w is 0.
FN Local local_colors(IN(CleanedNear) near) {
  // Sums are of differences from the middle: squares then lose nothing, and halfs are enough for them.
  stored4 sum = stored_splat(real(0)), squares = stored_splat(real(0));
  UNROLL
  for (int k = 0; k < 9; ++k) {
    const stored4 d = near.samples[k] - near.samples[4];
    sum = sum + d;
    squares = product_and_sum(d, d, squares);
  }
  const real4 over = widened(sum) * real(1.0 / 9), mean = widened(near.samples[4]) + over;
  const real4 deviation = square_root(most(widened(squares) * real(1.0 / 9) - over * over, splat(real(0))));
  Local local;
  local.mean = four(mean[0], mean[1], mean[2], real(0));
  local.deviation = four(deviation[0], deviation[1], deviation[2], real(0));
  return local;
}
/// Returns what Pass::neighbourhood stored of it.
FN Local stored_local(int i) {
  Local local;
  local.mean = load4(v.mean, i);
  local.deviation = load4(v.deviation, i);
  return local;
}
/// What Pass::neighbourhood stores in v.flow.
FN real4 flow_of(int x, int y, IN(CleanedNear) near, IN(DepthEdge) edge, real2 motion) {
  const bool dilate = is_dilated(edge);
  const real hidden = disoccluded(x, y, motion, dilate ? edge.depth : near.depths[4]);
  return four(motion.x, motion.y, dilate ? edge.amount : -edge.amount, hidden);
}
/// Writes mean, deviation and flow of render pixel (x, y); `motion` is that of index_of_motion().
FN void store_neighbourhood(int x, int y, IN(CleanedNear) near, IN(DepthEdge) edge, real2 motion) {
  const int i = index(v.render, x, y);
  const Local local = local_colors(near);
  const real4 flow = flow_of(x, y, near, edge, motion);
  store4(v.mean, i, four(local.mean[0], local.mean[1], local.mean[2], flow[3]));
  store4(v.deviation, i, four(local.deviation[0], local.deviation[1], local.deviation[2], edge.amount));
  store4(v.flow, i, flow);
}
/// Pass::neighbourhood at render pixel (x, y).
FN void neighbourhood(int x, int y) {
  const CleanedNear near = cleaned_near(x, y);
  const DepthEdge edge = depth_edge(near);
  store_neighbourhood(x, y, near, edge, load2(v.raw_motion, index_of_motion(x, y, edge)));
}
