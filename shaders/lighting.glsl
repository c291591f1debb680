// Surface shading, shared by the lighting pass and the transparent pass. It needs `frame` (FrameConstants), LIGHT_MAPS, the
// first of its bindings, and SKY_MAP_ID, the specialization constant that says whether the sky is an atmosphere, before it.
#include "common.glsl"
#include "light_maps.glsl"
#include "sky_map.glsl"

layout(constant_id = SKY_MAP_ID) const bool SKY_MAP = false;

struct Surface {
  vec3 position;    // camera-relative
  vec3 normal;
  vec3 base_color;
  float roughness, metallic, specular;
};

// What the ground below the horizon sends up.
vec3 ground_radiance() { return frame.sky_horizon * vec3(0.30, 0.28, 0.25); }

// a: how much of what is behind air and clouds is seen.
vec4 sky_radiance(vec3 direction) {
  float up = direction.y;
  if (SKY_MAP) {
    float side = float(textureSize(sky_map, 0).x);
    vec2 place = (sky_map_place(direction) * (side - 1.0) + 0.5) / side;
    vec4 sky = textureLod(sky_map, place, 0.0);
    return vec4(mix(sky.rgb * frame.sky_scale, ground_radiance(), smoothstep(0.0, 0.25, -up)), up > 0.0 ? sky.a : 0.0);
  }
  vec3 above = mix(frame.sky_horizon, frame.sky_zenith, pow(clamp(up, 0.0, 1.0), 0.55));
  vec3 sky = mix(above, ground_radiance(), smoothstep(0.0, 0.25, -up));
  // The sun is a soft glow, because a ray would sample its disc, which is far too bright.
  float glow = max(dot(direction, frame.sun_direction), 0.0), g2 = glow * glow, g4 = g2 * g2, g8 = g4 * g4;
  float g32 = g8 * g8 * g8 * g8, g128 = g32 * g32 * g32 * g32, g512 = g128 * g128 * g128 * g128;
  return vec4(sky + frame.sun_radiance * (0.05 * g32 + 0.4 * g512) * smoothstep(-0.1, 0.05, up), 0);
}

// The sun itself, which is too bright for mirrors: half a degree wide, with an edge as soft as a pixel.
vec3 sun_disk(vec3 direction, float seen) {
  if (!SKY_MAP) return vec3(0);
  float pixel = 2.0 * frame.tan_half_fov_y / frame.render_size.y, away = length(direction - frame.sun_direction);
  return frame.sun_radiance * (40.0 * seen * (1.0 - smoothstep(0.0047 - 0.5 * pixel, 0.0047 + 0.5 * pixel, away)));
}

// What is left of a surface's light behind the air between, and the light of that air.
vec3 through_air(vec3 color, vec3 position, float cover) {
  if (!SKY_MAP) return color;
  vec3 left = exp(-frame.air_extinction * length(position));
  float towards = dot(position.xz, frame.sun_direction.xz) * inversesqrt(max(dot(position.xz, position.xz) *
                  dot(frame.sun_direction.xz, frame.sun_direction.xz), 1e-12)) * 0.5 + 0.5;
  return color * left + mix(frame.air_away, frame.air_sunward, towards * towards) * (1.0 - left) * cover;
}

// Returns the radiance of a white Lambert surface under the gradient sky.
vec3 sky_diffuse(vec3 normal) {
  vec3 ground = ground_radiance();
  vec3 side = 0.5 * (frame.sky_horizon + mix(frame.sky_horizon, frame.sky_zenith, 0.45));
  vec3 top = mix(frame.sky_horizon, frame.sky_zenith, 0.7);
  float up = normal.y;
  vec3 middle = 0.5 * (side + ground);
  vec3 light = up > 0.0 ? mix(middle, top, up) : mix(middle, ground, -up);
  if (SKY_MAP) light = max(light + frame.sky_sunward * dot(normal.xz, normalize(frame.sun_direction.xz + 1e-6)), 0.0);
  return light;
}

// Where a place is in the grids of light. It is looked up before the surface, since in the surface's own cell the half
// behind it counts as well.
vec3 grid_place(vec3 position, vec3 normal) {
  return (position + normal * (1.25 * frame.ambient_cell)) * frame.ambient_scale + frame.ambient_corner;
}
// Beyond the grids the world is open.
float within_grid(vec3 place) {
  vec2 edge = abs(place.xz - 0.5);
  return 1.0 - smoothstep(0.45, 0.5, max(edge.x, edge.y));
}

