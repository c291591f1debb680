#pragma once
// The oracle that backends are tested against: every operation is a plain loop, in float or double.

#include <memory>

#include "compute/backend.h"

namespace compute {

template <typename T>
std::unique_ptr<BackendOf<T>> make_reference();

}  // namespace compute
