#pragma once
// What a backend on a GPU can do with the memory and the semaphores of a renderer on the same GPU. Both sides
// only enqueue: nothing here waits on the host.

#include <cstdint>
#include <memory>
#include <optional>

#include "core/exported.h"

namespace compute {

class Memory;

/// A renderer's timeline semaphore, on the backend's one queue of work.
class Timeline {
 public:
  virtual ~Timeline() = default;
  virtual void wait(std::uint64_t value) = 0;  ///< work asked for from now on starts when it has been reached
  virtual void signal(std::uint64_t value) = 0;  ///< reached when the work asked for so far is done
};

/// Times work on the backend's queue by the device's clock.
class Stopwatch {
 public:
  virtual ~Stopwatch() = default;
  virtual void start() = 0;
  virtual void stop() = 0;
  /// Of the newest pair of start and stop that the device has passed; does not wait.
  virtual std::optional<double> milliseconds() = 0;
};

class Interop {
 public:
  virtual ~Interop() = default;
  /// The whole allocation as the backend's memory. Destroy it before the exporter frees its own.
  virtual std::unique_ptr<Memory> import_memory(core::ExportedMemory memory) = 0;
  virtual std::unique_ptr<Timeline> import_timeline(core::ExportedSemaphore semaphore) = 0;
  virtual std::unique_ptr<Stopwatch> stopwatch() = 0;
  /// The last group of this slot once more, unchanged: its time on the device without that of asking for it.
  virtual void launch_again(int slot) = 0;
  /// Bytes of GPU memory that this kind of backend has allocated in this process; imported ones not counted.
  virtual std::uint64_t allocated() const = 0;
  /// Throws core::Error where the device has failed since: what was enqueued will not be done. From any
  /// thread, while no other is in the backend.
  virtual void expect_alive() = 0;
};

}  // namespace compute