// scene::AmbientLight of a place: slope, then level.
vec4 ambient_light(vec3 place) {
  vec4 light = textureLod(ambient_grid, place, 0.0) - vec4(0.5, 0.5, 0.5, 0);
  return mix(frame.ambient_open, light, frame.ambient_strength * within_grid(place));
}

// The sun's light that surfaces around a place have reflected, as scene::SunBounce has it: a colour, and how much more
// comes from above (1) than from below (0).
vec3 bounced_light(vec3 place, vec3 normal) {
  vec4 light = textureLod(bounce_grid, place, 0.0);
  return light.rgb * (max(1.0 + (2.0 * light.a - 1.0) * normal.y, 0.0) * frame.bounce_strength * within_grid(place)) *
         frame.sun_radiance;
}

// What arrives around a direction, as a share of what does in the open. A little always does, reflected more often
// than the grid knows, and between leaves that a cell does not tell apart.
float ambient_share(vec4 light, vec3 direction) {
  float share = (dot(light.xyz, direction) + light.w) / (dot(frame.ambient_open.xyz, direction) + frame.ambient_open.w);
  return mix(0.12, 1.0, clamp(share, 0.0, 1.0));
}

// Two measures of what hides the sky: the grid's, of what is large, and that of the screen, of what is small. What
// both see hides once; in the dark the small still shows a little.
float hidden_twice(float share, float ambient_occlusion) {
  return min(share, ambient_occlusion) * (0.7 + 0.3 * max(share, ambient_occlusion));
}

// Schlick 1994. The power is multiplied out, because compilers would take a logarithm.
vec3 schlick(vec3 f0, float cosine) {
  float away = 1.0 - cosine, away2 = away * away;
  return f0 + (1.0 - f0) * (away2 * away2 * away);
}

// GGX with Smith-correlated visibility (Heitz 2014) and Schlick's Fresnel. The result is times pi, since
// light intensities here are radiances of a white Lambert surface.
vec3 specular_lobe(Surface s, vec3 f0, vec3 view, vec3 light) {
  vec3 half_vector = normalize(view + light);
  float alpha = max(s.roughness * s.roughness, 0.002);
  float n_h = clamp(dot(s.normal, half_vector), 0.0, 1.0), n_v = max(dot(s.normal, view), 1e-4);
  float n_l = max(dot(s.normal, light), 1e-4), v_h = clamp(dot(view, half_vector), 0.0, 1.0);
  float a2 = alpha * alpha;
  float d = (n_h * a2 - n_h) * n_h + 1.0;
  float distribution = a2 / (PI * d * d);
  float visibility = 0.5 / (n_l * sqrt(n_v * n_v * (1.0 - a2) + a2) + n_v * sqrt(n_l * n_l * (1.0 - a2) + a2));
  return schlick(f0, v_h) * (distribution * visibility * PI);
}

// Karis 2014, "Physically Based Shading on Mobile": the share of white light that the lobe reflects towards
// the view is f0 * x + y, as a polynomial.
vec2 environment_brdf(float roughness, float n_v) {
  vec4 r = roughness * vec4(-1, -0.0275, -0.572, 0.022) + vec4(1, 0.0425, 1.04, -0.04);
  float a = min(r.x * r.x, exp2(-9.28 * n_v)) * r.x + r.y;
  return max(vec2(-1.04, 1.04) * a + r.zw, 1e-3);
}

// Adds the light that rough surfaces reflect more than once (Turquin 2019, "Practical multiple scattering
// compensation for microfacet models").
vec3 reflected_part(vec3 f0, vec2 brdf) {
  return (f0 * brdf.x + brdf.y) * (1.0 + f0 * (1.0 / (brdf.x + brdf.y) - 1.0));
}

// The filter's side at a distance from what casts, in texels: as wide as the sun's disk makes it, at least 0.75.
const float WIDEST_FILTER = 16.0;
float filter_texels(float texel, float distance) {
  return clamp((frame.shadow_softness + frame.shadow_spread * distance) / texel, 0.75, WIDEST_FILTER);
}

// How the depth of a plane changes along the shadow map, whose depth reaches twice as far as a side. Without it a lit
// plane would shade itself in stripes under a wide filter.
vec2 plane_slope(vec3 normal, float facing) {
  mat4 m = frame.shadow_from_world[0];
  vec2 across = vec2(dot(vec3(m[0].x, m[1].x, m[2].x), normal), dot(vec3(m[0].y, m[1].y, m[2].y), normal));
  float side = frame.cascade_texel[0] * float(textureSize(shadow_map, 0).x);
  return across * (side * 0.5 / max(facing, 0.15));
}

