// Surface shading, shared by the lighting pass and the transparent pass. It needs `frame` (FrameConstants),
// `shadow_map` (sampler2DArrayShadow), `sky_map` (sampler2D), `ambient_grid` (sampler3D) and SKY_MAP_ID, the
// specialization constant that says whether the sky is an atmosphere, before it.
#include "common.glsl"
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

// scene::AmbientLight of a place: slope, then level. It is looked up before the surface, since in the surface's own
// cell the half behind it counts as well; beyond the grid the world is open.
vec4 ambient_light(vec3 position, vec3 normal) {
  vec3 place = (position + normal * (1.25 * frame.ambient_cell)) * frame.ambient_scale + frame.ambient_corner;
  vec4 light = textureLod(ambient_grid, place, 0.0) - vec4(0.5, 0.5, 0.5, 0);
  vec2 edge = abs(place.xz - 0.5);
  return mix(frame.ambient_open, light, frame.ambient_strength * (1.0 - smoothstep(0.45, 0.5, max(edge.x, edge.y))));
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

// The filter is a square of world size, at least 0.75 texels of the map.
float filter_texels(float texel) { return max(frame.shadow_softness / texel, 0.75); }

// The slope of a lit plane under a filter that is wider than the few texels which the bias is meant for: without
// it the plane would shade itself in stripes. In units of the bias, which is 1.5 texels unless set.
float wide_filter_bias(float texel) { return max(0.5 * filter_texels(texel) - 1.4, 0.0) * (1.414 / 1.5); }

// Samples the first cascade that holds the place; beyond the last there is sunlight. All cascades are tested
// before one is sampled, with constant indices, which lavapipe loads once and not for each pixel.
float sun_shadow(vec3 position, vec3 normal) {
  float facing = clamp(dot(normal, frame.sun_direction), 0.0, 1.0), slope = 1.0 - facing;
  float lean = max(sqrt(1.0 - facing * facing), 0.35);
  uint found = MAX_CASCADES;
  vec3 place = vec3(0);
  float texel = 1.0, fade = 0.0;
  for (uint c = 0u; c < MAX_CASCADES; ++c) {
    float texels = 0.5 + 1.5 * slope + wide_filter_bias(frame.cascade_texel[c]) * lean;
    vec3 offset = normal * (frame.cascade_texel[c] * frame.shadow_bias * texels);
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
  float radius = filter_texels(texel) / float(textureSize(shadow_map, 0).x);
  float sum = 0.0;
  for (int i = 0; i < 4; ++i) {
    vec2 offset = vec2((i & 1) == 0 ? -0.5 : 0.5, (i & 2) == 0 ? -0.5 : 0.5) * radius;
    sum += texture(shadow_map, vec4(place.xy + offset, float(found), place.z));
  }
  return mix(0.25 * sum, 1.0, fade);
}

vec3 mirrored_view(Surface s) { return reflect(normalize(s.position), s.normal); }

// `reflected_sky` is the sky's radiance from mirrored_view(s).
vec3 shade(Surface s, float ambient_occlusion, vec3 reflected_sky) {
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

  vec4 around = ambient_light(s.position, s.normal);
  vec3 mirror = mirrored_view(s);
  vec3 result = albedo * sky_diffuse(s.normal) * hidden_twice(ambient_share(around, s.normal), ambient_occlusion);
  vec3 environment = mix(reflected_sky, sky_diffuse(mirror), s.roughness) * ambient_share(around, mirror);
  float specular_occlusion = clamp(pow(n_v + ambient_occlusion, exp2(-16.0 * s.roughness - 1.0)) - 1.0 +
                                   ambient_occlusion, 0.0, 1.0);  // Lagarde and de Rousiers 2014
  result += environment * reflectance * specular_occlusion;

  float n_l = dot(s.normal, frame.sun_direction);
  if (n_l > 0.0) {
    float shadow = sun_shadow(s.position, s.normal);
    if (shadow > 0.0) {
      result += frame.sun_radiance * (n_l * shadow) * (albedo + gain * specular_lobe(s, f0, view, frame.sun_direction));
    }
  }
  for (uint i = 0u; i < frame.light_count; ++i) {
    vec3 to_light = frame.lights[i].position - s.position;
    float d2 = dot(to_light, to_light), radius = frame.lights[i].radius;
    if (d2 >= radius * radius) continue;
    vec3 direction = to_light * inversesqrt(d2);
    float lit = dot(s.normal, direction);
    if (lit <= 0.0) continue;
    float r = d2 / (radius * radius), window = 1.0 - r * r;
    float fall_off = window * window / max(d2, 0.01);
    result += frame.lights[i].color * (lit * fall_off) * (albedo + gain * specular_lobe(s, f0, view, direction));
  }
  return result;
}
