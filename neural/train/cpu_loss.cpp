// The loss for processors, compiled once for each instruction set.
#include "compute/cpu/family.h"
#include "neural/train/pixel/loss_rows.h"

NEURASTER_CPU_FAMILY(loss, "loss", neural::LossView<float>, float, neural::pixel::loss_by_rows<float>)
