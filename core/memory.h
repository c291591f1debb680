#pragma once
// Main memory. Linux grants more memory than it has and kills the process that then uses it, so large buffers
// ask here before they are allocated. Both queries may be called from any thread.

#include <cstdint>

namespace core {

/// Bytes that this process can still use without swapping: the smaller of what the machine has left and what
/// the process's control group (cgroup 2) allows. The largest std::uint64_t where the system does not say.
std::uint64_t available_memory();

/// Throws core::Error, naming `what` needs the memory, where using `bytes` more would leave less than a
/// sixteenth of the machine's memory free. Does not check requests below 16 MiB.
void expect_memory(std::uint64_t bytes, const char* what);

/// Makes glibc keep up to 64 MiB of freed memory instead of returning it to the system. Call it first in
/// main. lavapipe allocates and frees the memory of a draw's vertices in every frame. With glibc's own limits
/// that memory went back to the system each time in about every second run, and the G-buffer of Lighthouse
/// then took 2,800 page faults a frame and a quarter more time.
void keep_freed_memory();

}  // namespace core
