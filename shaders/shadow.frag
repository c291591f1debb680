#version 460
#extension GL_EXT_scalar_block_layout : require
// Only alpha-tested casters have a fragment shader.

layout(push_constant, scalar) uniform Push {
  mat4 shadow_from_model;
  float alpha_cutoff;
} push;
layout(set = 0, binding = 0) uniform sampler2D base_color_map;
layout(location = 0) in vec2 uv;

void main() {
  if (texture(base_color_map, uv).a < push.alpha_cutoff) discard;
}
