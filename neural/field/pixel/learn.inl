// A ray that is learned from, forward and backward. Written once for C++, CUDA and GLSL.

/// What the teacher saw along a ray.
struct Taught {
  Ray ray;
  real t;      // distance of the surface; 0: the sky
  real pixel;  // size of a pixel at distance 1
  real4 color;  // in Y
  int mover;    // in whose space the ray is; -1: it is in the field's
};
FN Taught taught(int r) {
  const int i = r * field_ray_size;
  Taught ray;
  ray.ray.ox = load1(v.rays, i);
  ray.ray.oy = load1(v.rays, i + 1);
  ray.ray.oz = load1(v.rays, i + 2);
  ray.t = load1(v.rays, i + 3);
  ray.ray.dx = load1(v.rays, i + 4);
  ray.ray.dy = load1(v.rays, i + 5);
  ray.ray.dz = load1(v.rays, i + 6);
  ray.pixel = load1(v.rays, i + 7);
  ray.color = four(load1(v.rays, i + 8), load1(v.rays, i + 9), load1(v.rays, i + 10), real(0));
  ray.mover = int(load1(v.rays, i + 11)) - 1;
  return ray;
}
FN real voxel_at(IN(Taught) ray, real t) {
  if (ray.mover >= 0) return mover_number(ray.mover, 27);
  const int c = cascade_of(ray.ray.ox + ray.ray.dx * t, ray.ray.oy + ray.ray.dy * t, ray.ray.oz + ray.ray.dz * t);
  return v.voxel * real(1 << least(c, field_cascades - 1));
}
/// How far a ray is followed: a little beyond what the teacher saw.
FN real last_place(IN(Taught) ray) {
  return ray.t > real(0) ? ray.t + real(2) * voxel_at(ray, ray.t) + real(0.02) * ray.t : real(1e9);
}
/// The opacity that the teacher asks for at a distance: 1 where it saw the surface, 0 before it; below 0 where it does
/// not say.
FN real wanted_opacity(IN(Taught) ray, IN(Hit) hit) {
  // A plane that a ray grazes is met far from where it should be.
  const int i = hit.surfel * field_surfel_size;
  const real towards = -(load1(v.surfels, i) * ray.ray.dx + load1(v.surfels, i + 1) * ray.ray.dy +
                         load1(v.surfels, i + 2) * ray.ray.dz);
  const real t = hit.t, near_surface = (real(0.65) + real(0.1) / towards) * voxel_at(ray, t) + real(0.005) * t;
  if (ray.t <= real(0) || t < ray.t - near_surface * real(1.5)) return real(0);
  return absolute(t - ray.t) < near_surface ? real(1) : real(-1);
}
/// What FieldView::verdicts has of a hit: 1, the teacher saw a surface there; 2, it saw through; 0, it does not say.
FN uint verdict_of(IN(Taught) ray, IN(Hit) hit) {
  const real wanted = wanted_opacity(ray, hit);
  const uint says = wanted > real(0.5) ? 1u : (wanted < real(0) ? 0u : 2u);
  return uint(hit.surfel) | (uint(hit.cell) << 26u) | (says << 30u);
}
/// The loss of opacity, a cross-entropy, and its slope by the network's output.
FN real opacity_loss(real wanted, real opacity) {
  if (wanted < real(0)) return real(0);
  const real right = wanted > real(0) ? opacity : real(1) - opacity;
  return -real(field_opacity_loss) * log_two(most(right, real(1e-6))) / real(1.44269504088896);
}
FN real opacity_slope(real wanted, real opacity) {
  return wanted < real(0) ? real(0) : real(field_opacity_loss) * (opacity - wanted);
}

