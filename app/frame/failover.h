#pragma once
// What happens when a generator fails: it is given up, its lane's next one takes over, and nothing waits for
// signals that will not come. And which generators took their turns.

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/frame/lane.h"
#include "app/frame/watchdog.h"

namespace app {

class Failover {
 public:
  /// `lanes`: those in use now; also asked on the watchdog's thread while the frame's own is in
  /// while_watched(). `drop`: gives up the generator of a lane; the signals that it had promised have been
  /// given.
  Failover(const gpu::Device& device, std::function<std::vector<Lane*>()> lanes,
           std::function<void(Lane&)> drop)
      : device_(device), lanes_(std::move(lanes)), drop_(std::move(drop)) {}

  /// Tells the user why, and lets the next generator take over.
  void give_up(Lane& lane, const std::string& reason);
  /// Gives up every generator whose device has failed.
  void expect_alive();
  /// Waits for a timeline semaphore that is signalled after the lanes' generators are done.
  void wait(VkSemaphore semaphore, std::uint64_t value);
  /// After a frame: what Lane::generate returned. A generator that enqueues is given up; what happens on the
  /// host the caller hears.
  void settle(Lane& lane, const std::exception_ptr& failure);
  /// Runs `body` on this thread. While it lasts, signals are given for devices that have failed; the next
  /// frame gives them up.
  void while_watched(const std::function<void()>& body);

 private:
  bool any_enqueues() const;
  void signal_for_failed() const;

  const gpu::Device& device_;
  std::function<std::vector<Lane*>()> lanes_;
  std::function<void(Lane&)> drop_;
  std::unique_ptr<Watchdog> watchdog_;  ///< made when there is first something to watch
};

/// The generators that made frames so far, in words.
class GeneratorLog {
 public:
  /// Another one may be in use from now on.
  void changed() { noted_ = false; }
  /// After a frame that was generated. Descriptions are texts: asked for where the generator changes, not in
  /// each frame.
  void note(const Generator& generator);
  /// In their order, without repetition; "none" where nothing was generated.
  std::string text() const;

 private:
  bool noted_ = false;
  std::vector<std::string> names_;
};

}  // namespace app
