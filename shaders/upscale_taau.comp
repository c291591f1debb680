#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared.h"
#include "common.glsl"
// Temporal anti-aliasing and upscaling (Karis 2014; variance clipping: Salvi 2016). History alpha counts the
// samples gathered so far.

layout(local_size_x = 8, local_size_y = 8) in;
layout(binding = 0) uniform sampler2D color_map;
layout(binding = 1) uniform sampler2D depth_map;
layout(binding = 2) uniform sampler2D motion_map;
layout(binding = 3) uniform sampler2D reactive_map;
layout(binding = 4) uniform sampler2D history_map;  // linear filter
layout(binding = 5) uniform sampler2D prev_depth_map;
layout(binding = 6, rgba16f) uniform writeonly image2D result;
layout(binding = 7, scalar) uniform Constants { TaauConstants taau; };
layout(binding = 8, rgba16f) uniform writeonly image2D view;  // what a person wants to see of it, with WITH_VIEW
layout(constant_id = 0) const int WITH_VIEW = 0;
layout(push_constant, scalar) uniform Push { int view_kind; } push;

ivec2 limit() { return ivec2(taau.render_size) - 1; }

// Cubic convolution (Keys 1981) with A = -sharpness, as three bilinear taps an axis; corners are left out.
struct Cubic {
  vec2 w0, w12, w3;
};
Cubic cubic(vec2 t, out vec2 offset) {
  float a = -taau.history_sharpness;
  vec2 t2 = t * t, t3 = t2 * t;
  vec2 w0 = a * (t3 - 2.0 * t2 + t);
  vec2 w1 = (a + 2.0) * t3 - (a + 3.0) * t2 + 1.0;
  vec2 w3 = a * (t2 - t3);
  vec2 w2 = 1.0 - w0 - w1 - w3;
  offset = w2 / (w1 + w2);
  return Cubic(w0, w1 + w2, w3);
}

vec4 sample_history(vec2 place) {  // in output pixels
  vec2 size = taau.output_size, texel = 1.0 / vec2(textureSize(history_map, 0));
  place = place * vec2(textureSize(history_map, 0)) / size;
  vec2 corner = floor(place - 0.5) + 0.5, offset;
  Cubic w = cubic(place - corner, offset);
  vec2 p0 = (corner - 1.0) * texel, p12 = (corner + offset) * texel, p3 = (corner + 2.0) * texel;
  vec4 center = textureLod(history_map, p12, 0);
  float total = w.w12.x * w.w12.y;
  vec3 sum = center.rgb * total;
  vec4 side = vec4(w.w12.x * w.w0.y, w.w0.x * w.w12.y, w.w3.x * w.w12.y, w.w12.x * w.w3.y);
  sum += textureLod(history_map, vec2(p12.x, p0.y), 0).rgb * side.x;
  sum += textureLod(history_map, vec2(p0.x, p12.y), 0).rgb * side.y;
  sum += textureLod(history_map, vec2(p3.x, p12.y), 0).rgb * side.z;
  sum += textureLod(history_map, vec2(p12.x, p3.y), 0).rgb * side.w;
  return vec4(max(sum / (total + dot(side, vec4(1))), 0.0), center.a);
}

// Bilinear by hand: images are allocated for scale 1, and a sampler would touch texels past render_size, which
// were never written.
vec2 motion_at(vec2 place) {
  vec2 corner = floor(place - 0.5), t = place - 0.5 - corner;
  ivec2 a = clamp(ivec2(corner), ivec2(0), limit()), b = clamp(ivec2(corner) + 1, ivec2(0), limit());
  return mix(mix(texelFetch(motion_map, a, 0).xy, texelFetch(motion_map, ivec2(b.x, a.y), 0).xy, t.x),
             mix(texelFetch(motion_map, ivec2(a.x, b.y), 0).xy, texelFetch(motion_map, b, 0).xy, t.x), t.y);
}

// How far the surface seen here was hidden in the last frame: 0 visible, 1 hidden.
float disocclusion(vec2 sample_place, float depth, vec2 motion) {
  vec2 ndc = sample_place / taau.render_size * 2.0 - 1.0;
  vec4 previous = taau.clip_to_prev_clip * vec4(ndc, depth, 1);
  float expected = depth > 0.0 ? previous.z / max(previous.w, 1e-6) : 0.0;  // reversed depth, last frame
  vec2 ratio = taau.prev_render_size / taau.render_size;
  vec2 place = (sample_place + motion) * ratio - taau.prev_jitter - 0.5;
  ivec2 base = ivec2(floor(place)), last = ivec2(taau.prev_render_size) - 1;
  float farthest = 1.0;
  for (int i = 0; i < 4; ++i) {
    ivec2 tap = clamp(base + ivec2(i & 1, i >> 1), ivec2(0), last);
    farthest = min(farthest, texelFetch(prev_depth_map, tap, 0).x);
  }
  // Even the farthest of the four was nearer to the camera than this surface: something stood before it.
  return smoothstep(taau.disocclusion, 2.0 * taau.disocclusion, (farthest - expected) / max(farthest, 1e-7));
}