/// The gradients of one hit's evaluation, from those of its four outputs: of the features, and added to those of the
/// weights in chunk `chunk`.
FN void learn_hit(IN(Ray) ray, IN(Hit) hit, real pixel, int slot, int chunk, real4 slope) {
  Row inputs = own_row();
  real back[field_hidden];
  gather_inputs(ray, hit, pixel, place_of_hit(ray, hit, pixel), inputs);
  Row hidden = inputs;
  first_layer(hidden);
  Row last = hidden;
  second_layer(last);
  const int sums = chunk * field_weights;
  for (int i = 0; i < field_hidden; ++i) {
    const int w = field_last_weights + i * field_outputs;
    real sum = real(0);
    for (int o = 0; o < 4; ++o) {
      sum += slope[o] * load1(v.weights, w + o);
      add_to(v.weight_gradient, sums + w + o, slope[o] * row_at(last, i));
    }
    back[i] = row_at(last, i) > real(0) ? sum : real(0);
  }
  for (int i = 0; i < field_hidden; ++i) {
    const int w = field_second_weights + i * field_hidden;
    real sum = real(0);
    for (int o = 0; o < field_hidden; ++o) {
      sum += back[o] * load1(v.weights, w + o);
      add_to(v.weight_gradient, sums + w + o, back[o] * row_at(hidden, i));
    }
    set_row(last, i, row_at(hidden, i) > real(0) ? sum : real(0));
  }
  for (int i = 0; i < field_inputs; ++i) {
    const int w = field_first_weights + i * field_hidden;
    real sum = real(0);
    for (int o = 0; o < field_hidden; ++o) {
      sum += row_at(last, o) * load1(v.weights, w + o);
      add_to(v.weight_gradient, sums + w + o, row_at(last, o) * row_at(inputs, i));
    }
    if (i < field_features) store1(v.feature_gradient, slot * field_features + i, sum);
  }
}

/// The sum of squared errors and of opacity's loss of one ray, and the slopes of the outputs of its hits.
FN real slopes_of(IN(Taught) ray, int count, IN_ARRAY(Hit, hits, field_ray_hits), IN_ARRAY(real4, colors, field_ray_hits),
                  OUT_ARRAY(real4, slopes, field_ray_hits)) {
  real before[field_ray_hits];
  real transmittance = real(1), loss = real(0);
  real4 sum = splat(real(0));
  for (int k = 0; k < count; ++k) {
    before[k] = transmittance;
    sum = sum + colors[k] * (transmittance * colors[k][3]);
    transmittance = transmittance * (real(1) - colors[k][3]);
    loss += opacity_loss(wanted_opacity(ray, hits[k]), colors[k][3]);
  }
  real4 rest = sky_at(ray.ray.dx, ray.ray.dy, ray.ray.dz) * transmittance;
  const real4 error = sum + rest - ray.color;
  for (int c = 0; c < 3; ++c) loss += error[c] * error[c];
  for (int k = count - 1; k >= 0; --k) {
    const real opacity = colors[k][3];
    const real share = before[k] * opacity;
    const real4 slope = error * (real(2) * share);
    // `rest` is the light from behind this hit as it arrives: as much more of it would, as the hit hides.
    const real hidden = real(1) / most(real(1) - opacity, real(1e-4));
    real by_opacity = real(0);
    for (int c = 0; c < 3; ++c)
      by_opacity += real(2) * error[c] * (before[k] * colors[k][c] - rest[c] * hidden);
    slopes[k] = four(slope[0], slope[1], slope[2],
                     by_opacity * opacity * (real(1) - opacity) + opacity_slope(wanted_opacity(ray, hits[k]), opacity));
    rest = rest + colors[k] * share;
  }
  return loss;
}

/// The next surfel that a taught ray meets.
FN Hit next_taught(IN(Taught) ray, real after, real until) {
  if (ray.mover >= 0) return hit_in_mover(ray.ray, ray.mover, after, until);
  return next_hit(ray.ray, after, until);
}

/// FieldPass::learn for ray r.
FN void learn(int r) {
  const Taught ray = taught(r);
  const real until = last_place(ray);
  Hit hits[field_ray_hits];
  real4 colors[field_ray_hits];
  real4 slopes[field_ray_hits];
  int count = 0;
  real after = real(0);
  while (count < field_ray_hits) {
    const Hit hit = next_taught(ray, after, until);
    if (hit.surfel < 0) break;
    hits[count] = hit;
    colors[count] = evaluate(ray.ray, hit, ray.pixel);
    after = hit.t;
    ++count;
    if (after > until) break;
  }
  store1(v.loss, r, slopes_of(ray, count, hits, colors, slopes));
  store_count(v.hits, r, uint(count));
  for (int k = 0; k < count; ++k) {
    const int slot = r * field_ray_hits + k;
    const Place place = place_of_hit(ray.ray, hits[k], ray.pixel);
    store_count(v.verdicts, slot, verdict_of(ray, hits[k]));
    store1(v.places, slot * 4, place.x);
    store1(v.places, slot * 4 + 1, place.y);
    store1(v.places, slot * 4 + 2, place.z);
    store1(v.places, slot * 4 + 3, place.footprint);
    store_count(v.spaces, slot, uint(place.space));
    learn_hit(ray.ray, hits[k], ray.pixel, slot, r / field_chunk_rays, slopes[k]);
  }
}
