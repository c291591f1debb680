// A ray through the bricks and voxels to the planes of the surfels. Written once for C++, CUDA and GLSL.

struct Ray {
  real ox, oy, oz;  // relative to the field's centre
  real dx, dy, dz;  // of length 1
};
/// Where a ray meets a surfel; `surfel` is below 0 where it meets none.
struct Hit {
  real t;
  int surfel;
  int cell;   // of the surfel
  int mover;  // in FieldView::mover_frames; -1: it stands still
};

/// The smallest cube around the centre that a place lies in; `field_cascades` outside of all.
FN int cascade_of(real x, real y, real z) {
  real m = most(absolute(x), most(absolute(y), absolute(z))) * real(1.001);
  real side = v.voxel * real(field_half);
  int c = 0;
  while (m >= side && c < field_cascades) {
    side = side * real(2);
    ++c;
  }
  return c;
}
FN real inverse_of(real d) {
  return real(1) / (absolute(d) > real(1e-9) ? d : (d < real(0) ? real(-1e-9) : real(1e-9)));
}
FN int brick_at(real p, real half_side, real inverse_side) {
  return clamped(floor_int((p + half_side) * inverse_side), 0, field_bricks - 1);
}

/// Where FieldView::distance has a brick: 4 x 4 x 4 of them are together, which is a line of a processor's cache.
FN int distance_place(int cascade, int x, int y, int z) {
  const int blocks = field_bricks / 4;
  const int block = ((cascade * blocks + (z >> 2)) * blocks + (y >> 2)) * blocks + (x >> 2);
  return block * 64 + (z & 3) * 16 + (y & 3) * 4 + (x & 3);
}

/// The cell of a surfel that a place lies in, which is given from the voxel's middle in voxels; below 0 where there is
/// none. `word` is the surfel's last number.
FN int cell_at(int word, real x, real y, real z) {
  const int axis = word >> 16;
  const real a = axis == 0 ? y : (axis == 1 ? z : x), b = axis == 0 ? z : (axis == 1 ? x : y);
  const real away = axis == 0 ? x : (axis == 1 ? y : z), reach = real(0.5) + real(field_cell_slack);
  if (absolute(away) > real(0.5) + real(field_slack) || absolute(a) > reach || absolute(b) > reach) return -1;
  const int cell = clamped(floor_int((a + real(0.5)) * real(field_cells)), 0, field_cells - 1) +
                   clamped(floor_int((b + real(0.5)) * real(field_cells)), 0, field_cells - 1) * field_cells;
  return ((word >> cell) & 1) == 1 ? cell : -1;
}

/// The nearest surfel of a full voxel that the ray meets after `after` and between two places; its distance replaces
/// hit.t only where it is nearer. (mx, my, mz) is the middle of the voxel.
FN Hit nearest_in_voxel(IN(Ray) ray, int voxel, real after, real from, real to, real mx, real my, real mz, real side) {
  Hit hit;
  hit.t = to;
  hit.surfel = -1;
  hit.cell = 0;
  hit.mover = -1;
  const real scale = real(1) / side;
  const int end = int(load_count(v.surfel_first, voxel + 1));
  for (int s = int(load_count(v.surfel_first, voxel)); s < end; ++s) {
    const int i = s * field_surfel_size;
    const real nx = load1(v.surfels, i), ny = load1(v.surfels, i + 1), nz = load1(v.surfels, i + 2);
    const real towards = nx * ray.dx + ny * ray.dy + nz * ray.dz;
    if (towards > real(-field_grazing)) continue;  // seen from behind, or from the side
    const real t = (load1(v.surfels, i + 3) - (nx * ray.ox + ny * ray.oy + nz * ray.oz)) / towards;
    if (t <= after || t < from || t > hit.t) continue;
    const int cell = cell_at(int(load1(v.surfels, i + 7)), (ray.ox + ray.dx * t - mx) * scale,
                             (ray.oy + ray.dy * t - my) * scale, (ray.oz + ray.dz * t - mz) * scale);
    if (cell < 0) continue;
    hit.cell = cell;
    hit.t = t;
    hit.surfel = s;
  }
  return hit;
}

