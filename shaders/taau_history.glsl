// How TAAU's shaders read the history, which is their image `history_map`.

vec4 history_at(int x, int y) { return imageLoad(history_map, ivec2(x, y)); }
vec3 history_between(vec2 place) {  // bilinear, in output pixels
  vec2 corner = floor(place - 0.5), t = place - 0.5 - corner;
  ivec2 last = ivec2(taau.output_size) - 1;
  ivec2 a = clamp(ivec2(corner), ivec2(0), last), b = clamp(ivec2(corner) + 1, ivec2(0), last);
  return mix(mix(history_at(a.x, a.y).rgb, history_at(b.x, a.y).rgb, t.x),
             mix(history_at(a.x, b.y).rgb, history_at(b.x, b.y).rgb, t.x), t.y);
}
