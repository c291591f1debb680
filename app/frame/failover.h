#pragma once
// Handles failures of generators, and of what computes the water: a failed one is given up, the next one
// takes over, and nothing waits for signals that will not come. GeneratorLog records which generators made
// frames.

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/frame/lane.h"
#include "app/frame/watchdog.h"
#include "app/frame/water/frame_water.h"

namespace app {

class Failover {
 public:
  /// `lanes` returns the lanes in use; the watchdog's thread calls it too while the frame's thread is in
  /// while_watched(). `drop` gives up the generator of a lane, after its promised signals were given.
  Failover(const gpu::Device& device, std::function<std::vector<Lane*>()> lanes,
           std::function<void(Lane&)> drop, FrameWater& water)
      : device_(device), lanes_(std::move(lanes)), drop_(std::move(drop)), water_(water) {}

  /// Reports the reason to the user and lets the next generator take over.
  void give_up(Lane& lane, const std::string& reason);
  /// The same for what computes the water.
  void give_up_water(const std::string& reason);
  /// Gives up everything whose device has failed.
  void expect_alive();
  /// Waits for a timeline semaphore that is signalled after the lanes' generators are done. Gives up
  /// generators whose device fails meanwhile.
  void wait(VkSemaphore semaphore, std::uint64_t value);
  /// Call it after a frame with the result of Lane::generate. A failed generator that enqueues is given up;
  /// the failure of one on the host is rethrown.
  void settle(Lane& lane, const std::exception_ptr& failure);
  /// Runs `body` on this thread. Meanwhile it gives the signals of devices that have failed; the next frame
  /// gives up their generators.
  void while_watched(const std::function<void()>& body);

 private:
  bool any_may_fail() const;
  void expect_generators_alive();
  void signal_for_failed() const;
  static void give_signals(Lane& lane);

  const gpu::Device& device_;
  std::function<std::vector<Lane*>()> lanes_;
  std::function<void(Lane&)> drop_;
  FrameWater& water_;
  std::unique_ptr<Watchdog> watchdog_;  ///< made when there is first something to watch
};

/// Records which generators made frames so far.
class GeneratorLog {
 public:
  /// Call it when another generator may be in use.
  void changed() { noted_ = false; }
  /// Call it after a frame that was generated. A description is a text, so it is requested only after a
  /// change and not in each frame.
  void note(const Generator& generator);
  /// Returns the descriptions in their order without repetition; "none" where nothing was generated.
  std::string text() const;

 private:
  bool noted_ = false;
  std::vector<std::string> names_;
};

}  // namespace app
