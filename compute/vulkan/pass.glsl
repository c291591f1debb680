// What every pass of a family includes first: the work group and the grid. The view is declared by the family at
// set 0, binding 0 (see family.h). A pass begins with
//   ivec2 p = ivec2(gl_GlobalInvocationID.xy);
//   if (any(greaterThanEqual(p, push.grid))) return;
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_scalar_block_layout : require
#extension GL_EXT_shader_explicit_arithmetic_types_int8 : require
#extension GL_EXT_control_flow_attributes : require
#include "compute/vulkan/group.h"

layout(local_size_x = NEURASTER_GROUP_WIDTH, local_size_y = NEURASTER_GROUP_HEIGHT) in;

// The network's ends have more to push: fused/network_ends.glsl.
#if !defined(NETWORK_SQUEEZE) && !defined(NETWORK_HEAD)
layout(push_constant, scalar) uniform Push {
  ivec2 grid;  // in pixels
} push;
#endif
