// What is seen between two frames at each render pixel: both frames' samples are moved to the moment between, by
// the exact cameras where they stand still in the world, else by their motion. Written once for C++, CUDA and GLSL.

/// A place in another camera's picture.
struct Sight {
  real x, y;   // render pixels of B
  real depth;  // reversed
  bool there;  // in front of the camera
};
/// Where a point of one camera's picture is seen by another camera, if it stands still in the world.
FN Sight seen_by(IN_ARRAY(real, m, 16), real x, real y, real depth) {
  const real nx = 2 * x / real(v.render.width) - 1, ny = 2 * y / real(v.render.height) - 1;
  const real w = m[3] * nx + m[7] * ny + m[11] * depth + m[15];
  Sight s;
  s.there = w > real(1e-6);
  const real k = real(1) / (s.there ? w : real(1));
  s.x = ((m[0] * nx + m[4] * ny + m[8] * depth + m[12]) * k + 1) * real(0.5) * real(v.render.width);
  s.y = ((m[1] * nx + m[5] * ny + m[9] * depth + m[13]) * k + 1) * real(0.5) * real(v.render.height);
  s.depth = most((m[2] * nx + m[6] * ny + m[10] * depth + m[14]) * k, real(0));
  return s;
}

/// Returns a component of motion that is a number and not absurd.
FN real clean_component(real m) {
  return is_number(m) ? clamped(m, real(-16384), real(16384)) : real(0);
}
/// Pass::take at output pixel (x, y): B's picture as working colour.
FN void take(int x, int y) {
  const int i = index(v.output, x, y);
  const real4 light = load_half4(v.picture, i);
  const real top = real(brightest);
  const real4 rgb = four(clamped(light[0], real(0), top), clamped(light[1], real(0), top),
                         clamped(light[2], real(0), top), real(0));
  store4(v.colors, i, to_working(rgb));
}
/// Pass::look at render pixel (x, y): B's depth and motion, and whether the camera alone explains it.
FN void look(int x, int y) {
  const int i = index(v.render, x, y);
  const real raw = load1(v.depth, i), depth = is_number(raw) ? clamped(raw, real(0), real(1)) : real(0);
  const real2 motion = load_half2(v.motion, i);
  const real mx = clean_component(motion.x), my = clean_component(motion.y);
  const real px = real(x) + real(0.5) + v.jitter[0], py = real(y) + real(0.5) + v.jitter[1];
  const Sight past = seen_by(v.clip_to_past_clip, px, py, depth);
  const real tolerance = real(still_pixels) + real(still_share) * (absolute(mx) + absolute(my));
  const bool still = past.there && absolute(past.x - px - mx) < tolerance && absolute(past.y - py - my) < tolerance;
  store1(v.clean_depth, i, depth);
  store4(v.moves, i, four(mx, my, still ? real(1) : real(0), real(0)));
}

/// A sample of a frame as it is seen at T.
struct Cell {
  real x, y;                          // its place at T
  real ax, ay, bx, by;                // from there to its place in A and in B
  real depth, depth_in_a, depth_in_b;  // reversed
  bool there;
};
/// The sample of B's render pixel (x, y).
FN Cell cell_of(int x, int y) {
  const int i = index(v.render, x, y);
  const real4 move = load4(v.moves, i);
  const real depth = load1(v.clean_depth, i);
  const real px = real(x) + real(0.5) + v.jitter[0], py = real(y) + real(0.5) + v.jitter[1];
  Sight at;
  at.x = px + (1 - v.time) * move[0];
  at.y = py + (1 - v.time) * move[1];
  at.depth = depth;
  at.there = true;
  Sight past;
  past.x = px + move[0];
  past.y = py + move[1];
  past.depth = depth;
  if (move[2] != 0) {
    at = seen_by(v.clip_to_between, px, py, depth);
    past = seen_by(v.clip_to_past_clip, px, py, depth);
  }
  Cell c;
  c.x = at.x;
  c.y = at.y;
  c.ax = past.x - at.x;
  c.ay = past.y - at.y;
  c.bx = px - at.x;
  c.by = py - at.y;
  c.depth = at.depth;
  c.depth_in_a = past.depth;
  c.depth_in_b = depth;
  c.there = at.there;
  return c;
}
/// The sample of A's render pixel (x, y). What moved is taken to move on.
FN Cell past_cell_of(int x, int y) {
  const int i = index(v.past_render, x, y);
  const real4 move = load4(v.past_moves, i);
  const real depth = load1(v.past_depth, i);
  const real ux = quotient(real(1), v.past_render_ratio[0]), uy = quotient(real(1), v.past_render_ratio[1]);
  const real px = (real(x) + real(0.5) + v.past_jitter[0]) * ux, py = (real(y) + real(0.5) + v.past_jitter[1]) * uy;
  const real mx = move[0] * ux, my = move[1] * uy;
  Sight at;
  at.x = px - v.time * mx;
  at.y = py - v.time * my;
  at.depth = depth;
  at.there = true;
  Sight now;
  now.x = px - mx;
  now.y = py - my;
  now.depth = depth;
  if (move[2] != 0) {
    at = seen_by(v.past_clip_to_between, px, py, depth);
    now = seen_by(v.past_clip_to_clip, px, py, depth);
    if (!now.there) {  // behind B's camera: out of its picture
      now.x = real(-1e4);
      now.y = real(-1e4);
    }
  }
  Cell c;
  c.x = at.x;
  c.y = at.y;
  c.ax = px - at.x;
  c.ay = py - at.y;
  c.bx = now.x - at.x;
  c.by = now.y - at.y;
  c.depth = at.depth;
  c.depth_in_a = depth;
  c.depth_in_b = now.depth;
  c.there = at.there;
  return c;
}

