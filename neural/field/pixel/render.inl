// A pixel of a frame, as the rasterizer would have filled it. Written once for C++, CUDA and GLSL.

/// The ray of the jittered sample of a pixel. `per_depth`: how far along it one of depth along the view is.
struct PixelRay {
  Ray ray;
  real per_depth;
};
FN PixelRay ray_of(int x, int y) {
  const real a = ((real(x) + real(0.5) + v.jitter[0]) / real(v.grid.width) * real(2) - real(1)) * v.tangent[0];
  const real b = (real(1) - (real(y) + real(0.5) + v.jitter[1]) / real(v.grid.height) * real(2)) * v.tangent[1];
  const real dx = v.axes[0] * a + v.axes[3] * b - v.axes[6];
  const real dy = v.axes[1] * a + v.axes[4] * b - v.axes[7];
  const real dz = v.axes[2] * a + v.axes[5] * b - v.axes[8];
  PixelRay p;
  p.per_depth = square_root(dx * dx + dy * dy + dz * dz);
  const real k = real(1) / p.per_depth;
  p.ray.ox = v.eye[0];
  p.ray.oy = v.eye[1];
  p.ray.oz = v.eye[2];
  p.ray.dx = dx * k;
  p.ray.dy = dy * k;
  p.ray.dz = dz * k;
  return p;
}
/// What a ray has seen so far.
struct Seen {
  real4 color;         // in Y, by what is seen of it
  real transmittance;  // of what lies farther
  real most_seen;      // the largest share that one surfel has, its distance and its mover
  real t;
  int mover;
};
FN Seen nothing_seen() {
  Seen seen;
  seen.color = splat(real(0));
  seen.transmittance = real(1);
  seen.most_seen = real(0);
  seen.t = real(0);
  seen.mover = -1;
  return seen;
}
FN Seen behind(IN(Seen) before, real4 color, IN(Hit) hit) {
  Seen seen = before;
  const real opacity = color[3] > real(field_solid) ? real(1) : color[3];
  const real share = before.transmittance * opacity;
  seen.color = before.color + color * share;
  if (share > before.most_seen) {
    seen.most_seen = share;
    seen.t = hit.t;
    seen.mover = hit.mover;
  }
  seen.transmittance = before.transmittance * (real(1) - opacity);
  return seen;
}
/// A place in this frame's clip space, divided by w.
struct ClipPlace {
  real x, y, z;
};
/// Where a point of a mover was in the frame before, as this frame's camera sees it.
FN ClipPlace where_it_was(IN(Ray) ray, IN(Seen) seen) {
  const real px = ray.ox + ray.dx * seen.t, py = ray.oy + ray.dy * seen.t, pz = ray.oz + ray.dz * seen.t;
  const real x = moved(seen.mover, 12, 0, px, py, pz) - v.eye[0];
  const real y = moved(seen.mover, 12, 1, px, py, pz) - v.eye[1];
  const real z = moved(seen.mover, 12, 2, px, py, pz) - v.eye[2];
  const real along = most(-(v.axes[6] * x + v.axes[7] * y + v.axes[8] * z), v.near * real(1e-3));
  ClipPlace at;
  at.x = (v.axes[0] * x + v.axes[1] * y + v.axes[2] * z) / (along * v.tangent[0]);
  at.y = -(v.axes[3] * x + v.axes[4] * y + v.axes[5] * z) / (along * v.tangent[1]);
  at.z = v.near / along;
  return at;
}
/// Writes a pixel: colour, depth, motion, and how little its depth can be trusted.
FN void write_pixel(int x, int y, IN(PixelRay) p, IN(Seen) before) {
  const int i = y * v.grid.width + x;
  Seen seen = before;
  if (seen.transmittance <= real(field_clear)) {
    seen.color = seen.color * (real(1) / (real(1) - seen.transmittance));
    seen.most_seen = seen.most_seen / (real(1) - seen.transmittance);
    seen.transmittance = real(0);
  } else {
    seen.color = seen.color + sky_at(p.ray.dx, p.ray.dy, p.ray.dz) * seen.transmittance;
  }
  const bool is_sky = seen.transmittance > seen.most_seen;
  const real brightest = real(60000);
  store_half4(v.color, i,
              four(least(from_y(seen.color[0]) * v.brightness, brightest),
                   least(from_y(seen.color[1]) * v.brightness, brightest),
                   least(from_y(seen.color[2]) * v.brightness, brightest), real(1)));
  const real depth = is_sky ? real(0) : least(v.near * p.per_depth / seen.t, real(1));
  store_depth(v.depth, i, depth);
  const real px = real(x) + real(0.5) + v.jitter[0], py = real(y) + real(0.5) + v.jitter[1];
  const real cx = px / real(v.grid.width) * real(2) - real(1), cy = py / real(v.grid.height) * real(2) - real(1);
  ClipPlace at;
  at.x = cx;
  at.y = cy;
  at.z = depth;
  if (seen.mover >= 0 && !is_sky) at = where_it_was(p.ray, seen);
  const real w = v.to_previous[3] * at.x + v.to_previous[7] * at.y + v.to_previous[11] * at.z + v.to_previous[15];
  const real k = real(1) / most(w, real(1e-6));
  const real mx = (v.to_previous[0] * at.x + v.to_previous[4] * at.y + v.to_previous[8] * at.z + v.to_previous[12]) * k;
  const real my = (v.to_previous[1] * at.x + v.to_previous[5] * at.y + v.to_previous[9] * at.z + v.to_previous[13]) * k;
  store_motion(v.motion, i, (mx + real(1)) * real(0.5) * real(v.grid.width) - px,
               (my + real(1)) * real(0.5) * real(v.grid.height) - py);
  const real doubt = real(1) - most(seen.most_seen, seen.transmittance);
  store_share(v.reactive, i, clamped(doubt, real(0), real(1)));
}
FN real pixel_size() {
  return real(2) * v.tangent[1] / real(v.grid.height);
}

/// FieldPass::render at pixel (x, y).
FN void render(int x, int y) {
  const PixelRay p = ray_of(x, y);
  Seen seen = nothing_seen();
  real after = real(0);
  for (int n = 0; n < field_most_hits && seen.transmittance > real(field_clear); ++n) {
    const Hit hit = next_of_all(p.ray, after);
    if (hit.surfel < 0) break;
    seen = behind(seen, in_light(p.ray, hit, evaluate(p.ray, hit, pixel_size())), hit);
    after = hit.t;
  }
  write_pixel(x, y, p, seen);
}
