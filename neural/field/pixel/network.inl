// What the field is at a place: features of a grid, and a small network. Written once for C++, CUDA and GLSL.
//
// The grid is that of T. Mueller et al., "Instant Neural Graphics Primitives with a Multiresolution Hash Encoding", 2022.

/// A place in the space that the grid covers, 0 to 1 on each axis, and how much of its side a pixel sees there.
struct Place {
  real x, y, z;
  real footprint;
  int space;  // 0: what stands still; else the cube of a mover, whose entries have other hashes
};
FN real cells_of(int level) {
  TABLE8(cells, real(32), real(71), real(156), real(345), real(761), real(1680), real(3710), real(8192));
  return cells[level];
}
/// Whether a level has an entry for each of its corners, and needs no hash.
FN bool dense_level(int level) {
  return level == 0;
}
/// A place relative to the centre, drawn together outside of the finest cube: J. Barron et al., "Mip-NeRF 360", 2022,
/// by the largest coordinate. `seen` is what a pixel sees of the surface there.
FN Place place_of(real x, real y, real z, real seen) {
  const real scale = real(1) / (v.voxel * real(field_half));
  const real m = most(absolute(x), most(absolute(y), absolute(z))) * scale;
  const real k = m > real(1) ? (real(2) - real(1) / m) / m : real(1);
  Place p;
  p.x = (x * scale * k + real(2)) * real(0.25);
  p.y = (y * scale * k + real(2)) * real(0.25);
  p.z = (z * scale * k + real(2)) * real(0.25);
  p.footprint = seen * scale * real(0.25) / (m > real(1) ? m * m : real(1));
  p.space = 0;
  return p;
}
/// How much a level counts at a place. A level without a hash has no entries for movers.
FN real level_weight(int level, IN(Place) p) {
  if (p.space != 0 && dense_level(level)) return real(0);
  return least(real(field_detail) / (cells_of(level) * p.footprint) - real(field_detail_bias), real(1));
}
/// The entry of a corner of a cell.
FN int entry_of(int level, int x, int y, int z, int space) {
  if (dense_level(level)) {
    const int side = int(cells_of(level)) + 1;
    return (z * side + y) * side + x;
  }
  return int((uint(x) ^ (uint(y) * 2654435761u) ^ (uint(z) * 805459861u) ^ (uint(space) * 3674653429u)) &
             uint(field_entries - 1));
}
/// Corner k of the cell around a place: its entry and its share of the value.
struct Corner {
  int entry;
  real share;
};
FN Corner corner_of(int level, IN(Place) p, int k) {
  const real cells = cells_of(level);
  const int x = floor_int(p.x * cells), y = floor_int(p.y * cells), z = floor_int(p.z * cells);
  const real fx = p.x * cells - real(x), fy = p.y * cells - real(y), fz = p.z * cells - real(z);
  const int kx = k & 1, ky = (k >> 1) & 1, kz = k >> 2;
  Corner corner;
  corner.entry = level * field_entries + entry_of(level, x + kx, y + ky, z + kz, p.space);
  corner.share = (kx == 1 ? fx : real(1) - fx) * (ky == 1 ? fy : real(1) - fy) * (kz == 1 ? fz : real(1) - fz);
  return corner;
}

/// The network's inputs beside the grid's features: 1, direction, its spherical harmonics of the second degree, normal,
/// reflection, and the size of what is seen. `n` counts from 0 to 15.
FN real seen_input(IN(Ray) ray, int surfel, real seen, int n) {  // the ray in the space of the surfel
  const int i = surfel * field_surfel_size;
  const real nx = load1(v.surfels, i), ny = load1(v.surfels, i + 1), nz = load1(v.surfels, i + 2);
  const real along = real(2) * (nx * ray.dx + ny * ray.dy + nz * ray.dz);
  if (n == 0) return real(1);
  if (n == 1) return ray.dx;
  if (n == 2) return ray.dy;
  if (n == 3) return ray.dz;
  if (n == 4) return ray.dx * ray.dy;
  if (n == 5) return ray.dy * ray.dz;
  if (n == 6) return ray.dx * ray.dz;
  if (n == 7) return ray.dx * ray.dx - ray.dz * ray.dz;
  if (n == 8) return real(3) * ray.dy * ray.dy - real(1);
  if (n == 9) return nx;
  if (n == 10) return ny;
  if (n == 11) return nz;
  if (n == 12) return ray.dx - nx * along;
  if (n == 13) return ray.dy - ny * along;
  if (n == 14) return ray.dz - nz * along;
  return log_two(seen / v.voxel) * real(0.25);
}

/// The ray's direction in the space of what was hit.
FN Ray looking_at(IN(Ray) ray, IN(Hit) hit) {
  if (hit.mover < 0) return ray;
  Ray looking = ray;
  looking.dx = turned(hit.mover, 0, ray.dx, ray.dy, ray.dz);
  looking.dy = turned(hit.mover, 1, ray.dx, ray.dy, ray.dz);
  looking.dz = turned(hit.mover, 2, ray.dx, ray.dy, ray.dz);
  return looking;
}
/// The place of a hit. A mover's voxels are as large there as the finest ones of what stands still.
FN Place place_of_hit(IN(Ray) ray, IN(Hit) hit, real pixel) {
  const real x = ray.ox + ray.dx * hit.t, y = ray.oy + ray.dy * hit.t, z = ray.oz + ray.dz * hit.t;
  if (hit.mover < 0) return place_of(x, y, z, hit.t * pixel);
  const real scale = real(0.25) / (mover_number(hit.mover, 27) * real(field_half));
  Place p;
  p.x = real(0.5) + moved(hit.mover, 0, 0, x, y, z) * scale;
  p.y = real(0.5) + moved(hit.mover, 0, 1, x, y, z) * scale;
  p.z = real(0.5) + moved(hit.mover, 0, 2, x, y, z) * scale;
  p.footprint = hit.t * pixel * scale;
  p.space = int(mover_number(hit.mover, 28)) + 1;
  return p;
}

