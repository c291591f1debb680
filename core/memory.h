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

/// Lets the allocator keep 64 MiB of what was freed, to be called before anything else. lavapipe takes and
/// frees the memory of a draw's vertices in every frame; where glibc's own rules gave that back to the system
/// each time, the G-buffer of Lighthouse met 2,800 page faults a frame and took a quarter longer, in about
/// every second run.
void keep_freed_memory();

}  // namespace core
