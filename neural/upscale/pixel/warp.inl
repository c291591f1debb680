// The history at the place that each output pixel's surface came from. Written once for C++, CUDA and GLSL.

/// Where an output pixel lies among the jittered samples.
struct Place {
  real u, w;   // in render pixels
  int sx, sy;  // the nearest sample
};
FN Place place_of(int x, int y) {
  Place p;
  p.u = (real(x) + real(0.5)) * v.inverse_ratio[0];
  p.w = (real(y) + real(0.5)) * v.inverse_ratio[1];
  p.sx = clamped(floor_int(p.u - v.jitter[0]), 0, v.render.width - 1);
  p.sy = clamped(floor_int(p.w - v.jitter[1]), 0, v.render.height - 1);
  return p;
}

/// Where an output pixel's surface was in the previous frame.
struct PastPlace {
  real x, y;  // in the previous output's pixels
  bool there;
};
/// True where the samples around the nearest one lie in the picture.
FN bool place_inside(IN(Place) p) {
  return p.sx >= 1 && p.sy >= 1 && p.sx + 1 < v.render.width && p.sy + 1 < v.render.height;
}
/// Returns the neighbours on an axis of a position near a place's sample, which is limited to the picture where
/// it is not `inside`.
FN Linear neighbours(real position, int size, bool inside) {
  if (!inside) return linear(position, size);
  Linear l;
  l.lower = floor_int(position - real(0.5));
  l.upper = l.lower + 1;
  l.weight = position - real(0.5) - real(l.lower);
  return l;
}
/// At a depth edge the motion is dilated; elsewhere it is the surfaces' own, bilinear between the samples. Where
/// `inside`, place_inside() is true.
FN PastPlace past_place(IN(Place) p, int x, int y, bool inside) {
  const real4 flow = load4(v.flow, index(v.render, p.sx, p.sy));
  real mx = flow[0], my = flow[1];
  if (flow[2] <= 0) {
    const Linear ax = neighbours(p.u - v.jitter[0], v.render.width, inside),
                 ay = neighbours(p.w - v.jitter[1], v.render.height, inside);
    const int first = index(v.render, ax.lower, ay.lower);
    const real2 a = load2(v.raw_motion, first),
                b = load2(v.raw_motion, inside ? first + 1 : index(v.render, ax.upper, ay.lower)),
                c = load2(v.raw_motion, inside ? first + v.render.width : index(v.render, ax.lower, ay.upper)),
                d = load2(v.raw_motion, inside ? first + v.render.width + 1 : index(v.render, ax.upper, ay.upper));
    const real wb = ax.weight * (1 - ay.weight), wd = ax.weight * ay.weight, wc = ay.weight - wd;
    const real wa = 1 - wb - wc - wd;
    mx = wa * a.x + wb * b.x + wc * c.x + wd * d.x;
    my = wa * a.y + wb * b.y + wc * c.y + wd * d.y;
  }
  PastPlace past;
  past.x = (real(x) + real(0.5) + mx * v.ratio[0]) * v.past_ratio[0];
  past.y = (real(y) + real(0.5) + my * v.ratio[1]) * v.past_ratio[1];
  past.there = v.reset == 0 && past.x >= 0 && past.y >= 0 && past.x <= real(v.past_output.width) &&
               past.y <= real(v.past_output.height);
  return past;
}

/// Returns the share of the history's count that survives where surfaces appear or cannot be followed, by what
/// Pass::neighbourhood stored.
FN real stored_trust(int s) {
  return (1 - load_lane(v.mean, s, 3)) * (1 - load_lane(v.sample, s, 3));
}

/// Stores the history of an output pixel and its count.
FN void store_history_apart(int x, int y, real4 history, real count) {
  const int i = index(v.output, x, y);
  store4(v.warped, i, history);
  store_stored1(v.warped_count, i, count);
}
/// Writes the history of an output pixel whose nearest sample is s.
FN void store_warped(int x, int y, int s, IN(FilteredHistory) past) {
  const real k = exposed_again(past.sharp, v.exposure_ratio);
  store_history(x, y, four(past.sharp[0], past.sharp[1], past.sharp[2], past.sharp[0] - past.bilinear[0]) * k,
                past.bilinear[3] * trust(s));
}
/// The same with its place in the past; without one, the history is the local mean.
FN void warp_from(int x, int y, int s, IN(PastPlace) past) {
  if (past.there) {
    store_warped(x, y, s, filtered_history(history_taps(past.x, past.y)));
    return;
  }
  const real4 mean = local_at(s % v.render.width, s / v.render.width, s).mean;
  store_history(x, y, four(mean[0], mean[1], mean[2], real(0)), real(0));
}
/// Pass::warp at any output pixel.
FN_COLD void warp_anywhere(int x, int y) {
  const Place p = place_of(x, y);
  warp_from(x, y, index(v.render, p.sx, p.sy), past_place(p, x, y, false));
}
/// Pass::warp at output pixel (x, y). Most pixels lie between samples of the picture and have a past whose
/// texels all lie in it.
FN void warp(int x, int y) {
  const Place p = place_of(x, y);
  if (!place_inside(p)) {
    warp_slowly(x, y);
    return;
  }
  const PastPlace past = past_place(p, x, y, true);
  const HistoryTaps taps = history_taps(past.x, past.y);
  if (!past.there || !taps_inside(taps)) {
    warp_slowly(x, y);
    return;
  }
  store_warped(x, y, index(v.render, p.sx, p.sy), filter_taps(taps, true));
}
