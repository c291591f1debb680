#pragma once
// Computes PSNR and FLIP of the shown pictures on a thread of its own, at most a quarter of the time, so that
// frames do not wait.

#include <chrono>
#include <cstdint>
#include <future>
#include <optional>
#include <vector>

#include "core/clock.h"
#include "core/frame.h"
#include "core/picture/metrics.h"
#include "renderer/vulkan/commands.h"

namespace app {

/// Scores of the pictures as displayed: 8 bits, with bloom and tone curve.
struct LiveScore {
  int samples = 0;             ///< of the reference; 0: without it, the sides were compared with each other
  double psnr_db[2] = {0, 0};  ///< left, right
  bool has_flip = false;
  double flip[2] = {0, 0};
  std::vector<std::uint8_t> maps[2] = {};  ///< rgba8 [height][width][4]: FLIP in magma
};

/// The thread that draws calls all functions.
class LiveScores {
 public:
  LiveScores(const gpu::Device& device, core::Size size);

  /// Returns true where it can take new pictures and has rested long enough since the last ones.
  bool ready() const;
  /// Records copies of the rgba8 pictures of frame `frame`. A null `truth` compares them with each other.
  /// With `flip` also error maps, of which `gain` multiplies the errors.
  void record(VkCommandBuffer commands, std::uint64_t frame, const gpu::Image& left, const gpu::Image& right,
              const gpu::Image* truth, int samples, bool flip, float gain);
  /// Call it when the device is done with frame `frame`; it starts to work where that frame's pictures were
  /// copied.
  void frame_done(std::uint64_t frame);
  /// Returns true once for each new result, and fills `score`.
  bool take(LiveScore& score);
  /// Discards the result in progress, because the view has changed.
  void forget();

 private:
  using Clock = core::Clock;
  core::Size size_;
  gpu::Buffer copies_[3];  ///< left, right, truth
  std::optional<std::uint64_t> copied_in_;
  int samples_ = 0;
  bool flip_ = false, forgotten_ = false;
  float gain_ = 1;
  Clock::time_point started_{}, next_{};
  std::future<LiveScore> work_;
};

}  // namespace app
