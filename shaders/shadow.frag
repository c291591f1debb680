#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared.h"
// Only alpha-tested casters have a fragment shader.

layout(push_constant, scalar) uniform Push { ShadowConstants push; };
layout(set = 0, binding = 0) uniform sampler2D base_color_map;
layout(location = 0) in vec2 uv;

void main() {
  if (texture(base_color_map, uv).a < push.alpha_cutoff) discard;
}
