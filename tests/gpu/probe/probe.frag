#version 460
// Does the same arithmetic as probe.comp, to compare the speed of fragment and compute shaders.
layout(location = 0) out vec4 color;
void main() {
  float x = gl_FragCoord.x * 0.001;
  for (int i = 0; i < 512; ++i) x = fma(x, 0.999, 0.001);
  color = vec4(x, 1, 0.5, 1);
}