// The mean distance, in depth, to what lies between a place and the sun within a square of the map; and how much of the
// square it fills (Fernando 2005, "Percentage-Closer Soft Shadows"). Without taps nothing is known: half.
vec2 find_casters(vec3 place, float cascade, float side, vec2 slope, int taps) {
  const vec2 TAPS[4] = vec2[](vec2(-0.36, -0.15), vec2(0.15, -0.36), vec2(0.36, 0.15), vec2(-0.15, 0.36));
  float sum = 0.0, count = 0.0;
  for (int i = 0; i < taps; ++i) {
    vec2 offset = TAPS[i] * side;
    vec4 nearer = place.z + dot(slope, offset) - textureGather(shadow_depths, vec3(place.xy + offset, cascade));
    vec4 casts = step(1e-6, nearer);
    sum += dot(casts, nearer);
    count += dot(casts, vec4(1));
  }
  return vec2(sum / max(count, 1.0), taps > 0 ? count / 16.0 : 0.5);
}

// The share of a disk's taps that the sun reaches. They lie as Vogel 1979 places a sunflower's seeds, the same for every
// pixel and frame. No loop runs where all is lit or dark.
float filtered_shadow(vec3 place, float cascade, float side, vec2 slope, int taps) {
  float sum = 0.0;
  vec2 way = vec2(1, 0);
  const mat2 golden = mat2(-0.737369, 0.675490, -0.675490, -0.737369);
  for (int i = 0; i < taps; ++i) {
    vec2 offset = way * (0.564 * side * sqrt((float(i) + 0.5) / float(taps)));
    sum += texture(shadow_map, vec4(place.xy + offset, cascade, place.z + dot(slope, offset)));
    way = golden * way;
  }
  return sum / float(max(taps, 1));
}

// Samples the first cascade that holds the place; beyond the last there is sunlight. All cascades are tested
// before one is sampled, with constant indices, which lavapipe loads once and not for each pixel.
// Casters are looked for near by alone, because far away a texel is as wide as most penumbras. Without `soft` none are.
float sun_shadow(vec3 position, vec3 normal, bool soft) {
  float facing = clamp(dot(normal, frame.sun_direction), 0.0, 1.0), slope = 1.0 - facing;
  uint found = MAX_CASCADES;
  vec3 place = vec3(0);
  float texel = 1.0, fade = 0.0;
  for (uint c = 0u; c < MAX_CASCADES; ++c) {
    vec3 offset = normal * (frame.cascade_texel[c] * frame.shadow_bias * (0.5 + 1.5 * slope));
    vec3 p = (frame.shadow_from_world[c] * vec4(position + offset, 1)).xyz;
    vec2 edge = abs(p.xy - 0.5);
    float border = max(edge.x, edge.y);
    if (found < MAX_CASCADES || c >= frame.cascade_count || border >= 0.49 || p.z >= 1.0) continue;
    found = c;
    place = p;
    texel = frame.cascade_texel[c];
    // The last cascade fades into sunlight, so that it does not end at a line.
    fade = c + 1u == frame.cascade_count ? smoothstep(0.42, 0.49, border) : 0.0;
  }
  if (found == MAX_CASCADES) return 1.0;
  float texels = float(textureSize(shadow_map, 0).x), cascade = float(found);
  vec2 plane = plane_slope(normal, facing);
  float search = max(filter_texels(texel, 10.0 * frame.metre), 2.0);
  int searches = soft && found + 1u < MAX_CASCADES ? 4 : 0;
  vec2 casters = find_casters(place, cascade, search / texels, plane, searches);
  float side = filter_texels(texel, searches > 0 ? casters.x * (2.0 * texel * texels) : 2.0 * frame.metre);
  bool partly = casters.y > 0.0 && casters.y < 1.0;
  float lit = filtered_shadow(place, cascade, side / texels, plane, partly ? (side < 3.0 ? 4 : side < 7.0 ? 8 : 16) : 0);
  if (!partly) lit = 1.0 - casters.y;
  return mix(lit, 1.0, fade);
}

vec3 mirrored_view(Surface s) { return reflect(normalize(s.position), s.normal); }

// The light of a lamp that a surface sends on, without shadow.
vec3 from_lamp(uint i, Surface s, vec3 view, vec3 f0, vec3 albedo, vec3 gain) {
  vec3 to_light = frame.lights[i].position - s.position;
  float d2 = dot(to_light, to_light), radius = frame.lights[i].radius;
  vec3 direction = to_light * inversesqrt(d2);
  float lit = dot(s.normal, direction);
  if (d2 >= radius * radius || lit <= 0.0) return vec3(0);
  float r = d2 / (radius * radius), window = 1.0 - r * r;
  float fall_off = window * window / max(d2, 0.01);
  return frame.lights[i].color * (lit * fall_off) * (albedo + gain * specular_lobe(s, f0, view, direction));
}