/// A sample's key: nearer ones are larger. 0 is no key.
FN uint key_of(real depth, int i, int shift) {
  const int steps = int(float_bits(depth) >> uint(23 - mantissa_bits)) - (least_exponent << mantissa_bits);
  return uint(clamped(steps, 0, (1 << (32 - index_bits)) - 2) + 1) << uint(index_bits) | uint(i >> shift);
}
FN int key_depth(uint key) {
  return int(key >> uint(index_bits));
}
FN int key_index(uint key, int shift) {
  return int(key & ((1u << uint(index_bits)) - 1u)) << shift;
}
/// Gives a sample's key to the four cells around its place, which keep the nearest.
FN void spread(COUNTS hits, IN(Cell) c, uint key) {
  if (!c.there || !(c.x > -1 && c.y > -1 && c.x < real(v.render.width + 1) && c.y < real(v.render.height + 1)))
    return;
  const int left = floor_int(c.x - real(0.5)), top = floor_int(c.y - real(0.5));
  UNROLL
  for (int n = 0; n < 4; ++n) {
    const int x = left + (n & 1), y = top + (n >> 1);
    if (x >= 0 && y >= 0 && x < v.render.width && y < v.render.height) most_at(hits, index(v.render, x, y), key);
  }
}
/// Pass::spread_now at B's render pixel (x, y), and Pass::spread_past at A's.
FN void spread_now(int x, int y) {
  const Cell c = cell_of(x, y);
  spread(v.hits, c, key_of(c.depth, index(v.render, x, y), v.index_shift));
}
FN void spread_past(int x, int y) {
  const Cell c = past_cell_of(x, y);
  spread(v.past_hits, c, key_of(c.depth, index(v.past_render, x, y), v.past_index_shift));
}

FN bool one_surface(real a, real b) {
  return most(a, b) <= least(a, b) * real(same_surface) + real(1e-9);
}
FN real distance_to(IN(Cell) c, int x, int y) {
  const real dx = c.x - real(x) - real(0.5), dy = c.y - real(y) - real(0.5);
  return dx * dx + dy * dy;
}
/// The sample behind a key of B at cell (x, y), or one of the same surface that lies nearer to the cell's middle.
FN Cell keyed_cell(uint key, int x, int y) {
  const int i = key_index(key, v.index_shift), row = i / v.render.width;
  const Cell c = cell_of(i - row * v.render.width, row);
  const Cell n = cell_of(clamped(floor_int(real(x) + real(0.5) + c.bx - v.jitter[0]), 0, v.render.width - 1),
                         clamped(floor_int(real(y) + real(0.5) + c.by - v.jitter[1]), 0, v.render.height - 1));
  if (n.there && one_surface(n.depth, c.depth) && distance_to(n, x, y) < distance_to(c, x, y)) return n;
  return c;
}
/// The same for a key of A.
FN Cell past_keyed_cell(uint key, int x, int y) {
  const int i = key_index(key, v.past_index_shift), row = i / v.past_render.width;
  const Cell c = past_cell_of(i - row * v.past_render.width, row);
  const Cell n = past_cell_of(
      clamped(floor_int((real(x) + real(0.5) + c.ax) * v.past_render_ratio[0] - v.past_jitter[0]), 0,
              v.past_render.width - 1),
      clamped(floor_int((real(y) + real(0.5) + c.ay) * v.past_render_ratio[1] - v.past_jitter[1]), 0,
              v.past_render.height - 1));
  if (n.there && one_surface(n.depth, c.depth) && distance_to(n, x, y) < distance_to(c, x, y)) return n;
  return c;
}

/// A hole that five or more cells of one surface of B surround is a crack in it: returns the farthest one's key.
FN uint key_around(int x, int y) {
  int count = 0;
  uint nearest = 0u, farthest = 0xffffffffu;
  for (int n = 0; n < 9; ++n) {
    const int cx = x + n % 3 - 1, cy = y + n / 3 - 1;
    if (n == 4 || cx < 0 || cy < 0 || cx >= v.render.width || cy >= v.render.height) continue;
    const uint key = load_count(v.hits, index(v.render, cx, cy));
    if (key == 0u) continue;
    ++count;
    nearest = most(nearest, key);
    farthest = least(farthest, key);
  }
  return count >= 5 && key_depth(nearest) - key_depth(farthest) <= one_surface_steps ? farthest : 0u;
}
/// Pass::choose at render pixel (x, y): the cell's surface, of B or of A. A's has to be nearer, not only as near:
/// B's is the newer one.
FN void choose(int x, int y) {
  const int i = index(v.render, x, y);
  uint key = load_count(v.hits, i);
  const uint past_key = load_count(v.past_hits, i);
  if (key == 0u) key = key_around(x, y);
  Cell c;
  c.x = c.y = c.ax = c.ay = c.bx = c.by = c.depth = c.depth_in_a = c.depth_in_b = real(0);
  c.there = false;
  int seen = seen_nowhere;
  if (key != 0u) {
    c = keyed_cell(key, x, y);
    seen = seen_now;
  }
  if (past_key != 0u && key_depth(past_key) > key_depth(key)) {
    const Cell past = past_keyed_cell(past_key, x, y);
    if (seen == seen_nowhere || past.depth > c.depth * real(past_wins)) {
      c = past;
      seen = seen_before;
    }
  }
  store_fours(v.flow, i, four(c.ax, c.ay, c.bx, c.by));
  store_fours(v.surface, i, four(c.depth, c.depth_in_a, c.depth_in_b, real(seen)));
}
