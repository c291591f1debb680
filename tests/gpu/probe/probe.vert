#version 460
// Draws one triangle over the whole picture.
void main() {
  gl_Position = vec4(vec2((gl_VertexIndex << 1) & 2, gl_VertexIndex & 2) * 2 - 1, 0.5, 1);
}
