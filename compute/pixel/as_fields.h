// In a view struct of a family, a template on the scalar T and the stored type S, before the text with its
// fields: what the words of that text are in C++. as_fields_end.h ends it. as_shader.glsl has them for GLSL.
using HalfFours = core::f16;
using HalfPairs = core::f16;
using Floats = float;
using Bytes = std::uint8_t;
using Words = std::uint16_t;
using Counts = std::uint32_t;
using Numbers = T;
using NumberFours = T;
using StoredFours = S;
using StoredPairs = S;
using StoredOnes = S;
#define SIZE(name) core::Size name = {};
#define INTEGER(name, value) int name = value;
#define NUMBER(name, value) T name = value;
#define NUMBERS(name, count) T name[count] = {};
#define CHOICE(type, name) type name = {};
#define INPUT(kind, name) const kind* name = nullptr;
#define BUFFER(kind, name) kind* name = nullptr;
