// Where a pixel's sample lies in clip space, and its motion. It needs `frame` (FrameConstants).
vec2 ndc_of(vec2 pixel) { return (pixel + 0.5 + frame.jitter) / frame.render_size * 2.0 - 1.0; }

// `previous`: where what lies at `ndc` was, in the clip space of the frame before.
vec2 motion_of(vec4 previous, vec2 ndc) {
  vec2 motion = (previous.xy / (abs(previous.w) > 1e-9 ? previous.w : 1e-9) - ndc) * 0.5 * frame.render_size;
  return clamp(motion, -60000.0, 60000.0);
}
