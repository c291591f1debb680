// The water's passes for processors, compiled once for each instruction set.
#include "compute/cpu/family.h"
#include "compute/water/pixel/dispatch.h"

NEURASTER_CPU_FAMILY(water, "water", compute::water::WaterView<float>, float,
                     (compute::water::pixel::water_host_passes<float>))
