#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared.h"
#include "core/taau_constants.h"
#include "common.glsl"
// Temporal anti-aliasing and upscaling (Karis 2014; variance clipping: Salvi 2016). The history's alpha
// counts the samples gathered so far.

layout(local_size_x = 8, local_size_y = 8) in;
// These are storage images, since lavapipe's texelFetch costs half as much again for mip levels that do not
// exist.
layout(binding = 0, rgba16) uniform readonly image2D sample_map;        // by upscale_taau_prepare.comp
layout(binding = 1, rgba16f) uniform readonly image2D reprojection_map;
layout(binding = 2, rg16f) uniform readonly image2D motion_map;
layout(binding = 3, rgba16f) uniform readonly image2D history_map;
layout(binding = 4, rgba16f) uniform writeonly image2D result;
layout(binding = 5, scalar) uniform Constants { TaauConstants taau; };
layout(binding = 6, rgba16f) uniform writeonly image2D view;  // a view for a person to see, with WITH_VIEW
layout(constant_id = 0) const int WITH_VIEW = 0;
layout(push_constant, scalar) uniform Push { TaauViewConstants push; };

ivec2 limit() { return ivec2(taau.render_size) - 1; }

// Returns cubic convolution (Keys 1981) with A = -sharpness: the weights of the texels at -1, 0, 1 and 2.
vec4 cubic(float t) {
  float a = -taau.history_sharpness, t2 = t * t, t3 = t2 * t;
  float w0 = a * (t3 - 2.0 * t2 + t), w1 = (a + 2.0) * t3 - (a + 3.0) * t2 + 1.0, w3 = a * (t2 - t3);
  return vec4(w0, w1, 1.0 - w0 - w1 - w3, w3);
}

#include "taau_history.glsl"
ivec4 history_clamp(int first, float size) { return clamp(first + ivec4(0, 1, 2, 3), ivec4(0), ivec4(int(size) - 1)); }

// Reads the 4x4 texels around a place without their corners. Alpha, the count of samples, is not sharpened.
vec4 sample_history(vec2 place) {  // in output pixels
  vec2 corner = floor(place - 0.5), t = place - 0.5 - corner;
  vec4 wx = cubic(t.x), wy = cubic(t.y);
  ivec4 x = history_clamp(int(corner.x) - 1, taau.output_size.x), y = history_clamp(int(corner.y) - 1, taau.output_size.y);
  vec2 middle = vec2(wx.y + wx.z, wy.y + wy.z);
  vec4 upper = history_at(x.y, y.y) * wx.y + history_at(x.z, y.y) * wx.z;
  vec4 lower = history_at(x.y, y.z) * wx.y + history_at(x.z, y.z) * wx.z;
  float count = (upper.a * wy.y + lower.a * wy.z) / (middle.x * middle.y);
  vec3 above = history_at(x.y, y.x).rgb * wx.y + history_at(x.z, y.x).rgb * wx.z;
  vec3 below = history_at(x.y, y.w).rgb * wx.y + history_at(x.z, y.w).rgb * wx.z;
  upper.rgb += history_at(x.x, y.y).rgb * wx.x + history_at(x.w, y.y).rgb * wx.w;
  lower.rgb += history_at(x.x, y.z).rgb * wx.x + history_at(x.w, y.z).rgb * wx.w;
  vec3 sum = above * wy.x + upper.rgb * wy.y + lower.rgb * wy.z + below * wy.w;
  float total = middle.x + middle.y - middle.x * middle.y;  // the weights of either axis add up to one
  return vec4(max(sum / total, 0.0), count);
}

vec2 motion_at(vec2 place) {  // bilinear, in render pixels
  vec2 corner = floor(place - 0.5), t = place - 0.5 - corner;
  ivec2 a = clamp(ivec2(corner), ivec2(0), limit()), b = clamp(ivec2(corner) + 1, ivec2(0), limit());
  return mix(mix(imageLoad(motion_map, a).xy, imageLoad(motion_map, ivec2(b.x, a.y)).xy, t.x),
             mix(imageLoad(motion_map, ivec2(a.x, b.y)).xy, imageLoad(motion_map, b).xy, t.x), t.y);
}

