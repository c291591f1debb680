// A backend module of another version, which must be refused.

#include "compute/backend.h"

extern "C" const compute::BackendModule* neuraster_backend() {
  static const compute::BackendModule module{0, "old", nullptr, nullptr};
  return &module;
}
