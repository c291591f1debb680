#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared.h"
#include "common.glsl"
#include "sky_map.glsl"
#include "noise.glsl"
#include "aerosol.h"
// Draws the sky map: a clear sky from the atmosphere's table, stars, a high and a low layer of clouds.

layout(local_size_x = 8, local_size_y = 8) in;
layout(binding = 0, scalar) readonly buffer Tables { vec4 air[SKY_ROWS * SKY_COLUMNS], aerosol[SKY_ROWS * SKY_COLUMNS]; };
layout(binding = 1, rgba16f) uniform writeonly image2D map;
layout(push_constant, scalar) uniform Push { SkyConstants push; };

const float GROUND = 6360.0;  // km

// renderer::Atmosphere::Table::radiance().
vec3 clear_sky(vec3 direction) {
  vec2 d = direction.xz, s = push.to_sun.xz;
  float lengths = length(d) * length(s), azimuth = lengths > 1e-6 ? acos(clamp(dot(d, s) / lengths, -1.0, 1.0)) : 0.0;
  float x = azimuth / PI * float(SKY_COLUMNS - 1), y = sqrt(clamp(direction.y, 0.0, 1.0)) * float(SKY_ROWS - 1);
  int column = min(int(x), SKY_COLUMNS - 2), row = min(int(y), SKY_ROWS - 2), i = row * SKY_COLUMNS + column;
  float u = x - float(column), v = y - float(row);
  vec3 a = mix(mix(air[i], air[i + 1], u), mix(air[i + SKY_COLUMNS], air[i + SKY_COLUMNS + 1], u), v).rgb;
  vec3 m = mix(mix(aerosol[i], aerosol[i + 1], u), mix(aerosol[i + SKY_COLUMNS], aerosol[i + SKY_COLUMNS + 1], u), v).rgb;
  return a + m * aerosol_phase(dot(direction, push.to_sun));
}

const mat2 TURN = mat2(0.8, 0.6, -0.6, 0.8);
float octaves(vec2 p, int count) {
  float sum = 0.0, weight = 0.5, all = 0.0;
  for (int i = 0; i < count; ++i) {
    sum += weight * value_noise(p);
    all += weight;
    weight *= 0.5;
    p = TURN * p * 2.03 + 17.3;
  }
  return sum / all;
}

// The distance in km at which a ray meets a layer at this height.
float to_layer(vec3 direction, float height) {
  float along = GROUND * direction.y;
  return sqrt(along * along + 2.0 * GROUND * height + height * height) - along;
}
// Round puffs, 0 to 1: Worley 1996, "A Cellular Texture Basis Function".
float puff(vec2 p) {
  ivec2 i = ivec2(floor(p));
  vec2 f = fract(p);
  float nearest = 1.0;
  for (int n = 0; n < 9; ++n) {
    ivec2 cell = ivec2(n % 3, n / 3) - 1;
    vec2 d = vec2(cell) + vec2(cell_random(i + cell), cell_random(i + cell + 5381)) - f;
    nearest = min(nearest, dot(d, d));
  }
  return 1.0 - sqrt(nearest);
}
float puffs(vec2 p) { return 0.625 * puff(p) + 0.25 * puff(TURN * p * 2.1 + 9.2) + 0.125 * puff(p * 4.3 - 3.7); }
// How thick the heaps of the low layer are at a place in km, 0 to 1: where it is humid enough, out of puffs that
// fray at the edge.
float heap(vec2 p) {
  vec2 bent = p + 0.5 * vec2(octaves(p * 0.7 + 3.1, 2), octaves(p * 0.7 - 7.7, 2));
  float humid = octaves(bent * 0.16 + 8.0, 2) * 0.6 + puff(bent * 0.42) * 0.4;
  float body = clamp((humid - mix(0.78, 0.30, push.clouds)) * 4.0, 0.0, 1.0);
  return clamp(body - (1.0 - body) * 1.1 * (1.0 - puffs(bent * 1.5)), 0.0, 1.0);
}
// Light that thin water lets through and turns forward, and that thick water gives back.
vec3 cloud_light(float thick, float before_sun, vec3 direction, vec3 sky_above) {
  float forward = clamp(dot(direction, push.to_sun), 0.0, 1.0);
  float lit = exp(-2.2 * before_sun) * (0.75 + 1.6 * pow(forward, 6.0) * exp(-2.5 * thick)), spread = 0.20 * exp(-0.5 * before_sun);
  return push.sunlight * (lit + spread) * mix(1.0, 0.8, thick) + sky_above * mix(1.25, 0.8, thick);
}

// One in some cells of the map; few are bright. As round in the sky as the map's texels allow.
float star(vec2 texel, vec3 direction) {
  const float CELL = 13.0, WIDTH = 0.0021;
  ivec2 cell = ivec2(floor(texel / CELL));
  vec2 at = (vec2(cell) + 0.15 + 0.7 * vec2(cell_random(cell + 77), cell_random(cell + 1234))) * CELL;
  vec3 away = (sky_map_direction(at / float(push.size - 1)) - direction) / WIDTH;
  float bright = 0.03 + pow(cell_random(cell + 911), 9.0);
  return cell_random(cell) < 0.4 ? bright * exp(-dot(away, away)) : 0.0;
}

void main() {
  ivec2 texel = ivec2(gl_GlobalInvocationID.xy);
  if (any(greaterThanEqual(texel, ivec2(push.size)))) return;
  // The outermost texels' centres are the horizon, so that it needs no texel beyond them.
  vec3 direction = sky_map_direction(vec2(texel) / float(push.size - 1));
  vec3 clear = clear_sky(direction), color = clear;
  float seen = smoothstep(0.0, 0.12, direction.y);
  color += push.stars * star(vec2(texel), direction) * seen * vec3(0.85, 0.92, 1.0);
  float through = 1.0;
  if (push.clouds > 0.0) {
    vec3 above = clear_sky(vec3(0, 1, 0));
    // High and thin: ice, drawn out by the wind.
    float far = to_layer(direction, 8.0);
    vec2 p = TURN * (direction.xz * far) * vec2(0.05, 0.16);
    float veil = smoothstep(0.48, 0.95, octaves(p + 0.8 * octaves(p * 0.7, 3), 5)) * (0.25 + 0.5 * push.clouds);
    float haze = exp(-far / 90.0);
    vec3 ice = cloud_light(veil * 0.3, 0.1, direction, above);
    color = mix(color, mix(clear, ice, haze), veil * 0.75);
    through *= 1.0 - veil * 0.75;
    // Low heaps; their light is what is left after the way to the sun.
    far = to_layer(direction, 1.5);
    p = direction.xz * far;
    float thick = heap(p), before = 0.0;
    if (thick > 0.0) {
      vec2 towards = push.to_sun.xz / max(push.to_sun.y, 0.25) * 0.14;
      for (int i = 1; i <= 5; ++i) before += heap(p + towards * float(i)) * 0.3;
      haze = exp(-far / 60.0);
      float opaque = 1.0 - exp(-5.0 * thick);
      vec3 water = cloud_light(thick, before, direction, above);
      color = mix(color, mix(clear, water, haze), opaque * smoothstep(0.0, 0.03, direction.y));
      through *= 1.0 - opaque;
    }
  }
  imageStore(map, texel, vec4(clean(color, 60000.0), through));
}
