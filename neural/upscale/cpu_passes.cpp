// The upscaler's passes for processors, compiled once for each instruction set.
#include "compute/cpu/family.h"
#include "neural/upscale/pixel/dispatch.h"

NEURASTER_CPU_FAMILY(upscale, "upscale", neural::StepView<float>, float,
                     (neural::pixel::host_passes<float, float, true>))
