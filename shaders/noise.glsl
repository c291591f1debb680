// Noise for clouds, stars and foam, from numbers of cells alone.

// Jarzynski and Olano 2020, "Hash Functions for GPU Rendering": pcg2d. 0 to 1.
float cell_random(ivec2 cell) {
  uvec2 v = uvec2(cell) * 1664525u + 1013904223u;
  v.x += v.y * 1664525u;
  v.y += v.x * 1664525u;
  v ^= v >> 16u;
  v.x += v.y * 1664525u;
  return float((v.x ^ (v.x >> 16u)) >> 8) / 16777216.0;
}
// Perlin 2002, "Improving Noise", with values in place of gradients: 0 to 1.
float value_noise(vec2 p) {
  ivec2 i = ivec2(floor(p));
  vec2 f = fract(p), t = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
  return mix(mix(cell_random(i), cell_random(i + ivec2(1, 0)), t.x),
             mix(cell_random(i + ivec2(0, 1)), cell_random(i + ivec2(1, 1)), t.x), t.y);
}
