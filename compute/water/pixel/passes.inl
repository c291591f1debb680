// The passes of the family "water", written once for C++, CUDA and GLSL: waves on water of one depth, the linear
// shallow-water equations on a staggered grid (Arakawa and Lamb 1977, scheme C). A cell only ever gives its neighbour
// what that receives, so the volume stays; fluxes and levels take turns, so undamped waves keep their energy.
#include "compute/pixel/filters.inl"

/// Pass::wind at cell (x, y): cos(a + b - c) of the four waves, from tables of a by column, b by row and c now.
FN void wind(int x, int y) {
  const real4 cx = load_fours(v.columns, 2 * x), sx = load_fours(v.columns, 2 * x + 1);
  const real4 cy = load_fours(v.rows, 2 * y), sy = load_fours(v.rows, 2 * y + 1);
  const real4 c = cx * cy - sx * sy, s = sx * cy + cx * sy;
  const real p = dot(c, four(v.wave_cos[0], v.wave_cos[1], v.wave_cos[2], v.wave_cos[3])) +
                 dot(s, four(v.wave_sin[0], v.wave_sin[1], v.wave_sin[2], v.wave_sin[3]));
  store1(v.pressure, index(v.cells, x, y), p);
}

/// Pass::press at place (x, y) of the spot: a hull, a drop or a finger, as pressure. Water flows away from under it,
/// and its weight is in the pressure, not in the volume.
FN void press(int x, int y) {
  const int i = index(v.cells, v.spot_x + x, v.spot_y + y);
  const real dx = real(v.spot_x + x) - v.push_x, dy = real(v.spot_y + y) - v.push_y;
  const real along = dx * v.push_along[0] + dy * v.push_along[1];
  const real across = dx * v.push_across[0] + dy * v.push_across[1];
  const real inside = most(1 - along * along - across * across, real(0)), shape = inside * inside;
  store1(v.pressure, i,
         load1(v.pressure, i) + shape * (v.push_head + v.push_pitch * along + v.push_roll * across));
  store1(v.foam, i, least(load1(v.foam, i) + shape * v.push_foam * load1(v.open, i), real(1)));
}

/// The drag at a cell: the border swallows waves slowly, since a sudden drag would mirror them.
FN real drag_at(int x, int y) {
  const int edge = least(least(x, v.cells.width - 1 - x), least(y, v.cells.height - 1 - y));
  const real near = most(real(v.beach - edge), real(0)) / real(v.beach);
  return v.drag + v.beach_drag * near * near * near;
}
/// A flux after a step. Drag acts on the mean of before and after, which takes energy at any strength. A dying flux
/// becomes 0: processors are slow with the smallest numbers.
FN real next_flux(real before, real open, real fall, real drag) {
  const real flux = ((1 - drag) * before - v.coupling * open * fall) / (1 + drag);
  return absolute(flux) < real(1e-18) ? real(0) : flux;
}
/// Pass::flux at cell (x, y): along the fall of level and pressure to the next column and the next row. Nothing flows
/// out of the basin.
FN void flux(int x, int y) {
  const int i = index(v.cells, x, y);
  const real here = load1(v.height, i) + load1(v.pressure, i), open = load1(v.open, i), drag = drag_at(x, y);
  if (x + 1 < v.cells.width) {
    const int right = i + 1;
    store1(v.flux_x, i,
           next_flux(load1(v.flux_x, i), least(open, load1(v.open, right)),
                     load1(v.height, right) + load1(v.pressure, right) - here, drag));
  }
  if (y + 1 < v.cells.height) {
    const int below = i + v.cells.width;
    store1(v.flux_y, i,
           next_flux(load1(v.flux_y, i), least(open, load1(v.open, below)),
                     load1(v.height, below) + load1(v.pressure, below) - here, drag));
  }
}

/// How much of a wall the cell (x, y) is; the border is none.
FN real wall_at(int x, int y) {
  const int cx = clamped(x, 0, v.cells.width - 1), cy = clamped(y, 0, v.cells.height - 1);
  return 1 - load1(v.open, index(v.cells, cx, cy));
}
/// Pass::level at cell (x, y): the level rises by what flows in. Water that rises or falls fast foams, and beside a
/// wall sooner.
FN void level(int x, int y) {
  const int i = index(v.cells, x, y);
  real rise = -load1(v.flux_x, i) - load1(v.flux_y, i);
  if (x > 0) rise = rise + load1(v.flux_x, i - 1);
  if (y > 0) rise = rise + load1(v.flux_y, i - v.cells.width);
  store1(v.height, i, load1(v.height, i) + rise);
  const real wall = most(most(wall_at(x - 1, y), wall_at(x + 1, y)), most(wall_at(x, y - 1), wall_at(x, y + 1)));
  const real speed = absolute(rise) * v.rise_a_second;
  const real made = clamped((speed - (wall > real(0.9) ? real(0.09) : real(0.35))) * real(2), real(0), real(1));
  store1(v.foam, i, most(load1(v.foam, i) * v.foam_fade, made * load1(v.open, i)));
}

/// The level of a neighbour for a slope: a wall has the level of the water before it.
FN real level_beside(int x, int y, real here) {
  if (x < 0 || y < 0 || x >= v.cells.width || y >= v.cells.height) return here;
  const int i = index(v.cells, x, y);
  return load1(v.open, i) > 0 ? load1(v.height, i) : here;
}
/// Pass::surface at cell (x, y). A wall gets the mean level of the water beside it, since who draws interpolates.
FN void surface(int x, int y) {
  const int i = index(v.cells, x, y);
  real here = load1(v.height, i);
  if (!(load1(v.open, i) > 0)) {
    real sum = 0, count = 0;
    UNROLL
    for (int n = 0; n < 4; ++n) {
      const int nx = x + (n == 0 ? 1 : n == 1 ? -1 : 0), ny = y + (n == 2 ? 1 : n == 3 ? -1 : 0);
      if (nx < 0 || ny < 0 || nx >= v.cells.width || ny >= v.cells.height) continue;
      const int j = index(v.cells, nx, ny);
      if (!(load1(v.open, j) > 0)) continue;
      sum = sum + load1(v.height, j);
      count = count + 1;
    }
    here = count > 0 ? sum / count : real(0);
  }
  const real sx = (level_beside(x + 1, y, here) - level_beside(x - 1, y, here)) * v.slope_scale;
  const real sy = (level_beside(x, y + 1, here) - level_beside(x, y - 1, here)) * v.slope_scale;
  store_half4(v.drawn, i, four(here, sx, sy, load1(v.foam, i)));
}
