// The fields of the family's view, written once: step_view.h makes a C++ struct of them and upscale.glsl a
// uniform block, both in scalar layout. A buffer's type says what it stores: S is the type that passes store
// for one another, four-vectors are [height][width][4].

SIZE(render)               // this frame
SIZE(output)               //
SIZE(padded)               // render size rounded up to a multiple that the network divides evenly
SIZE(past_render)          // of the previous frame: its depth and latent state
SIZE(past_output)          // of the previous frame: its output and count
NUMBERS(window, 2)         // x, y of this picture in the whole one: for crops
NUMBERS(to_clip, 2)        // 2 over the size of the whole one
NUMBERS(jitter, 2)         // render pixels
NUMBERS(past_jitter, 2)    // render pixels of the previous frame
NUMBERS(ratio, 2)          // output / render pixels on each axis, and its inverse
NUMBERS(inverse_ratio, 2)  //
NUMBERS(past_ratio, 2)     // previous output's pixels over this output's
NUMBERS(past_render_ratio, 2)  // previous render pixels over this frame's
NUMBER(exposure_ratio, 1)      // this frame's exposure / the previous one's
NUMBERS(clip_to_past_clip, 16)
INTEGER(reset, 1)

// Inputs, as the contract gives them.
INPUT(HalfFours, color)
INPUT(Floats, depth)
INPUT(HalfPairs, motion)
INPUT(Bytes, reactive)

// Buffers at render resolution.
BUFFER(StoredFours, sample)      // working colour, reactive 0..1
BUFFER(Numbers, clean_depth)     // reversed
INPUT(Numbers, past_depth)       //
BUFFER(StoredPairs, raw_motion)  // render pixels
BUFFER(StoredFours, mean)        // working colour over 3x3, disocclusion 0..1
BUFFER(StoredFours, deviation)   // of working colour over 3x3, depth edge 0..1
// Warped history at the jittered sample, working colour, and by how much the sample is brighter. In halfs on CUDA
// the last lane is the next state's instability, below 0 where nothing moves, and the flow's stays as it is.
BUFFER(StoredFours, history_at_sample)
// Dilated motion, the depth edge 0..1, above 0 where that motion is to be used and else below; last the
// disocclusion, from Pass::features on the next state's instability, and once Pass::controls has stored that in
// the state, how surely the light has changed.
BUFFER(StoredFours, flow)
BUFFER(Numbers, features)      // [2][padded][16], or
BUFFER(Words, features_bf16)   //
INPUT(Numbers, head)           // [2][padded][16]
BUFFER(StoredFours, controls)  // [16]
BUFFER(StoredFours, state)     // [8]; may lie where past_state lies
INPUT(StoredFours, past_state)
BUFFER(Counts, bad_in_row)  // counts values that were not finite or out of range; added to

// Buffers at output resolution.
INPUT(StoredFours, past)           // `kept` of the previous frame, at past_output's size
BUFFER(StoredFours, warped)        // working colour, brightness lost by a bilinear filter
BUFFER(StoredOnes, warped_count)   // samples behind the warped history; 0 where there is none
BUFFER(StoredFours, kept)          // the output as working colour, and its count; may lie where `past` lies
BUFFER(NumberFours, out_linear)    // or
BUFFER(HalfFours, out_half)

// For Pass::debug_view.
CHOICE(DebugView, shown)
BUFFER(HalfFours, shown_rgba)  // linear

// Gradients of the loss with respect to the field of the same name. Those of past_ fields are added to.
BUFFER(Numbers, g_out_linear)
BUFFER(Numbers, g_kept)
BUFFER(Numbers, g_controls)
BUFFER(Numbers, g_head)
BUFFER(Numbers, g_features)
BUFFER(Numbers, g_state)
BUFFER(Numbers, g_history_at_sample)  // added to; the last lane is for how surely the light has changed
BUFFER(Numbers, g_warped)
BUFFER(Numbers, g_warped_count)
BUFFER(Numbers, g_past)
BUFFER(Numbers, g_past_state)
