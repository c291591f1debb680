#pragma once
// Who holds how much memory, for the panel and the reports.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "renderer/vulkan/device.h"

namespace app {

struct MemoryUse {
  std::string owner;
  std::uint64_t bytes = 0;
};

/// Device memory by what it is for, what the driver says it gave, and the process's own. `cuda`:
/// Frame::generator_memory.
std::vector<MemoryUse> memory_use(const gpu::Device& device, std::optional<std::uint64_t> cuda);

/// The most that the process ever held.
std::uint64_t peak_memory();

}  // namespace app
