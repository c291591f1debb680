// After a text of the one source: forgets the names of as_functions.h and as_members.h.
#undef FN
#undef FN_COLD
#undef real
#undef real2
#undef real4
#undef stored4
#undef IN
#undef OUT
#undef INOUT
#undef IN_ARRAY
#undef OUT_ARRAY
#undef REALS16
#undef TABLE8
#undef UNROLL
#undef ROLLED
