// Before a text of the one source (docs/adding.md): compiles it as C++ or CUDA, as free functions that are
// templates on the scalar. as_end.h ends it. There is no guard: each text includes it anew.
#define FN              \
  template <typename T> \
  NEURASTER_HD
#define real T
#define real2 ::compute::pixel::Pair<T>
#define real4 ::compute::pixel::Vec4<T>
#define IN(type) const type&
#define OUT(type) type&
#define INOUT(type) type&
#define IN_ARRAY(type, name, count) const type(&name)[count]
#define OUT_ARRAY(type, name, count) type(&name)[count]
#define TABLE8(name, a, b, c, d, e, f, g, h) constexpr T name[8] = {a, b, c, d, e, f, g, h}
#define UNROLL NEURASTER_UNROLL
#define ROLLED NEURASTER_ROLLED
