#pragma once
// A backend on a GPU works beside a renderer by this interface: it shares the memory and semaphores of one on
// the same GPU, or copies through pinned memory. Both sides only enqueue: no function here waits on the host.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/exported.h"

namespace compute {

class Memory;

/// A renderer's timeline semaphore, used on the backend's only queue of work.
class Timeline {
 public:
  virtual ~Timeline() = default;
  virtual void wait(std::uint64_t value) = 0;    ///< work enqueued after this starts when the semaphore has
                                                 ///< reached `value`
  virtual void signal(std::uint64_t value) = 0;  ///< sets `value` when the work enqueued before is done
};

/// Times work on the backend's queue by the device's clock.
class Stopwatch {
 public:
  virtual ~Stopwatch() = default;
  /// Both record a point on the backend's queue.
  virtual void start() = 0;
  virtual void stop() = 0;
  /// Returns the time between the newest start and stop that the device has passed, nothing before the
  /// first; does not wait.
  virtual std::optional<double> milliseconds() = 0;
};

/// A named piece of a group: a pass, or a layer of the network.
struct Stage {
  std::string name;
  std::optional<double> milliseconds;  ///< by the device's clock; nothing until it was timed
  std::uint64_t operations = 0;        ///< multiply-adds of a layer; 0 for a pass
  std::uint64_t bytes = 0;             ///< that a layer reads and writes, each value once; 0 for a pass
};

class Interop {
 public:
  virtual ~Interop() = default;
  /// Maps the whole allocation as the backend's memory and takes over its descriptor. Destroy the result
  /// before the exporter frees its memory. Throws core::Error.
  virtual std::unique_ptr<Memory> import_memory(core::ExportedMemory memory) = 0;
  /// Imports a timeline semaphore and takes over its descriptor. Throws core::Error.
  virtual std::unique_ptr<Timeline> import_timeline(core::ExportedSemaphore semaphore) = 0;
  /// Uses a timeline semaphore (VkSemaphore) of the very device that the backend computes on. Its owner keeps
  /// it. Memory of that device needs no import: a view may hold any of its addresses. Throws core::Error
  /// where the backend does not compute on a renderer's device.
  virtual std::unique_ptr<Timeline> share_timeline(void* semaphore) {
    (void)semaphore;
    core::fail("this backend does not compute on the renderer's device");
  }
  /// Allocates memory of the host that the device copies from and to by itself. Throws core::Error.
  virtual std::unique_ptr<Memory> pinned(std::size_t bytes) = 0;
  /// Enqueue copies between pinned memory and the device's, whose bytes are read when the queue gets there.
  virtual void copy_in_later(void* memory, const void* pinned, std::size_t bytes) = 0;
  virtual void copy_out_later(void* pinned, const void* memory, std::size_t bytes) = 0;
  /// Enqueues a function of the host: a thread of the driver calls it when the work before is done, and the
  /// work after waits for it. It must not throw and not use the backend. A failed device never calls it.
  virtual void call_later(std::function<void()> work) = 0;
  /// Makes a stopwatch for the backend's queue. Throws core::Error.
  virtual std::unique_ptr<Stopwatch> stopwatch() = 0;
  /// Enqueues the last group of this slot once more, unchanged, to time it without the cost of recording
  /// it.
  virtual void launch_again(int slot) = 0;
  /// Has each stage of the groups from now on timed by the device, where that is possible.
  virtual void time_stages(bool on) { (void)on; }
  /// Returns the stages of the last group, in order, with the newest times that the device has passed; does
  /// not wait. Empty where the backend does not tell them apart.
  virtual std::vector<Stage> stages() { return {}; }
  /// Returns the bytes of GPU memory that backends of this kind have allocated in this process, imported
  /// memory not counted.
  virtual std::uint64_t allocated() const = 0;
  /// Throws core::Error where the device has failed: enqueued work will not be done then. May be called
  /// from any thread while no other thread uses the backend.
  virtual void expect_alive() = 0;
};

}  // namespace compute