void main() {
  ivec2 pixel = ivec2(gl_GlobalInvocationID.xy);
  if (any(greaterThanEqual(pixel, ivec2(taau.output_size)))) return;
  vec2 scale = taau.output_size / taau.render_size;
  vec2 place = (vec2(pixel) + 0.5) / scale;  // render pixels
  ivec2 nearest = ivec2(floor(place - taau.jitter));

  // The Gaussians of the samples' distance, one for the colour and a wider one for the statistics, are
  // products of one factor for each column and one for each row.
  vec2 toward = vec2(nearest) + 0.5 + taau.jitter - place;  // from the place to the middle sample
  float rate = -0.5 / (taau.sample_sigma * taau.sample_sigma);
  vec2 near_weight[3], wide_weight[3];
  vec2 near_total = vec2(0), wide_total = vec2(0), near_best = vec2(0), lean = vec2(0);
  for (int i = 0; i < 3; ++i) {
    vec2 e = toward + float(i - 1), d = e * scale;
    near_weight[i] = exp(max(rate * d * d, -20.0));
    wide_weight[i] = exp(-taau_box_rate * e * e);
    near_total += near_weight[i];
    wide_total += wide_weight[i];
    near_best = max(near_best, near_weight[i]);
    lean += near_weight[i] * e;
  }
  lean /= near_total;
  float total = near_total.x * near_total.y, best = near_best.x * near_best.y;

  vec3 sum = vec3(0), mean = vec3(0), square = vec3(0), low = vec3(1e9), high = vec3(-1e9);
  vec2 brighter = vec2(0);  // sum and sum of squares of half the difference from the history
  for (int i = 0; i < 9; ++i) {
    ivec2 q = clamp(nearest + ivec2(i % 3 - 1, i / 3 - 1), ivec2(0), limit());
    vec4 both = imageLoad(sample_map, q) - vec4(0, 0.5, 0.5, 0.5);
    vec3 c = both.rgb;
    brighter += vec2(both.a, both.a * both.a);
    float s = wide_weight[i % 3].x * wide_weight[i / 3].y;
    sum += near_weight[i % 3].x * near_weight[i / 3].y * c;
    mean += s * c;
    square += s * c * c;
    low = min(low, c);
    high = max(high, c);
  }
  vec3 current = sum / total;
  // This frame's knowledge of the pixel: the weight of the nearest sample, and a little of the others'.
  float known = mix(best, total, 0.4);
  float stat_total = wide_total.x * wide_total.y;
  mean /= stat_total;
  vec3 deviation = sqrt(max(square / stat_total - mean * mean, 0.0));

  // The place of the surface in the last frame: at edges by the motion of the nearest one, else of this
  // place.
  ivec2 at = clamp(nearest, ivec2(0), limit());
  vec4 reprojection = imageLoad(reprojection_map, at);
  vec2 motion = reprojection.w < 0.0 ? reprojection.xy : motion_at(place - taau.jitter);

  vec2 history_place = (place + motion) * scale;
  bool inside = all(greaterThanEqual(history_place, vec2(0))) && all(lessThan(history_place, taau.output_size));
  vec3 blended = current;
  float count = known, hidden = 1.0, weight = 1.0, clamped = 0.0;
  vec3 warped = vec3(0);
  if (taau.reset == 0u && inside) {
    vec4 history = sample_history(history_place);
    hidden = reprojection.z;
    float reactive = reprojection.w < 0.0 ? -1.0 - reprojection.w : reprojection.w;
    vec3 h = to_ycocg(compress(history.rgb * taau.exposure_ratio));
    // How surely the light has changed. Where history only lacks detail, differences go both ways; where a
    // shadow has left, all go one way.
    brighter *= vec2(2.0, 4.0) / 9.0;
    float spread = sqrt(max(brighter.y - brighter.x * brighter.x, 0.0) + 1e-6);
    float limit = taau_change_deviations * spread + change_floor;
    float changed = clamp((abs(brighter.x) / limit - 1.0) * taau_change_slope, 0.0, 1.0);
    float speed = length(motion * scale);  // in output pixels
    float still = speed < taau_still_speed ? 1.0 : 0.0;
    float gathered = history.a * (1.0 - change_loss * still * changed);
    // Variance clipping. Where the samples are of two kinds, a box of deviations reaches beyond them, which
    // would leave dark rims at silhouettes; so the box ends at the samples, but where the picture rests some
    // way beyond, for things so thin that all nine miss them.
    float gamma = taau.clip_gamma * mix(1.0, 0.6, clamp(speed / 20.0, 0.0, 1.0)) * mix(1.0, 0.6, reactive);
    vec3 box = gamma * deviation + 1e-4;
    float reach = taau_rested_reach * still * (1.0 - changed) * max(gathered - taau_rested_start, 0.0);
    vec3 box_low = max(mean - box, low) - reach, box_high = min(mean + box, high) + reach;
    vec3 clipped = clamp(h, box_low, box_high);
    // Each resampling blurs the history, so where the picture moves a few samples serve best. Where it rests,
    // history is read at its own pixels and may gather for long.
    float rest = 1.0 - clamp(8.0 * speed, 0.0, 1.0);
    float most = mix(1.0 / taau.blend, max(taau_still_memory, 1.0 / taau.blend), rest);
    float trusted = min(gathered, most) * (1.0 - hidden) * mix(1.0, 0.25, reactive);
    weight = max(known / (known + trusted + 1e-4), 1e-3);
    // The samples beside the pixel show the colour of the places where they lie. So most of the correction is
    // the history's error at those places (the back-projection of Irani and Peleg 1991, "Improving Resolution
    // by Image Registration"), which keeps the detail that the history has between samples.
    vec3 there = to_ycocg(compress(history_between((place + lean + motion) * scale) * taau.exposure_ratio));
    vec3 correction = current - mix(clipped, clamp(there, box_low, box_high), taau.innovation);
    blended = clamp(clipped + weight * correction, min(low, clipped), max(high, clipped));
    count = min(known + trusted, taau_still_memory);
    warped = history.rgb * taau.exposure_ratio;
    clamped = abs(h.x - clipped.x);
  }
  vec3 c = min(expand(max(from_ycocg(blended), 0.0)), brightest);
  imageStore(result, pixel, vec4(c, count));
  if (WITH_VIEW == 1) {
    float value = push.kind == 1 ? hidden : push.kind == 2 ? weight : push.kind == 3 ? 4.0 * clamped : 0.0;
    imageStore(view, pixel, vec4(push.kind == 0 ? warped : vec3(value), 1));
  }
}