void main() {
  ivec2 pixel = ivec2(gl_GlobalInvocationID.xy);
  if (any(greaterThanEqual(pixel, ivec2(taau.output_size)))) return;
  vec2 scale = taau.output_size / taau.render_size;
  vec2 place = (vec2(pixel) + 0.5) / scale;  // render pixels
  ivec2 nearest = ivec2(floor(place - taau.jitter));

  vec3 sum = vec3(0), mean = vec3(0), square = vec3(0), low = vec3(1e9), high = vec3(-1e9);
  vec2 lean = vec2(0);
  float total = 0.0, best = 0.0, stat_total = 0.0;
  float depth[9];
  float rate = -0.5 / (taau.sample_sigma * taau.sample_sigma);
  for (int i = 0; i < 9; ++i) {
    ivec2 p = nearest + ivec2(i % 3 - 1, i / 3 - 1), q = clamp(p, ivec2(0), limit());
    vec3 c = to_ycocg(compress(texelFetch(color_map, q, 0).rgb));
    depth[i] = texelFetch(depth_map, q, 0).x;
    vec2 e = vec2(p) + 0.5 + taau.jitter - place, d = e * scale;
    float w = exp(max(rate * dot(d, d), -20.0));
    float s = exp(-0.6 * dot(e, e));
    sum += w * c;
    lean += w * e;
    total += w;
    best = max(best, w);
    mean += s * c;
    square += s * c * c;
    stat_total += s;
    low = min(low, c);
    high = max(high, c);
  }
  vec3 current = sum / total;
  // What this frame knows of the pixel: the nearest sample, and a little for the others.
  float known = mix(best, total, 0.4);
  mean /= stat_total;
  vec3 deviation = sqrt(max(square / stat_total - mean * mean, 0.0));

  // Reversed depth is affine on planes: its second difference is an edge. Only there does the motion of the
  // nearest surface serve better than that of this place.
  float deepest = max(max(depth[1], depth[7]), max(max(depth[3], depth[5]), depth[4]));
  float bend = max(abs(depth[1] + depth[7] - 2.0 * depth[4]), abs(depth[3] + depth[5] - 2.0 * depth[4]));
  bend = max(bend, max(abs(depth[0] + depth[8] - 2.0 * depth[4]), abs(depth[2] + depth[6] - 2.0 * depth[4])));
  vec2 motion;
  ivec2 front = clamp(nearest, ivec2(0), limit());
  float front_depth = depth[4];
  if (bend > taau.dilation_threshold * max(deepest, 1e-9)) {
    for (int i = 0; i < 9; ++i) {
      if (depth[i] > front_depth) {
        front_depth = depth[i];
        front = clamp(nearest + ivec2(i % 3 - 1, i / 3 - 1), ivec2(0), limit());
      }
    }
    motion = texelFetch(motion_map, front, 0).xy;
  } else {
    motion = motion_at(place - taau.jitter);
  }

  vec2 history_place = (place + motion) * scale;
  bool inside = all(greaterThanEqual(history_place, vec2(0))) && all(lessThan(history_place, taau.output_size));
  vec3 blended = current;
  float count = known, hidden = 1.0, weight = 1.0, clamped = 0.0;
  vec3 warped = vec3(0);
  if (taau.reset == 0u && inside) {
    vec4 history = sample_history(history_place);
    hidden = disocclusion(vec2(front) + 0.5 + taau.jitter, front_depth, motion);
    float reactive = texelFetch(reactive_map, clamp(nearest, ivec2(0), limit()), 0).x;
    vec3 h = to_ycocg(compress(history.rgb * taau.exposure_ratio));
    // Variance clipping. A box of deviations reaches beyond the samples where they are of two kinds, which would
    // leave dark rims at silhouettes: it ends at the samples.
    float speed = length(motion * scale);
    float gamma = taau.clip_gamma * mix(1.0, 0.6, clamp(speed / 20.0, 0.0, 1.0)) * mix(1.0, 0.6, reactive);
    vec3 box = gamma * deviation + 1e-4;
    vec3 box_low = max(mean - box, low), box_high = min(mean + box, high);
    vec3 clipped = clamp(h, box_low, box_high);
    // Each resampling blurs the history, so where the picture moves a few samples serve best; where it rests,
    // history is read at its own pixels and may gather for long.
    float rest = 1.0 - clamp(8.0 * speed, 0.0, 1.0);
    float most = mix(1.0 / taau.blend, max(24.0, 1.0 / taau.blend), rest);
    float trusted = min(history.a, most) * (1.0 - hidden) * mix(1.0, 0.25, reactive);
    weight = max(known / (known + trusted + 1e-4), 1e-3);
    // The samples beside the pixel tell the colour of the place where they lie. So most of the correction is what
    // the history got wrong at that place (the back-projection of Irani and Peleg 1991, "Improving Resolution by
    // Image Registration"): the detail that history has between samples is kept.
    vec2 sampled = (place + lean / total + motion) * scale / taau.output_size;
    vec3 there = to_ycocg(compress(textureLod(history_map, sampled, 0).rgb * taau.exposure_ratio));
    vec3 correction = current - mix(clipped, clamp(there, box_low, box_high), taau.innovation);
    blended = clamp(clipped + weight * correction, low, high);
    count = min(known + trusted, 24.0);
    warped = history.rgb * taau.exposure_ratio;
    clamped = abs(h.x - clipped.x);
  }
  vec3 c = min(expand(max(from_ycocg(blended), 0.0)), 60000.0);
  imageStore(result, pixel, vec4(c, count));
  if (WITH_VIEW == 1) {
    float value = push.view_kind == 1 ? hidden : push.view_kind == 2 ? weight : push.view_kind == 3 ? 4.0 * clamped : 0.0;
    imageStore(view, pixel, vec4(push.view_kind == 0 ? warped : vec3(value), 1));
  }
}
