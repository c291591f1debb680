// A backend module of another version.

#include "neural/backend.h"

extern "C" const neural::BackendModule* neuraster_backend() {
  static const neural::BackendModule module{0, "old", nullptr, nullptr};
  return &module;
}
