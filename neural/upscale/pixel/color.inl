// Colour of one pixel, written once for C++, CUDA and GLSL (docs/adding.md, "a pass").
//
// "Working colour" is YCoCg of the compressed colour x / (1 + max rgb). Averaging compressed colour keeps
// highlights from drowning their neighbours (B. Karis, "High Quality Temporal Supersampling", 2014).

/// Converts linear rgb to working colour; w is passed through.
FN real4 to_working(real4 rgb) {
  const real k = real(1) / (real(1) + most(rgb[0], most(rgb[1], rgb[2])));
  const real r = rgb[0] * k, g = rgb[1] * k, b = rgb[2] * k;
  return four((r + 2 * g + b) / 4, (r - b) / 2, (2 * g - r - b) / 4, rgb[3]);
}

/// Returns the largest of a working colour's compressed rgb.
FN real brightest_channel(real4 c) {
  const real base = c[0] - c[2];
  return most(c[0] + c[2], base + absolute(c[1]));
}

/// Returns a working colour's compressed rgb, limited to [0, brightest]; w is passed through.
FN real4 compressed_rgb(real4 c) {
  const real base = c[0] - c[2], top = real(brightest / (1 + brightest));
  return four(clamped(base + c[1], real(0), top), clamped(c[0] + c[2], real(0), top),
              clamped(base - c[1], real(0), top), c[3]);
}

/// Converts working colour to linear rgb in [0, brightest], w = 1.
FN real4 from_working(real4 c) {
  const real4 rgb = compressed_rgb(c);
  const real k = real(1) / (real(1) - most(rgb[0], most(rgb[1], rgb[2])));
  return four(rgb[0] * k, rgb[1] * k, rgb[2] * k, real(1));
}

/// Returns a working colour limited to what from_working() can show; w is passed through.
FN real4 limited(real4 c) {
  const real4 rgb = compressed_rgb(c);
  return four((rgb[0] + 2 * rgb[1] + rgb[2]) / 4, (rgb[0] - rgb[2]) / 2, (2 * rgb[1] - rgb[0] - rgb[2]) / 4,
              rgb[3]);
}

/// Returns by what a working colour grows where the light grows by `ratio`: x / (1 + max rgb) of the brighter
/// light is a multiple of that of the light before.
FN real exposed_again(real4 c, real ratio) {
  return quotient(ratio, real(1) + (ratio - 1) * clamped(brightest_channel(c), real(0), real(1)));
}
