// What moves: its surfels lie in a cube of their own, in the space of its model, and rays are brought there. Written
// once for C++, CUDA and GLSL.

FN real mover_number(int mover, int i) {
  return load1(v.mover_frames, mover * field_mover_size + i);
}
/// The point's place by the three rows from `first` on and what follows them.
FN real moved(int mover, int first, int row, real x, real y, real z) {
  const int i = first + 3 * row;
  return mover_number(mover, i) * x + mover_number(mover, i + 1) * y + mover_number(mover, i + 2) * z +
         mover_number(mover, first + 9 + row);
}
FN real turned(int mover, int row, real x, real y, real z) {
  return mover_number(mover, 3 * row) * x + mover_number(mover, 3 * row + 1) * y + mover_number(mover, 3 * row + 2) * z;
}

/// The first surfel of a mover that a ray meets after `after` and before `until`.
FN Hit hit_in_mover(IN(Ray) world, int mover, real after, real until) {
  const Hit none = no_hit();
  // Most rays pass by the sphere around it.
  const real sx = mover_number(mover, 29) - world.ox, sy = mover_number(mover, 30) - world.oy,
             sz = mover_number(mover, 31) - world.oz, radius = mover_number(mover, 32);
  const real along = sx * world.dx + sy * world.dy + sz * world.dz;
  if (sx * sx + sy * sy + sz * sz - along * along > radius * radius) return none;
  Ray ray;
  ray.ox = moved(mover, 0, 0, world.ox, world.oy, world.oz);
  ray.oy = moved(mover, 0, 1, world.ox, world.oy, world.oz);
  ray.oz = moved(mover, 0, 2, world.ox, world.oy, world.oz);
  ray.dx = turned(mover, 0, world.dx, world.dy, world.dz);
  ray.dy = turned(mover, 1, world.dx, world.dy, world.dz);
  ray.dz = turned(mover, 2, world.dx, world.dy, world.dz);
  const real ix = inverse_of(ray.dx), iy = inverse_of(ray.dy), iz = inverse_of(ray.dz);
  const real hx = absolute(mover_number(mover, 24) * ix), hy = absolute(mover_number(mover, 25) * iy),
             hz = absolute(mover_number(mover, 26) * iz);
  const real from = most(-ray.ox * ix - hx, most(-ray.oy * iy - hy, -ray.oz * iz - hz));
  const real to = least(-ray.ox * ix + hx, least(-ray.oy * iy + hy, -ray.oz * iz + hz));
  if (from >= to || to <= after || from >= until) return none;
  const real side = mover_number(mover, 27), brick_side = side * real(field_brick_side);
  const real half_side = brick_side * real(field_mover_bricks / 2);
  const int cube = int(mover_number(mover, 28));
  const int ax = ix > real(0) ? 1 : 0, ay = iy > real(0) ? 1 : 0, az = iz > real(0) ? 1 : 0;
  real t = most(from, most(after - real(1.01) * real(field_slack) * side, real(0)));
  for (int n = 0; n < 3 * field_mover_bricks && t < to; ++n) {
    const int bx = clamped(floor_int((ray.ox + ray.dx * t + half_side) / brick_side), 0, field_mover_bricks - 1);
    const int by = clamped(floor_int((ray.oy + ray.dy * t + half_side) / brick_side), 0, field_mover_bricks - 1);
    const int bz = clamped(floor_int((ray.oz + ray.dz * t + half_side) / brick_side), 0, field_mover_bricks - 1);
    const real lx = real(bx) * brick_side - half_side, ly = real(by) * brick_side - half_side,
               lz = real(bz) * brick_side - half_side;
    const real end = least((lx + real(ax) * brick_side - ray.ox) * ix,
                           least((ly + real(ay) * brick_side - ray.oy) * iy, (lz + real(az) * brick_side - ray.oz) * iz));
    const int place = (bz * field_mover_bricks + by) * field_mover_bricks + bx;
    const int word_place = cube * field_mover_words + (place >> 5);
    const uint word = load_count(v.mover_bits, word_place), bit = 1u << uint(place & 31);
    if ((word & bit) != 0u) {
      const int brick = int(load_count(v.mover_first, word_place)) + bits_in(word & (bit - 1u));
      Hit hit = nearest_in_brick(ray, ix, iy, iz, brick, lx, ly, lz, side, t, end, after);
      if (hit.surfel >= 0) {
        hit.mover = mover;
        if (hit.t < until) return hit;
        return none;
      }
    }
    t = most(end, t) + real(2e-3) * side;
  }
  return none;
}

/// The nearer one of a hit and what the ray meets of a mover.
FN Hit nearer_of(IN(Ray) ray, int mover, real after, IN(Hit) before) {
  const Hit hit = hit_in_mover(ray, mover, after, before.surfel >= 0 ? before.t : real(1e9));
  if (hit.surfel >= 0) return hit;
  return before;
}
/// The first surfel after `after` of what stands still and of what moves.
FN Hit next_of_all(IN(Ray) ray, real after) {
  Hit hit = next_hit(ray, after, real(1e9));
  for (int m = 0; m < v.movers; ++m) hit = nearer_of(ray, m, after, hit);
  return hit;
}
