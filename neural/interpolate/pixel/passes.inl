// The passes of the family "interpolate", written once for C++, CUDA and GLSL, in the order in which each text needs
// those before it.
#include "compute/pixel/filters.inl"
#include "neural/interpolate/pixel/cells.inl"
#include "neural/interpolate/pixel/holes.inl"
#include "neural/interpolate/pixel/blend.inl"
