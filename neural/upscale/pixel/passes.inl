// The passes of the family "upscale", written once for C++, CUDA and GLSL, in the order in which each text
// needs those before it.
#include "compute/pixel/filters.inl"
#include "neural/upscale/pixel/frame.inl"
#include "neural/upscale/pixel/history_filter.inl"
#include "neural/upscale/pixel/warp.inl"
#include "neural/upscale/pixel/network_ends.inl"
#include "neural/upscale/pixel/reconstruction.inl"
#include "neural/upscale/pixel/debug_view.inl"
