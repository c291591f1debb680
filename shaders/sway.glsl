// How wind moves leaves. It needs `frame` (FrameConstants).

// A triangle wave with rounded corners, -1 to 1 with period 1 (Sousa 2007, "Vegetation Procedural Animation and Shading in
// Crysis", GPU Gems 3): cheaper than a sine.
vec4 rounded_waves(vec4 x) {
  vec4 t = abs(fract(x) * 2.0 - 1.0);
  return t * t * (6.0 - 4.0 * t) - 1.0;
}

// How far a leaf is from its place of rest, which is camera-relative. It changes little within a metre, so that twigs stay
// in one piece and what is true of a leaf's corners is true between them; and gusts cross the scene.
vec3 swayed_from(vec3 rest, float seconds) {
  vec3 p = (rest + frame.camera_position) / frame.metre;
  vec4 w = rounded_waves(vec4(dot(p, vec3(0.11, 0.05, 0.07)) + 0.43 * seconds, dot(p, vec3(-0.06, 0.08, 0.10)) + 0.71 * seconds,
                              dot(p, vec3(0.09, -0.06, -0.08)) + 0.57 * seconds, dot(p.xz, vec2(0.035, 0.022)) - 0.13 * seconds));
  return vec3(w.x + 0.5 * w.y, 0.3 * w.z, 0.5 * w.z - w.y) * (frame.sway * (0.4 + 0.2 * (1.0 + w.w)));
}

// Where the leaf that is at a place now rests. A step leaves a thirtieth of the error where leaves move by 25 mm.
vec3 rest_of(vec3 place, float seconds) {
  vec3 rest = place - swayed_from(place, seconds);
  return place - swayed_from(rest, seconds);
}
