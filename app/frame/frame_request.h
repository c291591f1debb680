#pragma once
// What a caller asks of one frame, and what it hears of it.

#include <functional>
#include <optional>

#include "app/settings/comparison_settings.h"
#include "core/frame.h"
#include "renderer/scene/scene.h"
#include "renderer/vulkan/memory.h"

namespace app {

/// What to draw.
struct FrameRequest {
  double seconds = 0;                            ///< of the scene
  float frame_seconds = 1 / 60.0f;               ///< drives automatic exposure
  bool cut = false;                              ///< drop the history
  std::optional<scene::CameraPose> camera = {};  ///< instead of the scene's path
  std::optional<float> exposure = {};            ///< instead of the automatic one
  std::optional<float> scale = {};               ///< instead of the settings': dynamic resolution
  int reference_samples = 0;                     ///< above 0: the supersampled truth instead of an upscaler
  ComparisonSettings comparison = {};            ///< what is shown beside or instead of the picture
  ComparisonNow comparison_now = {};
};

/// Reads the inputs of a frame: see Frame::watch.
using FrameWatcher = std::function<void(const core::FrameIo&)>;

/// How a window takes part in a frame: it records after the composite, into the same command buffer.
struct PresentHooks {
  VkSemaphore acquired = VK_NULL_HANDLE, presentable = VK_NULL_HANDLE;
  std::function<void(VkCommandBuffer, const gpu::Image& picture)> record;
};

/// The wall-clock time of the parts of the last drawn frame, in milliseconds.
struct FrameTimes {
  double wait = 0;      ///< for the slot
  double record = 0;    ///< culling, constants and commands
  double rendered = 0;  ///< until the GPU had rendered (a generator on the host only)
  /// A generator on the host, from its wait satisfied to its output written; others are in Frame::passes().
  double generate = 0;
};

}  // namespace app
