// Small functions that passes of every family use, written once for C++, CUDA and GLSL.

/// e^x, as exact as power_of_two().
FN real exponential(real x) {
  return power_of_two(x * real(log2_e));
}
/// A cheap bounded function, limit * x / (limit + |x|), with slope 1 at 0.
FN real bounded(real x, real limit) {
  return quotient(limit * x, limit + absolute(x));
}
