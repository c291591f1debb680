#version 460
#extension GL_GOOGLE_include_directive : require
#define HALF_STORAGE
#include "compute/vulkan/layers/storage.glsl"
// Upsamples a tensor, or turns its scalars into floats or halfs.

layout(constant_id = 0) const int what = 0;     // 0: upsample, 1: floats to halfs, 2: halfs to floats
layout(constant_id = 1) const int vectors = 4;  // of 16 bytes, in a pixel of 16 channels

layout(local_size_x = 128) in;
layout(push_constant, scalar) uniform Push { CopyArguments a; };
layout(buffer_reference, buffer_reference_align = 16, scalar) buffer Bits { uvec4 v[]; };

void main() {
  int step = int(gl_NumWorkGroups.x * gl_WorkGroupSize.x);
  for (int i = int(gl_GlobalInvocationID.x); i < a.count; i += step) {
    if (what == 1) {
      Halfs(a.destination).v[i] = to_halfs(Floats(a.source).v[i]);
    } else if (what == 2) {
      Floats(a.destination).v[i] = from_halfs(Halfs(a.source).v[i]);
    } else {
      int vector = i % vectors, pixel = i / vectors;
      int x = pixel % a.width, rest = pixel / a.width, y = rest % a.height, block = rest / a.height;
      int width = a.width / 2, height = a.height / 2;
      Bits(a.destination).v[i] =
          Bits(a.source).v[((block * height + y / 2) * width + x / 2) * vectors + vector];
    }
  }
}