// How much of a lamp's light passes what stands around it. Its map has a row of six squares, one for each side of a cube;
// renderer/passes/scene/lamp_shadow.cpp draws them.
float lamp_shadow(uint i, vec3 position, vec3 normal) {
  vec2 texels = vec2(textureSize(lamp_shadow_map, 0));
  float side = texels.x / 6.0;
  vec3 way = position - frame.lights[i].position;
  // What is near the end of a texel's depth would shade itself: the place is looked up before its surface.
  way += normal * (3.0 * max(max(abs(way.x), abs(way.y)), abs(way.z)) / side + 0.01 * frame.metre);
  vec3 far = abs(way);
  int axis = far.x >= far.y && far.x >= far.z ? 0 : far.y >= far.z ? 1 : 2;
  vec3 turned = axis == 0 ? way.zyx : axis == 1 ? way.xzy : way;
  float ahead = abs(turned.z), face = float(2 * axis) + (turned.z > 0.0 ? 0.0 : 1.0);
  vec2 inside = clamp(turned.xy / ahead, -1.0 + 1.5 / side, 1.0 - 1.5 / side) * 0.5 + 0.5;
  float radius = frame.lights[i].radius, near = min(LAMP_NEAR * frame.metre, 0.5 * radius);
  float depth = (1.0 - near / ahead) / (1.0 - near / radius);
  vec2 place = vec2((face + inside.x) / 6.0, (float(frame.lights[i].shadow_row) + inside.y) * side / texels.y);
  return mix(1.0, texture(lamp_shadow_map, vec3(place, depth)), frame.lights[i].shadow_share);
}

// `reflected_sky` is the sky's radiance from mirrored_view(s), `contact` the share of the sun that passes what is close.
// Without `full` shadows are sharp and nothing reflects the sun, which is enough for water and glass.
vec3 shade(Surface s, float ambient_occlusion, vec3 reflected_sky, float contact, bool full) {
  vec3 view = -normalize(s.position);
  float n_v = max(dot(s.normal, view), 1e-4);
  float dielectric = 0.08 * s.specular;
  vec3 f0 = mix(vec3(dielectric), s.base_color, s.metallic);
  vec3 albedo = s.base_color * (1.0 - s.metallic);

  // Light that a dielectric's gloss reflects does not reach its diffuse part.
  vec2 brdf = environment_brdf(s.roughness, n_v);
  float from_dielectric = reflected_part(vec3(dielectric), brdf).x;
  vec3 reflectance = mix(vec3(from_dielectric), reflected_part(s.base_color, brdf), s.metallic);
  vec3 gain = reflectance / (f0 * brdf.x + brdf.y);
  albedo *= 1.0 - from_dielectric;

  vec3 place = grid_place(s.position, s.normal);
  vec4 around = ambient_light(place);
  vec3 mirror = mirrored_view(s);
  vec3 result = albedo * sky_diffuse(s.normal) * hidden_twice(ambient_share(around, s.normal), ambient_occlusion);
  if (full) result += albedo * bounced_light(place, s.normal) * ambient_occlusion;
  vec3 environment = mix(reflected_sky, sky_diffuse(mirror), s.roughness) * ambient_share(around, mirror);
  float specular_occlusion = clamp(pow(n_v + ambient_occlusion, exp2(-16.0 * s.roughness - 1.0)) - 1.0 +
                                   ambient_occlusion, 0.0, 1.0);  // Lagarde and de Rousiers 2014
  result += environment * reflectance * specular_occlusion;

  float n_l = dot(s.normal, frame.sun_direction);
  if (n_l > 0.0) {
    float shadow = sun_shadow(s.position, s.normal, full) * contact;
    if (shadow > 0.0) {
      result += frame.sun_radiance * (n_l * shadow) * (albedo + gain * specular_lobe(s, f0, view, frame.sun_direction));
    }
  }
  // Two loops, because lavapipe runs both sides of a branch. It also compiles the shader anew in each frame for uniforms
  // that alone decide a branch or the end of a loop, so that something else takes part (no normal is that long).
  uint none = s.normal.x > 2.0 ? 1u : 0u, shadowed = frame.lamp_shadow_count + none, end = frame.light_count + none;
  for (uint i = 0u; i < shadowed; ++i)
    result += from_lamp(i, s, view, f0, albedo, gain) * lamp_shadow(i, s.position, s.normal);
  for (uint i = shadowed; i < end; ++i) result += from_lamp(i, s, view, f0, albedo, gain);
  return result;
}
