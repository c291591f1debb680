// The fields of FieldView: once for C++ and CUDA, and GLSL. Places are relative to the field's centre, in the scene's
// units.

SIZE(grid)  // the pixels of a frame, or how many rays there are and 1
// The geometry.
NUMBER(voxel, 1)                 // side of the finest voxels
INPUT(Bytes, distance)           // [cascades][bricks^3], at distance_place(): bricks to the nearest full one; 0: it may be full
INPUT(Counts, brick_bits)        // a bit a brick: it is full
INPUT(Counts, brick_first)       // full bricks before each of these words
INPUT(Counts, voxel_bits)        // [full bricks][16] a bit a voxel: it is full
INPUT(Counts, voxel_first)       // full voxels before each of these words
INPUT(Counts, surfel_first)      // [full voxels + 1]
INPUT(Floats, surfels)           // [surfels][8]; the last is 65536 * the axis nearest to the normal + a bit a cell
INPUT(Counts, mover_bits)        // [movers' cubes][128] a bit a brick: it is full
INPUT(Counts, mover_first)       // full bricks before each of these words, those that stand still first
INPUT(Floats, sky)               // [512][512][4] colour in Y by octahedral direction
// What was learned.
INPUT(StoredFours, features)     // [levels][entries][4]
INPUT(NumberFours, weights)      // [weights]
INTEGER(untrained, 0)            // 1: the surfels alone, without the network
// Rendering: the camera, and the frame's buffers as in core/frame.h.
NUMBERS(eye, 3)
NUMBERS(axes, 9)                 // right, up, backward
NUMBERS(tangent, 2)              // of half the field of view, across and upwards
NUMBERS(jitter, 2)
NUMBERS(to_previous, 16)         // clip space to that of the frame before, column-major
NUMBER(near, 1)
NUMBER(brightness, 1)            // the frame's exposure / the exposure of what was learned
INTEGER(movers, 0)               // that may be seen
INTEGER(movers_learned, 0)       // 1: the network knows them too
INTEGER(casters, 0)              // that follow them, and may stand before the sun
NUMBERS(sun, 3)                  // towards it
NUMBERS(sun_share, 3)            // its light on a surface that faces it / all other light
INPUT(Floats, mover_frames)      // [movers + casters][36] to its cube: rows, offset; to where it was; half box, voxel, cube, sphere
BUFFER(HalfFours, color)
BUFFER(Floats, depth)
BUFFER(HalfPairs, motion)
BUFFER(Bytes, reactive)
// Learning: the rays, and what they give.
INPUT(Floats, rays)              // [rays][12]; the last is 0, or 1 + the mover in whose space the ray is
BUFFER(Counts, hits)             // [rays]
BUFFER(Counts, verdicts)         // [rays][ray_hits] surfel, 67108864 * its cell, 1073741824 * what the teacher says
BUFFER(Numbers, places)          // [rays][ray_hits][4] contracted place, footprint
BUFFER(Counts, spaces)           // [rays][ray_hits] as Place::space
BUFFER(Numbers, feature_gradient)  // [rays][ray_hits][32]
BUFFER(Numbers, weight_gradient)   // [chunks][weights]
BUFFER(Numbers, loss)            // [rays]
// Moving what is learned.
BUFFER(Numbers, entries)         // [levels][entries][16]
BUFFER(Numbers, level_gradient)  // [entries][4] of the levels that need no hash, one after another
BUFFER(Numbers, weight_state)    // [3][weights] two moments and the average
BUFFER(Numbers, moved_weights)   // `weights`, to write
BUFFER(StoredFours, moved_features)    // `features`, to write
BUFFER(StoredFours, average_features)  // the same of the averages
NUMBER(entry_rate, 0)
NUMBER(weight_rate, 0)
NUMBER(weight_follow, 1)         // how much of a weight goes into its average
NUMBER(gradient_scale, 1)
NUMBERS(correction, 2)           // 1 - decay^step of both moments of the weights
