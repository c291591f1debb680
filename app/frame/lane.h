#pragma once
// One upscaler of a frame, with its output, its history and its half of the hand-off: passes of the
// composite, the network on the host, or on the GPU. A frame has one, or two beside each other.

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/frame/device_upscaler.h"
#include "neural/upscale/upscaler.h"
#include "renderer/frame_context.h"
#include "renderer/shared_frame.h"

namespace app {

/// Generates io.output on the CPU from the frame and its history, between the two semaphores of the hand-off.
struct HostUpscaler {
  using Generate = std::function<void(const core::FrameIo&)>;
  /// Draws a view of the frame generated last: neural::Upscaler::draw.
  using Draw = std::function<void(neural::DebugView, core::f16*)>;
  /// The backend's description, once it has generated a frame.
  using Describe = std::function<std::string()>;

  HostUpscaler() = default;
  template <typename F>
  requires std::is_invocable_v<F, const core::FrameIo&> HostUpscaler(F generate_, Draw draw_ = {},
                                                                     Describe describe_ = {})
      : generate(std::move(generate_)), draw(std::move(draw_)), describe(std::move(describe_)) {}

  Generate generate;
  Draw draw;
  Describe describe;
};

class Lane {
 public:
  enum class By { none, host, device };

  /// `next_frame` is the number of the frame that comes next.
  Lane(const gpu::Device& device, core::Size output, std::uint64_t next_frame);

  void set_host_upscaler(HostUpscaler upscaler) { host_ = std::move(upscaler); }
  /// Instead of the host's; null gives it up. The device is idle; the next frame resets. Throws core::Error
  /// where the buffers cannot be shared; then there is none.
  void set_device_upscaler(std::unique_ptr<DeviceUpscaler> upscaler, std::uint64_t next_frame);
  /// Who would make the frame's output: the passes of the composite are `none`.
  By generator(renderer::Upscaler upscaler) const;
  /// Its backend, in words; empty for `none`.
  std::string describe(By by) const;
  DeviceUpscaler* device_upscaler() const { return device_upscaler_.get(); }
  /// After a failure of the device's upscaler: gives the signals that will not come.
  void signal_for_device();
  /// New buffers, the device is idle. A device's upscaler that cannot attach to them: why, in one sentence.
  std::string resize(core::Size output);

  void record_fill(VkCommandBuffer commands, const renderer::FrameContext& frame) const;
  /// After the rendering was submitted. Where it fails, the frame is finished without the network, so that
  /// both semaphores stay in step; then the caller hears of it. `view`: also drawn, of what was generated,
  /// for record_view.
  std::exception_ptr generate(const renderer::FrameContext& frame, core::Size history_size,
                              std::optional<neural::DebugView> view, By& by);
  /// In the composite, where the output was generated.
  void record_take(VkCommandBuffer commands, const renderer::FrameContext& frame) const;

  // What the two submissions of frame n wait for and signal.
  void sync_render(std::uint64_t n, std::vector<gpu::SemaphoreValue>& waits,
                   std::vector<gpu::SemaphoreValue>& signals) const;
  void sync_composite(std::uint64_t n, By by, std::vector<gpu::SemaphoreValue>& waits,
                      std::vector<gpu::SemaphoreValue>& signals) const;

  /// In the composite: copies the view to view_image().
  void record_view(VkCommandBuffer commands, const renderer::FrameContext& frame);
  /// rgba16f at output size; made when it is first asked for, which waits for the device.
  const gpu::Image& view_image();

  const renderer::Outputs& outputs() const { return *outputs_; }
  const renderer::SharedFrame& shared() const { return *shared_; }
  const HostUpscaler& host_upscaler() const { return host_; }
  /// Milliseconds of the frame generated last on the host: until the GPU had rendered, then the upscaler.
  double waited_ms() const { return waited_ms_; }
  double generated_ms() const { return generated_ms_; }

 private:
  void draw_view(neural::DebugView view, std::uint64_t n, By by);
  void generate_on_host(const renderer::FrameContext& frame, core::Size history_size);

  const gpu::Device& device_;
  core::Size size_;
  std::unique_ptr<renderer::Outputs> outputs_;
  std::unique_ptr<renderer::SharedFrame> shared_;
  gpu::Image view_image_;
  gpu::Buffer views_[2];  ///< what was drawn, by slot
  HostUpscaler host_;
  std::unique_ptr<DeviceUpscaler> device_upscaler_;
  std::uint64_t promised_;  ///< value of `generated` that the device's upscaler has enqueued
  double waited_ms_ = 0, generated_ms_ = 0;
};

}  // namespace app
