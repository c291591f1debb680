#include "app/open/water.h"

#include "app/open/backends.h"

namespace app {

void give_water(Frame& frame, const gpu::Device& device, const Settings& settings) {
  for (const BackendRow& row : backends()) {
    if (row.where != renderer::Where::same_device || !allows(settings, row, &device)) continue;
    return frame.set_water_backend([&device, &row, settings] {
      return WaterBackend{open_backend(row, settings, &device), row.where};
    });
  }
  frame.set_water_backend(open_water_on_host);
}

}  // namespace app
