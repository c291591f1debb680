// Where a direction of the upper half lies in the sky map: the octahedron's upper half, turned so that it fills a
// square; the horizon is the square's edge (Cigolle et al. 2014, "A Survey of Efficient Representations for
// Independent Unit Vectors").
vec2 sky_map_place(vec3 direction) {
  vec2 p = direction.xz / max(abs(direction.x) + max(direction.y, 0.0) + abs(direction.z), 1e-9);
  return vec2(p.x + p.y, p.x - p.y) * 0.5 + 0.5;
}
vec3 sky_map_direction(vec2 place) {
  vec2 e = place * 2.0 - 1.0, p = vec2(e.x + e.y, e.x - e.y) * 0.5;
  return normalize(vec3(p.x, 1.0 - abs(p.x) - abs(p.y), p.y));
}
