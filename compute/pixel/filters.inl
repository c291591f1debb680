// Filters that passes of every family use, written once for C++, CUDA and GLSL.

/// Returns the index of texel (x, y) in a picture stored row by row.
FN int index(IN(Size) size, int x, int y) {
  return y * size.width + x;
}

/// The two neighbours of a continuous position on an axis of `size` texels; texel centres lie at .5.
struct Linear {
  int lower, upper;
  real weight;  // of the upper neighbour
};
FN Linear linear(real position, int size) {
  const real p = clamped(position - real(0.5), real(-1), real(size));
  const int i = floor_int(p);
  Linear l;
  l.weight = p - real(i);
  l.lower = clamped(i, 0, size - 1);
  l.upper = clamped(i + 1, 0, size - 1);
  return l;
}
/// Corner n of 4 between two axes: bit 0 is the upper column, bit 1 the upper row.
FN int corner_index(IN(Size) size, IN(Linear) ax, IN(Linear) ay, int n) {
  return index(size, (n & 1) != 0 ? ax.upper : ax.lower, (n & 2) != 0 ? ay.upper : ay.lower);
}
FN real corner_weight(IN(Linear) ax, IN(Linear) ay, int n) {
  return ((n & 1) != 0 ? ax.weight : 1 - ax.weight) * ((n & 2) != 0 ? ay.weight : 1 - ay.weight);
}

/// The texels of an output axis under render pixel i: a box filter with fractional ends. Weights are computed
/// where they are used: an array of them would be memory on a GPU.
struct Box {
  int first, taps;  // 5 taps at most
  real begin, end;
  real scale;  // one over the sum of the weights
};
FN Box box(int i, real ratio, int size) {
  Box b;
  b.begin = real(i) * ratio;
  b.end = b.begin + ratio;
  b.first = clamped(floor_int(b.begin + real(1e-4)), 0, size - 1);
  const int last = clamped(floor_int(b.end - real(1e-4)), b.first, least(size - 1, b.first + 4));
  b.taps = last - b.first + 1;
  b.scale = real(1) / most(least(b.end, real(last + 1)) - most(b.begin, real(b.first)), real(1e-6));
  return b;
}
FN real box_weight(IN(Box) b, int k) {
  const real low = most(b.begin, real(b.first + k)), high = least(b.end, real(b.first + k + 1));
  return most(high - low, real(1e-6)) * b.scale;
}
