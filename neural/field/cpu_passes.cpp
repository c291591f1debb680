// The field's passes for processors, compiled once for each instruction set.
#include "compute/cpu/family.h"
#include "neural/field/pixel/dispatch.h"

NEURASTER_CPU_FAMILY(field, "field", neural::StoredFieldView, neural::f16,
                     (neural::pixel::field_host_passes<float, neural::f16, true>))
