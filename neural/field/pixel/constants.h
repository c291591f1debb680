// Sizes and numbers of the field. This file is GLSL and C++ at once.
#ifndef NEURASTER_FIELD_CONSTANTS_H
#define NEURASTER_FIELD_CONSTANTS_H

#ifdef __cplusplus
namespace neural::pixel {
#define CONSTANT(type) inline constexpr type
#else
#define CONSTANT(type) const type
#endif

// Geometry: cubes around one centre, each twice as large as the one before and with as many voxels.
CONSTANT(int) field_cascades = 7;
CONSTANT(int) field_bricks = 128;     // a side of a cube
CONSTANT(int) field_brick_side = 8;   // voxels a side of a brick
CONSTANT(int) field_half = 512;       // voxels from the centre to a side of a cube
CONSTANT(int) field_surfel_size = 8;  // floats: normal, offset of the plane, colour in Y, axis and cells
CONSTANT(int) field_farthest = 16;    // bricks that the distance map knows of
CONSTANT(int) field_cells = 4;        // a side of a surfel, each of which is there or not
// A plane is hit a little outside of its voxel too, so that neighbours leave no gap between them: along the
// ray and away from the plane, and along the plane.
CONSTANT(float) field_slack = 0.3f, field_cell_slack = 0.1f;  // voxels
CONSTANT(float) field_grazing = 0.004f;
CONSTANT(int) field_most_steps = 1024;  // of a ray, for one hit
// What moves: each in a cube of its own, that goes with it.
CONSTANT(int) field_mover_bricks = 16;  // a side
CONSTANT(int) field_mover_words = 128;  // of 32 bricks, a cube
CONSTANT(int) field_first_mover = 8;    // its cube's number among the cascades
CONSTANT(int) field_most_movers = 100;
CONSTANT(int) field_mover_size = 36;  // floats of FieldView::mover_frames

// The network: a grid of features at several resolutions, and a small network of three layers.
CONSTANT(int) field_levels = 8;
CONSTANT(int) field_level_width = 4;   // features a level
CONSTANT(int) field_entries = 262144;  // of a level, a power of two
CONSTANT(int) field_features = 32;     // levels * level_width
CONSTANT(int) field_inputs = 48;       // features, and 16 numbers of direction, normal and size
CONSTANT(int) field_hidden = 64;
CONSTANT(int) field_outputs = 16;       // four are used; 16 make a register
CONSTANT(int) field_first_weights = 0;  // [inputs][hidden], [hidden][hidden], [hidden][outputs]
CONSTANT(int) field_second_weights = 3072;
CONSTANT(int) field_last_weights = 7168;
CONSTANT(int) field_weights = 8192;
CONSTANT(int) field_entry_size = 16;  // of the optimiser: value, two moments and average, four of each
// A level counts in so far as its cells are larger than what a pixel sees of the surface.
CONSTANT(float) field_detail = 2.0f;
CONSTANT(float) field_detail_bias = 0.5f;
CONSTANT(float) field_opacity_bias = 2.0f;  // untrained surfels are nearly opaque

// Rendering.
CONSTANT(int) field_most_hits = 8;    // of a pixel
CONSTANT(float) field_solid = 0.9f;   // from this opacity on a surfel hides what is behind it
CONSTANT(float) field_clear = 0.08f;  // below this transmittance nothing more is looked for
CONSTANT(int) field_sky_side = 512;

// Learning.
CONSTANT(int) field_ray_hits = 6;      // of a ray
CONSTANT(int) field_chunk_rays = 256;  // whose gradients of weights are summed in one place
CONSTANT(int) field_ray_size = 12;     // floats: origin, distance; direction, size of a pixel; colour in Y
CONSTANT(float) field_opacity_loss = 0.02f;
CONSTANT(float) field_first_decay = 0.9f;
CONSTANT(float) field_second_decay = 0.99f;
CONSTANT(float) field_entry_follow = 0.05f;   // how fast averages follow: an entry's, each time it is touched
CONSTANT(float) field_weight_follow = 0.02f;  // and a weight's, each step, after the first ones

#ifdef __cplusplus
static_assert(field_features == field_levels * field_level_width &&
              (field_entries & (field_entries - 1)) == 0);
static_assert(field_mover_words * 32 == field_mover_bricks * field_mover_bricks * field_mover_bricks);
static_assert(field_second_weights == field_inputs * field_hidden);
static_assert(field_last_weights == field_second_weights + field_hidden * field_hidden);
static_assert(field_weights == field_last_weights + field_hidden * field_outputs);
}  // namespace neural::pixel
#endif
#undef CONSTANT
#endif
