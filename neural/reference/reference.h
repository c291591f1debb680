#pragma once
// The oracle: every operation as a plain loop, in float or double.

#include <memory>

#include "neural/backend.h"

namespace neural {

template <typename T>
std::unique_ptr<BackendOf<T>> make_reference();

}  // namespace neural
