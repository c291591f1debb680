// After as_members.h in a class of a family: how its texts load and store, as as_shader.glsl does it for
// GLSL. i counts what the buffer's type names, fours or pairs or single values.
FN static real4 load_half4(const f16* p, int i) {
  return compute::pixel::load4<T>(p, i);
}
FN static void store_half4(f16* p, int i, real4 x) {
  compute::pixel::store4(p, i, x);
}
FN static real2 load_half2(const f16* p, int i) {
  return compute::pixel::load2<T>(p + 2 * i);
}
FN static real4 load4(const S* p, int i) {
  return compute::pixel::load4<T>(p, i);
}
FN static void store4(S* p, int i, real4 x) {
  compute::pixel::store4(p, i, x);
}
FN static stored4 load_stored(const S* p, int i) {
  return compute::pixel::load_stored(p, i);
}
FN static real load_lane(const S* p, int i, int lane) {
  return compute::pixel::load1<T>(p + 4 * i + lane);
}
FN static void store_lane(S* p, int i, int lane, real x) {
  compute::pixel::store1(p + 4 * i + lane, x);
}
FN static real2 load2(const S* p, int i) {
  return compute::pixel::load2<T>(p + 2 * i);
}
FN static void store2(S* p, int i, real2 x) {
  compute::pixel::store2(p + 2 * i, x);
}
FN static real load_stored1(const S* p, int i) {
  return compute::pixel::load1<T>(p + i);
}
FN static void store_stored1(S* p, int i, real x) {
  compute::pixel::store1(p + i, x);
}
template <typename P>
FN static real load1(const P* p, int i) {
  return static_cast<T>(p[i]);
}
FN static void store1(T* p, int i, real x) {
  p[i] = x;
}
FN static real load_byte(const std::uint8_t* p, int i) {
  return static_cast<T>(p[i]);
}
FN static void count_at(std::uint32_t* p, int i, int n) {
  add_at(p + i, static_cast<std::uint32_t>(n));
}
FN static stored4 stored_splat(real a) {
  return stored4::all(a);
}
FN static stored4 narrowed(real4 a) {
  return compute::pixel::narrowed<S>(a);
}
FN static void most_at(std::uint32_t* p, int i, std::uint32_t x) {
  raise_at(p + i, x);
}
FN static std::uint32_t load_count(const std::uint32_t* p, int i) {
  return p[i];
}
FN static void store_count(std::uint32_t* p, int i, std::uint32_t x) {
  p[i] = x;
}
FN static real4 load_fours(const T* p, int i) {
  return real4::load(p + 4 * i);
}
FN static void store_fours(T* p, int i, real4 x) {
  x.store(p + 4 * i);
}
