// The fields of the family's view, written once: between_view.h makes a C++ struct of them and interpolate.comp a
// uniform block, both in scalar layout. A is the frame before, B this frame, T the moment between them. Positions
// are in render pixels of B unless a comment says otherwise.

SIZE(render)                  // of B, and of the cells
SIZE(past_render)             // of A
SIZE(output)                  // of B and T
SIZE(past_output)             // of A
NUMBERS(jitter, 2)            // render pixels
NUMBERS(past_jitter, 2)       // render pixels of A
NUMBERS(inverse_ratio, 2)     // render / output pixels
NUMBERS(ratio, 2)             // output / render pixels
NUMBERS(past_output_ratio, 2) // A's output pixels / render pixels
NUMBERS(past_render_ratio, 2) // A's render pixels / render pixels
NUMBERS(clip_to_past_clip, 16)     // B to A, column-major, without jitter
NUMBERS(past_clip_to_clip, 16)     // A to B
NUMBERS(clip_to_between, 16)       // B to T
NUMBERS(past_clip_to_between, 16)  // A to T
NUMBER(time, 1)                    // of T, from A (0) to B (1)
NUMBER(exposure_ratio, 1)          // T's exposure / B's
NUMBER(past_exposure_ratio, 1)     // T's exposure / A's
INTEGER(has_past, 0)               // 0: there is no A; then T is B
INTEGER(index_shift, 0)            // keys have the index of a pixel without these bits
INTEGER(past_index_shift, 0)

// Inputs, as the contract gives them.
INPUT(Floats, depth)
INPUT(HalfPairs, motion)
INPUT(HalfFours, picture)  // B's output, linear

// What is kept of a frame for the next one.
BUFFER(Numbers, clean_depth)  // reversed
INPUT(Numbers, past_depth)    // [past_render]
BUFFER(StoredFours, moves)    // motion in render pixels of its frame, 1 where it is the camera's alone
INPUT(StoredFours, past_moves)
BUFFER(StoredFours, colors)  // [output] working colour of the picture
INPUT(StoredFours, past_colors)

// Cells: what is seen at T at each render pixel.
BUFFER(Counts, hits)       // keys of B's pixels, the nearest at each cell; cleared before they are made
BUFFER(Counts, past_hits)  // of A's
BUFFER(NumberFours, flow)  // from T to A, then to B
BUFFER(NumberFours, surface)  // reversed depth at T, at A, at B, and what it was seen in
BUFFER(Counts, chosen)        // the cell whose surface this one shows: its own, or where it is a hole another's;
                              // and `doubtful`

BUFFER(HalfFours, out_half)    // T's picture, linear, [output]
CHOICE(MixtureView, shown)
BUFFER(HalfFours, shown_rgba)  // for Pass::mixture, [output]