// A Row holds what goes from layer to layer, 64 numbers of one hit; each language says where (row_at, set_row).

/// All inputs of the network for a hit; `pixel` is the size of a pixel at distance 1.
FN void gather_inputs(IN(Ray) ray, IN(Hit) hit, real pixel, IN(Place) place, INOUT(Row) row) {
  for (int level = 0; level < field_levels; ++level) {
    const real weight = level_weight(level, place);
    real4 sum = splat(real(0));
    if (weight > real(0))
      for (int k = 0; k < 8; ++k) {
        const Corner corner = corner_of(level, place, k);
        sum = sum + load4(v.features, corner.entry) * (corner.share * weight);
      }
    UNROLL
    for (int f = 0; f < field_level_width; ++f) set_row(row, level * field_level_width + f, sum[f]);
  }
  const Ray looking = looking_at(ray, hit);
  for (int n = 0; n < field_inputs - field_features; ++n)
    set_row(row, field_features + n, seen_input(looking, hit.surfel, hit.t * pixel, n));
}
/// Puts a layer's 64 outputs, with the negative ones as zero, in the place of its inputs.
FN void layer(INOUT(Row) row, int first_weight, int inputs) {
  real4 sums[field_hidden / 4];
  UNROLL
  for (int j = 0; j < field_hidden / 4; ++j) sums[j] = splat(real(0));
  ROLLED
  for (int i = 0; i < inputs; ++i) {
    const real x = row_at(row, i);
    const int w = (first_weight + i * field_hidden) / 4;
    UNROLL
    for (int j = 0; j < field_hidden / 4; ++j) sums[j] = sums[j] + load_fours(v.weights, w + j) * x;
  }
  UNROLL
  for (int j = 0; j < field_hidden / 4; ++j) {
    const real4 sum = most(sums[j], splat(real(0)));
    UNROLL
    for (int c = 0; c < 4; ++c) set_row(row, 4 * j + c, sum[c]);
  }
}
FN void first_layer(INOUT(Row) row) {
  layer(row, field_first_weights, field_inputs);
}
FN void second_layer(INOUT(Row) row) {
  layer(row, field_second_weights, field_hidden);
}
/// A residual of colour in Y, and what the opacity is made of.
FN real4 last_layer(IN(Row) row) {
  real4 sum = splat(real(0));
  ROLLED
  for (int i = 0; i < field_hidden; ++i)
    sum = sum + load_fours(v.weights, (field_last_weights + i * field_outputs) / 4) * row_at(row, i);
  return sum;
}
FN real opacity_of(real x) {
  return real(1) / (real(1) + exponential(-(x + real(field_opacity_bias))));
}
/// Colour in Y and opacity of a surfel, with what the network adds.
FN real4 shown(IN(Hit) hit, real4 result) {
  const int i = hit.surfel * field_surfel_size + 4;
  return four(load1(v.surfels, i) + result[0], load1(v.surfels, i + 1) + result[1],
              load1(v.surfels, i + 2) + result[2], opacity_of(result[3]));
}
/// Whether a hit shows its surfel alone.
FN bool is_plain(IN(Hit) hit) {
  return v.untrained != 0 || (hit.mover >= 0 && v.movers_learned == 0);
}
FN real4 evaluate(IN(Ray) ray, IN(Hit) hit, real pixel) {
  if (is_plain(hit)) return shown(hit, four(real(0), real(0), real(0), real(100)));
  Row row = own_row();
  gather_inputs(ray, hit, pixel, place_of_hit(ray, hit, pixel), row);
  first_layer(row);
  second_layer(row);
  return shown(hit, last_layer(row));
}

/// Where a direction lies in the table of the sky, 0 to side - 1: over the octahedron (Cigolle et al., "A Survey of
/// Efficient Representations for Independent Unit Vectors", 2014).
struct SkyPlace {
  real x, z;
};
FN SkyPlace sky_place(real dx, real dy, real dz) {
  const real sum = absolute(dx) + absolute(dy) + absolute(dz);
  real x = dx / sum, z = dz / sum;
  if (dy < real(0)) {
    const real a = (real(1) - absolute(z)) * (x >= real(0) ? real(1) : real(-1));
    z = (real(1) - absolute(x)) * (z >= real(0) ? real(1) : real(-1));
    x = a;
  }
  SkyPlace place;
  place.x = (x + real(1)) * real(0.5) * real(field_sky_side - 1);
  place.z = (z + real(1)) * real(0.5) * real(field_sky_side - 1);
  return place;
}
/// The sky's colour in Y in a direction.
FN real4 sky_at(real dx, real dy, real dz) {
  const SkyPlace place = sky_place(dx, dy, dz);
  const real px = place.x, pz = place.z;
  const int i = clamped(floor_int(px), 0, field_sky_side - 2), j = clamped(floor_int(pz), 0, field_sky_side - 2);
  const real fx = px - real(i), fz = pz - real(j);
  real4 result = splat(real(0));
  for (int k = 0; k < 4; ++k) {
    const int at = ((j + (k >> 1)) * field_sky_side + i + (k & 1)) * 4;
    const real share = ((k & 1) == 1 ? fx : real(1) - fx) * ((k >> 1) == 1 ? fz : real(1) - fz);
    result = result + four(load1(v.sky, at), load1(v.sky, at + 1), load1(v.sky, at + 2), real(0)) * share;
  }
  return result;
}
