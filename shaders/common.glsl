// Helpers that every shader uses.
#ifndef NEURASTER_COMMON_GLSL
#define NEURASTER_COMMON_GLSL

#include "core/light.h"

const float PI = 3.14159265;

float max3(vec3 v) { return max(v.x, max(v.y, v.z)); }
float luminance(vec3 c) { return dot(c, vec3(luminance_red, luminance_green, luminance_blue)); }

// Octahedral normals follow Cigolle et al. 2014, "A Survey of Efficient Representations for Independent Unit
// Vectors".
vec2 oct_encode(vec3 n) {
  n /= abs(n.x) + abs(n.y) + abs(n.z);
  vec2 folded = (1.0 - abs(n.yx)) * mix(vec2(-1), vec2(1), greaterThanEqual(n.xy, vec2(0)));
  return n.z >= 0.0 ? n.xy : folded;
}
vec3 oct_decode(vec2 e) {
  vec3 n = vec3(e, 1.0 - abs(e.x) - abs(e.y));
  float t = max(-n.z, 0.0);
  n.xy -= mix(vec2(-t), vec2(t), greaterThanEqual(n.xy, vec2(0)));
  return normalize(n);
}

// Limits a colour to [0, limit]. NaN fails every comparison, so it becomes 0.
vec3 clean(vec3 c, float limit) {
  return vec3(c.x > 0.0 ? min(c.x, limit) : 0.0, c.y > 0.0 ? min(c.y, limit) : 0.0, c.z > 0.0 ? min(c.z, limit) : 0.0);
}

// Bounds a colour, so that an average of samples has no jagged highlights (Karis 2014, "High Quality Temporal
// Supersampling").
vec3 compress(vec3 c) { return c / (1.0 + max3(c)); }
vec3 expand(vec3 c) { return c / max(1.0 - max3(c), 1e-4); }

vec3 to_ycocg(vec3 c) {
  return vec3(dot(c, vec3(0.25, 0.5, 0.25)), dot(c, vec3(0.5, 0, -0.5)), dot(c, vec3(-0.25, 0.5, -0.25)));
}
vec3 from_ycocg(vec3 c) { return vec3(c.x + c.y - c.z, c.x + c.z, c.x - c.y - c.z); }

#endif
