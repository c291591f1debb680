#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared.h"
#include "common.glsl"

layout(set = 0, binding = 0, scalar) uniform Frame { FrameConstants frame; };
layout(push_constant, scalar) uniform Draw { ObjectConstants object; MaterialConstants material; };

#include "sway.glsl"

layout(location = 0) in vec3 position;
layout(location = 1) in vec2 normal;
layout(location = 2) in vec4 tangent;
layout(location = 3) in vec2 uv;
layout(location = 4) in vec4 color;

layout(location = 0) out vec3 out_normal;
layout(location = 1) out vec4 out_tangent;
layout(location = 2) out vec2 out_uv;
layout(location = 3) out vec3 out_position;
layout(location = 4) out flat uint out_motion_id;
layout(location = 5) out vec3 out_color;

void main() {
  mat4x3 world_from_model = object.world_from_model;
  out_position = world_from_model * vec4(position, 1);
  out_normal = mat3(world_from_model) * oct_decode(normal);  // scales are uniform
  out_tangent = vec4(mat3(world_from_model) * tangent.xyz, tangent.w);
  out_uv = uv;
  out_color = color.rgb;
  // No branch, because lavapipe compiles the shader anew for uniforms that alone decide one.
  float sways = material.sways != 0u && object.motion_id == 0u ? 1.0 : 0.0;
  out_position += sways * swayed_from(out_position, frame.seconds);
  out_motion_id = material.sways != 0u && object.motion_id == 0u ? SWAYING : object.motion_id;
  gl_Position = frame.clip_from_world * vec4(out_position, 1);
}
