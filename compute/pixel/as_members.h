// Before a text of the one source (docs/adding.md): compiles it as C++ or CUDA, as members of a class
// template on the scalar T and the stored type S that has the family's view as its member v. as_end.h ends
// it.
#include "compute/pixel/as_functions.h"
#undef FN
#define FN NEURASTER_HD
#define FN_COLD NEURASTER_HD_COLD
#define stored4 ::compute::pixel::Stored<T, S>
#define REALS16(name) alignas(64) T name[16]
// Buffers as parameters.
#define FOURS const S*
#define DEPTHS const T*
#define COUNTS std::uint32_t*
