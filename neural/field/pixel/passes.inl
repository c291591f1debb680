// The passes of the family "field", written once for C++, CUDA and GLSL, in the order in which each text needs those
// before it.
#include "neural/field/pixel/march.inl"
#include "neural/field/pixel/movers.inl"
#include "neural/field/pixel/network.inl"
#include "neural/field/pixel/light.inl"
#include "neural/field/pixel/render.inl"
#include "neural/field/pixel/learn.inl"
#include "neural/field/pixel/move.inl"