/// The nearest surfel of a brick after `after`; the ray enters it at `t` and leaves it at `end`.
FN Hit nearest_in_brick(IN(Ray) ray, real ix, real iy, real iz, int brick, real lx, real ly, real lz, real side, real t,
                        real end, real after) {
  // A walk from voxel to voxel: Amanatides and Woo, "A Fast Voxel Traversal Algorithm for Ray Tracing", 1987.
  int x = clamped(floor_int((ray.ox + ray.dx * t - lx) / side), 0, field_brick_side - 1);
  int y = clamped(floor_int((ray.oy + ray.dy * t - ly) / side), 0, field_brick_side - 1);
  int z = clamped(floor_int((ray.oz + ray.dz * t - lz) / side), 0, field_brick_side - 1);
  const int sx = ix > real(0) ? 1 : -1, sy = iy > real(0) ? 1 : -1, sz = iz > real(0) ? 1 : -1;
  real nx = (lx + real(x + (sx > 0 ? 1 : 0)) * side - ray.ox) * ix;
  real ny = (ly + real(y + (sy > 0 ? 1 : 0)) * side - ray.oy) * iy;
  real nz = (lz + real(z + (sz > 0 ? 1 : 0)) * side - ray.oz) * iz;
  const real wx = absolute(side * ix), wy = absolute(side * iy), wz = absolute(side * iz);
  const real slack = real(field_slack) * side;
  Hit hit;
  hit.t = t;
  hit.surfel = -1;
  hit.cell = 0;
  hit.mover = -1;
  for (int n = 0; n < 3 * field_brick_side; ++n) {
    const real next = least(nx, least(ny, nz));
    const int voxel = (z * field_brick_side + y) * field_brick_side + x;
    const uint word = load_count(v.voxel_bits, brick * 16 + (voxel >> 5));
    const uint bit = 1u << uint(voxel & 31);
    if ((word & bit) != 0u && next + slack > after) {
      const int index = int(load_count(v.voxel_first, brick * 16 + (voxel >> 5))) + bits_in(word & (bit - 1u));
      hit = nearest_in_voxel(ray, index, after, t - slack, next + slack, lx + (real(x) + real(0.5)) * side,
                             ly + (real(y) + real(0.5)) * side, lz + (real(z) + real(0.5)) * side, side);
      if (hit.surfel >= 0) return hit;
    }
    t = next;
    if (t >= end) break;
    // No branches: nobody can guess the axis.
    const bool by_x = nx <= ny && nx <= nz, by_y = !by_x && ny <= nz, by_z = !by_x && !by_y;
    x += by_x ? sx : 0;
    y += by_y ? sy : 0;
    z += by_z ? sz : 0;
    nx += by_x ? wx : real(0);
    ny += by_y ? wy : real(0);
    nz += by_z ? wz : real(0);
    if (((x | y | z) & ~(field_brick_side - 1)) != 0) break;
  }
  hit.surfel = -1;
  return hit;
}

FN Hit no_hit() {
  Hit none;
  none.t = real(0);
  none.surfel = -1;
  none.cell = 0;
  none.mover = -1;
  return none;
}
/// Where a ray that has met something goes on: a little back, since the same voxel may hold the next hit too.
FN real first_place(IN(Ray) ray, real after) {
  const int c = cascade_of(ray.ox + ray.dx * after, ray.oy + ray.dy * after, ray.oz + ray.dz * after);
  return most(real(0), after - real(1.01) * real(field_slack) * v.voxel * real(1 << c));
}

/// One leap of a ray: to where it leaves the bricks around a place that are known to be empty, or a full one.
struct Step {
  real lx, ly, lz;  // the full brick's corner
  real side;        // of a voxel
  real end;         // of the leap
  int brick;        // below 0: there is none
};
FN Step step_at(IN(Ray) ray, real ix, real iy, real iz, real t, int c) {
  Step step;
  step.side = v.voxel * real(1 << c);
  const real half_side = step.side * real(field_half), brick_side = step.side * real(field_brick_side);
  const real inverse_side = real(1) / brick_side;
  const int bx = brick_at(ray.ox + ray.dx * t, half_side, inverse_side),
            by = brick_at(ray.oy + ray.dy * t, half_side, inverse_side),
            bz = brick_at(ray.oz + ray.dz * t, half_side, inverse_side);
  const int apart = int(load_byte(v.distance, distance_place(c, bx, by, bz)));
  const int room = apart > 1 ? apart - 1 : 0, wide = 2 * room + 1;
  const int ax = ix > real(0) ? 1 : 0, ay = iy > real(0) ? 1 : 0, az = iz > real(0) ? 1 : 0;
  step.end = least((real(bx - room + ax * wide) * brick_side - half_side - ray.ox) * ix,
                   least((real(by - room + ay * wide) * brick_side - half_side - ray.oy) * iy,
                         (real(bz - room + az * wide) * brick_side - half_side - ray.oz) * iz));
  step.lx = real(bx) * brick_side - half_side;
  step.ly = real(by) * brick_side - half_side;
  step.lz = real(bz) * brick_side - half_side;
  step.brick = -1;
  if (apart > 0) return step;
  const int place = ((c * field_bricks + bz) * field_bricks + by) * field_bricks + bx;
  const uint word = load_count(v.brick_bits, place >> 5), bit = 1u << uint(place & 31);
  if ((word & bit) != 0u) step.brick = int(load_count(v.brick_first, place >> 5)) + bits_in(word & (bit - 1u));
  return step;
}

/// The first surfel after `after`, and not far beyond `until`.
FN Hit next_hit(IN(Ray) ray, real after, real until) {
  const real ix = inverse_of(ray.dx), iy = inverse_of(ray.dy), iz = inverse_of(ray.dz);
  real t = after > real(0) ? first_place(ray, after) : real(0);
  for (int n = 0; n < field_most_steps && t < until; ++n) {
    const int c = cascade_of(ray.ox + ray.dx * t, ray.oy + ray.dy * t, ray.oz + ray.dz * t);
    if (c >= field_cascades) break;
    const Step step = step_at(ray, ix, iy, iz, t, c);
    if (step.brick >= 0) {
      const Hit hit = nearest_in_brick(ray, ix, iy, iz, step.brick, step.lx, step.ly, step.lz, step.side, t, step.end, after);
      if (hit.surfel >= 0) return hit;
    }
    t = most(step.end, t) + real(2e-3) * step.side;
  }
  return no_hit();
}
