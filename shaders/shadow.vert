#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared.h"

layout(push_constant, scalar) uniform Push { ShadowConstants push; };

layout(location = 0) in vec3 position;
layout(location = 3) in vec2 uv;
layout(location = 0) out vec2 out_uv;

void main() {
  out_uv = uv;
  gl_Position = push.shadow_from_model * vec4(position, 1);
}
