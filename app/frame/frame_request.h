#pragma once
// The request for one frame, and the times that it reports.

#include <functional>
#include <optional>
#include <vector>

#include "app/settings/comparison_settings.h"
#include "core/frame.h"
#include "renderer/scene/scene.h"
#include "renderer/vulkan/commands.h"
#include "renderer/vulkan/memory.h"

namespace app {

class Thumbnails;

/// Says what to draw.
struct FrameRequest {
  double seconds = 0;                            ///< time of the scene
  float frame_seconds = 1 / 60.0f;               ///< drives automatic exposure
  bool cut = false;                              ///< drop the history
  std::optional<scene::CameraPose> camera = {};  ///< used instead of the scene's path
  std::optional<float> exposure = {};            ///< used instead of the automatic exposure
  std::optional<float> scale = {};               ///< used instead of the settings' scale: dynamic resolution
  std::optional<float> finest_scale = {};  ///< what `scale` may come to: there is room for it from the start
  bool between = true;                     ///< false: no pictures between, though there is room for them
  std::optional<glm::vec2> poke = {};      ///< where a finger is in the water: x and z of the scene
  int reference_samples = 0;               ///< above 0: the supersampled reference is drawn
  ComparisonSettings comparison = {};      ///< shown beside or instead of the picture
  ComparisonNow comparison_now = {};
  const Thumbnails* thumbnails = nullptr;  ///< are filled where given; they must outlive the frame
};

/// Reads the inputs of a frame: see Frame::watch().
using FrameWatcher = std::function<void(const core::FrameIo&)>;

/// Lets a window take part in a frame, or whoever wants every picture: it records after the composite, into
/// the same command buffer. A frame has one picture, and before it as many as were made between.
struct PresentHooks {
  VkSemaphore acquired = VK_NULL_HANDLE,
              presentable = VK_NULL_HANDLE;  ///< of the next picture; null: no window
  /// Called with the command buffer and the finished picture.
  std::function<void(VkCommandBuffer, const gpu::Image& picture)> record;
  /// Called between two pictures of a frame, when the first was submitted: presents it and sets the
  /// semaphores for the next. Returns false where that cannot be shown; it is then drawn without a call of
  /// record(). May be empty.
  std::function<bool()> next = {};

  /// Adds the semaphores to those of the submission that has what record() recorded.
  void add(std::vector<gpu::SemaphoreValue>& waits, std::vector<gpu::SemaphoreValue>& signals) const {
    if (acquired) waits.push_back({acquired, 0});
    if (presentable) signals.push_back({presentable, 0});
  }
};

/// The wall-clock times of the parts of the last drawn frame, in milliseconds.
struct FrameTimes {
  double wait = 0;      ///< waiting for the slot
  double record = 0;    ///< culling, constants and commands, and the field
  double field = 0;     ///< a learned scene on the host, where one fills the frame
  double rendered = 0;  ///< until the GPU had rendered (only for a generator on the host)
  /// From the end of that wait until the output is written, by a generator on the host; Frame::passes() has
  /// the time of others.
  double generate = 0;
};

}  // namespace app
