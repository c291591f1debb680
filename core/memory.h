#pragma once
// Main memory: Linux grants what it does not have and kills who uses it, so large buffers ask first.

#include <cstdint>

namespace core {

/// Bytes that can be used without swapping, by the machine and by the process's control group (cgroup 2).
/// All ones where the system does not tell.
std::uint64_t available_memory();

/// Throws core::Error where `bytes` more for `what` would leave less than a sixteenth of the machine's
/// memory. Below 16 MiB it does not look.
void expect_memory(std::uint64_t bytes, const char* what);

}  // namespace core
