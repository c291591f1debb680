#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared.h"
#include "common.glsl"
// Temporal anti-aliasing and upscaling (Karis 2014; variance clipping: Salvi 2016). History alpha counts the
// samples gathered so far.

layout(local_size_x = 8, local_size_y = 8) in;
layout(binding = 0) uniform sampler2D color_map;
layout(binding = 1) uniform sampler2D reprojection_map;  // upscale_taau_reproject.comp
layout(binding = 2) uniform sampler2D motion_map;
layout(binding = 3) uniform sampler2D reactive_map;
layout(binding = 4) uniform sampler2D history_map;  // linear filter
layout(binding = 5, rgba16f) uniform writeonly image2D result;
layout(binding = 6, scalar) uniform Constants { TaauConstants taau; };
layout(binding = 7, rgba16f) uniform writeonly image2D view;  // what a person wants to see of it, with WITH_VIEW
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

void main() {
  ivec2 pixel = ivec2(gl_GlobalInvocationID.xy);
  if (any(greaterThanEqual(pixel, ivec2(taau.output_size)))) return;
  vec2 scale = taau.output_size / taau.render_size;
  vec2 place = (vec2(pixel) + 0.5) / scale;  // render pixels
  ivec2 nearest = ivec2(floor(place - taau.jitter));

  // Gaussians of the samples' distance, for the colour and (wider) for the statistics, are products of one factor
  // a column and one a row.
  vec2 toward = vec2(nearest) + 0.5 + taau.jitter - place;  // the middle sample, from the place
  float rate = -0.5 / (taau.sample_sigma * taau.sample_sigma);
  vec2 near_weight[3], wide_weight[3];
  vec2 near_total = vec2(0), wide_total = vec2(0), near_best = vec2(0), lean = vec2(0);
  for (int i = 0; i < 3; ++i) {
    vec2 e = toward + float(i - 1), d = e * scale;
    near_weight[i] = exp(max(rate * d * d, -20.0));
    wide_weight[i] = exp(-0.6 * e * e);
    near_total += near_weight[i];
    wide_total += wide_weight[i];
    near_best = max(near_best, near_weight[i]);
    lean += near_weight[i] * e;
  }
  lean /= near_total;
  float total = near_total.x * near_total.y, best = near_best.x * near_best.y;

  vec3 sum = vec3(0), mean = vec3(0), square = vec3(0), low = vec3(1e9), high = vec3(-1e9);
  for (int i = 0; i < 9; ++i) {
    ivec2 q = clamp(nearest + ivec2(i % 3 - 1, i / 3 - 1), ivec2(0), limit());
    vec3 c = to_ycocg(compress(texelFetch(color_map, q, 0).rgb));
    float s = wide_weight[i % 3].x * wide_weight[i / 3].y;
    sum += near_weight[i % 3].x * near_weight[i / 3].y * c;
    mean += s * c;
    square += s * c * c;
    low = min(low, c);
    high = max(high, c);
  }
  vec3 current = sum / total;
  // What this frame knows of the pixel: the nearest sample, and a little for the others.
  float known = mix(best, total, 0.4);
  float stat_total = wide_total.x * wide_total.y;
  mean /= stat_total;
  vec3 deviation = sqrt(max(square / stat_total - mean * mean, 0.0));

  // Where the surface was: at edges that of the nearest one, else of this very place.
  ivec2 at = clamp(nearest, ivec2(0), limit());
  vec4 reprojection = texelFetch(reprojection_map, at, 0);
  vec2 motion = reprojection.w > 0.5 ? reprojection.xy : motion_at(place - taau.jitter);

  vec2 history_place = (place + motion) * scale;
  bool inside = all(greaterThanEqual(history_place, vec2(0))) && all(lessThan(history_place, taau.output_size));
  vec3 blended = current;
  float count = known, hidden = 1.0, weight = 1.0, clamped = 0.0;
  vec3 warped = vec3(0);
  if (taau.reset == 0u && inside) {
    vec4 history = sample_history(history_place);
    hidden = reprojection.z;
    float reactive = texelFetch(reactive_map, at, 0).x;
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
    vec2 sampled = (place + lean + motion) * scale / taau.output_size;
    vec3 there = to_ycocg(compress(textureLod(history_map, sampled, 0).rgb * taau.exposure_ratio));
    vec3 correction = current - mix(clipped, clamp(there, box_low, box_high), taau.innovation);
    blended = clamp(clipped + weight * correction, low, high);
    count = min(known + trusted, 24.0);
    warped = history.rgb * taau.exposure_ratio;
    clamped = abs(h.x - clipped.x);
  }
  vec3 c = min(expand(max(from_ycocg(blended), 0.0)), BRIGHTEST);
  imageStore(result, pixel, vec4(c, count));
  if (WITH_VIEW == 1) {
    float value = push.view_kind == 1 ? hidden : push.view_kind == 2 ? weight : push.view_kind == 3 ? 4.0 * clamped : 0.0;
    imageStore(view, pixel, vec4(push.view_kind == 0 ? warped : vec3(value), 1));
  }
}
