// The push constants of our layers. GLSL and C++ include this header, and lay it out alike: addresses lie at
// multiples of 8 bytes.
//
// Tensors are [channels / 16][height][width][16] scalars, as at the interface.
#ifdef __cplusplus
#pragma once
#include <cstdint>
#define NEURASTER_ADDRESS std::uint64_t
#define NEURASTER_INT std::int32_t
namespace compute::vulkan {
#else
#define NEURASTER_ADDRESS uvec2
#define NEURASTER_INT int
#endif

// The output pixels and rows of a work group, and how many pixels, one below another, an invocation computes.
#define NEURASTER_TILE 16
#define NEURASTER_TILE_PIXELS 4
// The same with cooperative matrices.
#define NEURASTER_MATRIX_TILE_HEIGHT 8

// One tensor of a concatenated source. Shift 1 reads it upsampled to twice its size by nearest neighbours.
struct Part {
  NEURASTER_ADDRESS data;
  NEURASTER_INT blocks;         // of 16 channels
  NEURASTER_INT width, height;  // of the stored tensor
  NEURASTER_INT shift;
};

// Weights are [out / 16][in / 4][tap][4][16], padded with zeros to blocks of 16; the bias is in floats.
struct ConvolutionArguments {
  Part parts[2];
  NEURASTER_ADDRESS result, weights, bias;
  NEURASTER_INT width, height;  // of the result
};

// Copies `count` elements: vectors of 4 scalars between floats and halfs, or of 16 bytes.
struct CopyArguments {
  NEURASTER_ADDRESS source, destination;
  NEURASTER_INT count;
  NEURASTER_INT width, height;  // of the destination of an upsampling
};

// Pixels outside of `grid` have zeros as input and no output; the network runs over the padded size.
struct SqueezeArguments {
  NEURASTER_INT grid[2], padded[2];
  NEURASTER_ADDRESS result;
};
struct HeadArguments {
  NEURASTER_INT grid[2], padded[2];
  Part parts[2];  // 16 channels each
};

#ifdef __cplusplus
static_assert(sizeof(ConvolutionArguments) == 80 && sizeof(HeadArguments) == 64);
}  // namespace compute::vulkan
#endif
