#pragma once
// How fast a backend's device is: what the ribbon compares the network's rates with.

#include "compute/backend.h"

namespace app {

struct DeviceRate {
  double operations = 0;  ///< multiplications and additions a second, in convolutions like the network's
  double bytes = 0;       ///< read and written a second by a large copy
};

/// Measures it, for about a tenth of a second. The device should have nothing else to do. Throws core::Error.
DeviceRate measure_rate(compute::Backend& backend);

}  // namespace app
