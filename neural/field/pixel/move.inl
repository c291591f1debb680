// One step of Adam (D. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", 2014) for what the field learns,
// and averages over the last steps, from which frames are drawn. Written once for C++, CUDA and GLSL.

/// FieldPass::move_weights for weight i.
FN void move_weight(int i) {
  const int chunks = (v.grid.width + field_chunk_rays - 1) / field_chunk_rays;
  real g = real(0);
  for (int c = 0; c < chunks; ++c) g += load1(v.weight_gradient, c * field_weights + i);
  g = g * v.gradient_scale;
  const real b1 = real(field_first_decay), b2 = real(field_second_decay);
  const real m = b1 * load1(v.weight_state, i) + (real(1) - b1) * g;
  const real s = b2 * load1(v.weight_state, field_weights + i) + (real(1) - b2) * g * g;
  store1(v.weight_state, i, m);
  store1(v.weight_state, field_weights + i, s);
  const real w = load1(v.moved_weights, i) -
                 v.weight_rate * (m / v.correction[0]) / (square_root(s / v.correction[1]) + real(1e-10));
  store1(v.moved_weights, i, w);
  const int a = 2 * field_weights + i;
  const real average = load1(v.weight_state, a);
  store1(v.weight_state, a, average + (w - average) * v.weight_follow);
}

/// One step for an entry of the grid, without Adam's correction for the first steps: they are small.
FN void move_entry(int e, real4 g) {
  const int i = e * 4;
  const real b1 = real(field_first_decay), b2 = real(field_second_decay);
  const real4 m = load_fours(v.entries, i + 1) * b1 + g * (real(1) - b1);
  const real4 s = load_fours(v.entries, i + 2) * b2 + g * g * (real(1) - b2);
  const real4 root = square_root(s);
  const real4 value = load_fours(v.entries, i);
  real4 moved = value;
  moved = four(value[0] - v.entry_rate * m[0] / (root[0] + real(1e-8)),
               value[1] - v.entry_rate * m[1] / (root[1] + real(1e-8)),
               value[2] - v.entry_rate * m[2] / (root[2] + real(1e-8)),
               value[3] - v.entry_rate * m[3] / (root[3] + real(1e-8)));
  const real4 before = load_fours(v.entries, i + 3);
  const real4 average = before + (moved - before) * real(field_entry_follow);
  store_fours(v.entries, i, moved);
  store_fours(v.entries, i + 1, m);
  store_fours(v.entries, i + 2, s);
  store_fours(v.entries, i + 3, average);
  store4(v.moved_features, e, moved);
  store4(v.average_features, e, average);
}
FN bool is_zero(real4 a) {
  return a[0] == real(0) && a[1] == real(0) && a[2] == real(0) && a[3] == real(0);
}

/// FieldPass::move_features for a level. A hashed entry is moved each time that a hit used it; the entries of a dense
/// level, which many hits use, once by the sum.
FN void move_level(int level) {
  for (int r = 0; r < v.grid.width; ++r) {
    const int count = int(load_count(v.hits, r));
    for (int k = 0; k < count; ++k) {
      const int slot = r * field_ray_hits + k;
      Place place;
      place.x = load1(v.places, slot * 4);
      place.y = load1(v.places, slot * 4 + 1);
      place.z = load1(v.places, slot * 4 + 2);
      place.footprint = load1(v.places, slot * 4 + 3);
      place.space = int(load_count(v.spaces, slot));
      const real weight = level_weight(level, place);
      if (weight <= real(0)) continue;
      const real4 g = load_fours(v.feature_gradient, slot * field_levels + level) * (v.gradient_scale * weight);
      if (is_zero(g)) continue;
      for (int n = 0; n < 8; ++n) {
        const Corner corner = corner_of(level, place, n);
        const real4 part = g * corner.share;
        if (dense_level(level))
          store_fours(v.level_gradient, corner.entry, load_fours(v.level_gradient, corner.entry) + part);
        else
          move_entry(corner.entry, part);
      }
    }
  }
  if (!dense_level(level)) return;
  const int side = int(cells_of(level)) + 1;
  for (int n = 0; n < side * side * side; ++n) {
    const int e = level * field_entries + n;
    const real4 g = load_fours(v.level_gradient, e);
    if (is_zero(g)) continue;
    store_fours(v.level_gradient, e, splat(real(0)));
    move_entry(e, g);
  }
}
