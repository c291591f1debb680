#pragma once
// How much memory is used for what, for the panel and the reports.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "renderer/vulkan/device.h"

namespace app {

struct MemoryUse {
  std::string owner;
  std::uint64_t bytes = 0;
  std::uint64_t budget = 0;  ///< what it may come to; 0: nobody says
};

/// Lists device memory by its use, the driver's own figure for this process, and the process's main memory.
/// `network` is what Frame::generator_memory returned, `budget` what Frame::generator_budget did.
std::vector<MemoryUse> memory_use(const gpu::Device& device, std::optional<std::uint64_t> network,
                                  std::uint64_t budget = 0);

/// The largest amount of main memory that the process has held so far, in bytes.
std::uint64_t peak_memory();

}  // namespace app
