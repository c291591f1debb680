#version 460
layout(local_size_x = 8, local_size_y = 8) in;
layout(binding = 0, rgba8) uniform writeonly image2D picture;
void main() {
  if (any(greaterThanEqual(gl_GlobalInvocationID.xy, imageSize(picture)))) return;
  float x = gl_GlobalInvocationID.x * 0.001;
  for (int i = 0; i < 512; ++i) x = fma(x, 0.999, 0.001);
  imageStore(picture, ivec2(gl_GlobalInvocationID.xy), vec4(x, 1, 0.5, 1));
}
