// Colours, and the sun's shadow of what roams. Written once for C++, CUDA and GLSL.

FN real from_y(real y) {
  return (power_of_two(real(8) * most(y, real(0))) - real(1)) * real(1.0 / 32);
}
FN real into_y(real linear) {
  return log_two(real(1) + real(32) * most(linear, real(0))) * real(0.125);
}

/// A ray towards a place, from so far on the sun's side of it: surfels have one side only, and views see that one.
FN Ray from_sun(real px, real py, real pz, real far) {
  Ray ray;
  ray.ox = px + v.sun[0] * far;
  ray.oy = py + v.sun[1] * far;
  ray.oz = pz + v.sun[2] * far;
  ray.dx = -v.sun[0];
  ray.dy = -v.sun[1];
  ray.dz = -v.sun[2];
  return ray;
}
/// Whether a mover stands between a place and the sun.
FN bool stands_before_sun(real px, real py, real pz, int mover) {
  const real x = mover_number(mover, 29) - px, y = mover_number(mover, 30) - py, z = mover_number(mover, 31) - pz,
             radius = mover_number(mover, 32);
  const real along = x * v.sun[0] + y * v.sun[1] + z * v.sun[2];
  if (along < -radius || x * x + y * y + z * z - along * along > radius * radius) return false;
  const real far = along + radius;
  return hit_in_mover(from_sun(px, py, pz, far), mover, real(0), far - real(2) * mover_number(mover, 27)).surfel >= 0;
}
/// Whether what stands still lets the sun through to a place on a surface.
FN bool sun_reaches(real px, real py, real pz) {
  const real near = real(6) * v.voxel * real(1 << least(cascade_of(px, py, pz), field_cascades - 1));
  const real far = v.voxel * real(field_half), until = far - near;
  const Hit hit = next_hit(from_sun(px, py, pz, far), real(0), until);
  return hit.surfel < 0 || hit.t > until;
}
/// A hit's colour in Y, darker where something that roams takes the sun away: its shadow is not in what was learned.
FN real4 in_light(IN(Ray) ray, IN(Hit) hit, real4 color) {
  if (v.casters == 0 || hit.mover >= 0) return color;
  const int i = hit.surfel * field_surfel_size;
  const real facing = load1(v.surfels, i) * v.sun[0] + load1(v.surfels, i + 1) * v.sun[1] + load1(v.surfels, i + 2) * v.sun[2];
  if (facing <= real(0)) return color;
  const real px = ray.ox + ray.dx * hit.t, py = ray.oy + ray.dy * hit.t, pz = ray.oz + ray.dz * hit.t;
  bool dark = false;
  for (int m = v.movers; m < v.movers + v.casters && !dark; ++m) dark = stands_before_sun(px, py, pz, m);
  if (!dark || !sun_reaches(px, py, pz)) return color;
  return four(into_y(from_y(color[0]) / (real(1) + v.sun_share[0] * facing)),
              into_y(from_y(color[1]) / (real(1) + v.sun_share[1] * facing)),
              into_y(from_y(color[2]) / (real(1) + v.sun_share[2] * facing)), color[3]);
}
