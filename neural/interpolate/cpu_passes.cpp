// The passes between frames for processors, compiled once for each instruction set.
#include "compute/cpu/family.h"
#include "neural/interpolate/pixel/dispatch.h"

NEURASTER_CPU_FAMILY(interpolate, "interpolate", neural::BetweenView<float>, float,
                     (neural::pixel::between_host_passes<float, float, true>))
