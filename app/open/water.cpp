#include "app/open/water.h"

#include "app/open/backends.h"
#include "core/error.h"
#include "core/log.h"

namespace app {

void give_water(Frame& frame, const gpu::Device& device, const Settings& settings) {
  frame.set_water_backend([&device, settings] {
    for (const BackendRow& row : backends()) {
      const bool shares = row.where == renderer::Where::same_device || row.where == renderer::Where::external;
      if (!shares || !allows(settings, row, &device)) continue;
      try {
        return WaterBackend{open_backend(row, settings, &device), row.where};
      } catch (const core::Error& error) {
        core::log_debug(error.what());
      }
    }
    return open_water_on_host();
  });
}

}  // namespace app
