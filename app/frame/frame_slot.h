#pragma once
// One of the two slots that frames use in turn: the state of a frame in flight.

#include <array>
#include <optional>

#include "app/frame/frame_request.h"
#include "renderer/frame_context.h"
#include "renderer/vulkan/commands.h"
#include "renderer/vulkan/timer.h"

namespace app {

struct FrameSlot {
  FrameSlot(const gpu::Device& device, const renderer::GpuScene& scene)
      : render(device), composite(device), timer(device), buffers(device, scene) {
    for (gpu::CommandBuffer& one : before) one = gpu::CommandBuffer(device);
  }

  /// Takes over the request of the next frame in this slot; the last one must be done.
  void take(const renderer::RenderSettings& asked, const FrameRequest& request) {
    reference = request.reference_samples > 0;
    comparison = reference ? ComparisonSettings{} : request.comparison;
    comparison_now = request.comparison_now;
    thumbnails = reference ? nullptr : request.thumbnails;
    between_wanted = request.between;
    left_settings = settings = asked;
    settings.upscaler = rendered_for(asked.upscaler, comparison);
  }
  /// Returns whether a frame was drawn into the slot.
  bool used() const { return frame != ~0ull; }

  gpu::CommandBuffer render, composite;                        ///< R(n) and C(n)
  std::array<gpu::CommandBuffer, core::Between::most> before;  ///< the composites of the pictures between
  gpu::Timer timer;
  renderer::FrameBuffers buffers;
  std::uint64_t frame = ~0ull;  ///< the frame drawn into it last
  bool read = false;            ///< that frame is done, and its times were read
  // The members below belong to that frame until it is composited.
  renderer::RenderSettings settings;  ///< rendered with these: their upscaler is rendered_for() both lanes
  renderer::RenderSettings left_settings;  ///< as requested
  ComparisonSettings comparison;
  ComparisonNow comparison_now;
  const Thumbnails* thumbnails = nullptr;
  std::optional<BufferView> inner;  ///< what the generator drew of itself for the thumbnails
  std::optional<renderer::FrameContext> context;
  bool reference = false;  ///< it is the supersampled reference
  bool generated = false;  ///< its output comes from the left lane's generator
  bool between_wanted = true;
  core::Between between;  ///< the pictures before it
};

}  // namespace app
