// The surface of simulated water at one place: the basin's cells, and outside of it the waves of the wind alone.
// Needs `frame` (FrameConstants) and `basin` (uvec2[], four halfs each). All is in metres.
#include "core/water_waves.h"
#include "noise.glsl"

struct WaterPoint {
  float level;      // above the water at rest
  vec2 slope;       // of the level along x and z
  float foam;       // 0 to 1
  float roughness;  // what the waves too small for a pixel make of it
};

#define NEURASTER_WAVE(x, z, frequency, height) vec4(x, z, frequency, height),
const vec4 wind_waves[5] = vec4[](NEURASTER_WIND_WAVES(NEURASTER_WAVE) vec4(0));
#undef NEURASTER_WAVE

// How much of a wave is seen when a pixel covers so many of its radians along and across.
float seen(float radians2) { return exp2(-0.06 * radians2); }

// The wind's waves and two shorter ones that no simulation has.
WaterPoint open_water(vec2 place, vec2 along, float pixel_along, float pixel_across) {
  WaterPoint point = WaterPoint(0.0, vec2(0), 0.0, 0.0);
  for (int i = 0; i < 4; ++i) {
    vec4 wave = wind_waves[i];
    float a = dot(wave.xy, along) * pixel_along, b = (wave.x * along.y - wave.y * along.x) * pixel_across;
    float phase = dot(wave.xy, place) - wave.z * frame.seconds, left = seen(a * a + b * b);
    float height = wave.w * frame.water_wind;
    point.level += height * left * cos(phase);
    point.slope -= wave.xy * (height * left * sin(phase));
    point.roughness += height * height * dot(wave.xy, wave.xy) * (1.0 - left);
  }
  return point;
}

vec4 cell_at(int i) { return vec4(unpackHalf2x16(basin[i].x), unpackHalf2x16(basin[i].y)); }
// The basin between its four nearest cells.
vec4 basin_at(vec2 cell) {
  vec2 p = clamp(cell - 0.5, vec2(0), vec2(float(frame.water_cells) - 1.001));
  ivec2 i = ivec2(p);
  vec2 t = p - vec2(i);
  int first = i.y * frame.water_cells + i.x;
  vec4 upper = mix(cell_at(first), cell_at(first + 1), t.x);
  vec4 lower = mix(cell_at(first + frame.water_cells), cell_at(first + frame.water_cells + 1), t.x);
  return mix(upper, lower, t.y);
}

// The part of the basin in what is drawn at a cell: its border swallows waves, so the wind's take over.
float basin_part(vec2 cell) {
  vec2 edge = min(cell, vec2(frame.water_cells) - cell) / float(frame.water_cells);
  return smoothstep(0.02, 0.11, min(edge.x, edge.y));
}
vec2 cell_of(vec2 place) { return (place * frame.metre - frame.water_corner) / frame.water_cell; }
// The basin's level alone; 0 outside.
float basin_level(vec2 place) {
  vec2 cell = cell_of(place);
  return basin_at(cell).x * basin_part(cell);
}

// `view` points to the eye; `pixel_size` is what a pixel covers across the line of sight.
WaterPoint water_at(vec2 place, vec3 view, float pixel_size) {
  vec2 along = normalize(view.xz + vec2(1e-6, 0));
  float pixel_along = pixel_size / max(abs(view.y), 0.02);
  WaterPoint point = open_water(place, along, pixel_along, pixel_size);
  vec2 cell = cell_of(place);
  float part = basin_part(cell);
  vec4 simulated = basin_at(cell);
  float left = seen(2.0 * pixel_along * pixel_size / (frame.water_cell * frame.water_cell) * frame.metre * frame.metre);
  point.level = mix(point.level, simulated.x * left, part);
  point.slope = mix(point.slope, simulated.yz * left, part);
  point.foam = simulated.w * part;
  point.roughness = sqrt(point.roughness);
  return point;
}

// Bubbles: two layers of noise that stand still on the water.
float foam_grain(vec2 place, float pixel_size) {
  float fine = mix(0.5, value_noise(place * 9.0), seen(400.0 * pixel_size * pixel_size));
  return clamp(0.4 * value_noise(place * 3.1) + 0.6 * fine, 0.0, 1.0);
}
