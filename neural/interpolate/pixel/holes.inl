// Fills cells that neither frame saw. Written once for C++, CUDA and GLSL.

/// Pass::fill at render pixel (x, y): a hole shows the farthest of the surfaces around it, as what was hidden lies
/// behind what hid it.
FN void fill(int x, int y) {
  const int i = index(v.render, x, y);
  int from = i;
  if (load_fours(v.surface, i)[3] == 0) {
    real farthest = real(2);
    for (int distance = 1; distance <= farthest_fill && farthest > 1; ++distance)
      for (int n = 0; n < 9; ++n) {
        const int cx = x + distance * (n % 3 - 1), cy = y + distance * (n / 3 - 1);
        if (cx < 0 || cy < 0 || cx >= v.render.width || cy >= v.render.height) continue;
        const int candidate = index(v.render, cx, cy);
        const real4 surface = load_fours(v.surface, candidate);
        if (surface[3] == 0 || surface[0] >= farthest) continue;
        farthest = surface[0];
        from = candidate;
      }
  }
  store_count(v.chosen, i, uint(from));
}
