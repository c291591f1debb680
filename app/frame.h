#pragma once
// One frame from scene to screen. `Frame::draw` in frame.cpp is the table of contents of the program.

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/device_upscaler.h"
#include "neural/frame_io.h"
#include "renderer/frame_context.h"
#include "renderer/passes/bloom.h"
#include "renderer/passes/composite.h"
#include "renderer/passes/exposure.h"
#include "renderer/passes/gbuffer.h"
#include "renderer/passes/lighting.h"
#include "renderer/passes/reference_accumulate.h"
#include "renderer/passes/shadow.h"
#include "renderer/passes/transparent.h"
#include "renderer/passes/upscale_spatial.h"
#include "renderer/passes/upscale_taau.h"
#include "renderer/shared_frame.h"

namespace app {

/// Generates io.output on the CPU from the frame and its history, between the two semaphores of the hand-off.
using HostUpscaler = std::function<void(const neural::FrameIo&)>;

/// What to draw.
struct FrameRequest {
  double seconds = 0;                            ///< of the scene
  float frame_seconds = 1 / 60.0f;               ///< drives automatic exposure
  bool cut = false;                              ///< drop the history
  std::optional<scene::CameraPose> camera = {};  ///< instead of the scene's path
  std::optional<float> exposure = {};            ///< instead of the automatic one
  std::optional<float> scale = {};               ///< instead of the settings': dynamic resolution
  int reference_samples = 0;                     ///< above 0: the supersampled truth instead of an upscaler
};

/// Reads the inputs of a frame: see Frame::watch.
using FrameWatcher = std::function<void(const neural::FrameIo&)>;

/// How a window takes part in a frame: it records after the composite, into the same command buffer.
struct PresentHooks {
  VkSemaphore acquired = VK_NULL_HANDLE, presentable = VK_NULL_HANDLE;
  std::function<void(VkCommandBuffer, const gpu::Image& picture)> record;
};

/// The wall-clock time of the parts of the last drawn frame, in milliseconds.
struct FrameTimes {
  double wait = 0;      ///< for the slot
  double record = 0;    ///< culling, constants and commands
  double rendered = 0;  ///< until the GPU had rendered (host upscaler only)
  double generate =
      0;  ///< the upscaler, from its wait satisfied to its output written (device: a frame before)
};

class Frame {
 public:
  /// The scene must outlive the frame. `host_upscaler` is called for Upscaler::neural; without one neural is
  /// an error.
  Frame(const gpu::Device& device, const scene::Scene& scene, const renderer::RenderSettings& settings,
        neural::Size output);
  ~Frame();
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  void set_host_upscaler(HostUpscaler upscaler) { host_upscaler_ = std::move(upscaler); }
  /// Instead of the host's, which takes over where this one fails. Null gives it up. Waits for everything;
  /// the next frame resets. Throws core::Error where the buffers cannot be shared; then there is none.
  void set_device_upscaler(std::unique_ptr<DeviceUpscaler> upscaler);
  bool generates_on_device() const { return device_upscaler_ != nullptr; }

  /// `watcher` is called by draw() with the inputs of the frame before the last, which is done by then:
  /// nothing waits for it. Not called while they lie in a device's own memory. Null: nobody watches.
  void watch(FrameWatcher watcher) { watcher_ = std::move(watcher); }

  /// Draws and submits one frame; returns its numbers. Does not wait for the GPU.
  const neural::FrameInfo& draw(const renderer::RenderSettings& settings, const FrameRequest& request,
                                const PresentHooks* present = nullptr);

  /// Waits for everything; reallocates what depends on the output size; the next frame resets.
  void resize(neural::Size output);
  void drop_history() { reset_ = true; }

  neural::Size output_size() const { return targets_->size; }
  const neural::FrameInfo& info() const { return info_; }

  /// Waits for the frame drawn last. [height][width][3] bytes, display-encoded.
  std::vector<std::byte> read_picture();
  /// Waits for the frame drawn last and fills the contract's output buffer from the output image.
  neural::FrameIo read_contract();

  /// GPU passes of the newest finished frame (after `finish`: of the last).
  const std::vector<gpu::PassTime>& passes() const { return passes_; }
  const FrameTimes& times() const { return times_; }
  /// Waits for the frame drawn last and reads its pass times.
  void finish();

 private:
  struct Slot;
  enum class Generator { none, host, device };
  void wait_for_slot(Slot& slot);
  void read_passes(const Slot& slot);
  void show_to_watcher(const Slot& slot) const;
  void forget_slots();
  void wait_composited(std::uint64_t value);
  void expect_generator();
  renderer::FrameContext begin(const renderer::RenderSettings& settings, const FrameRequest& request,
                               Slot& slot);
  void record_render(VkCommandBuffer commands, const renderer::FrameContext& frame);
  void record_upscale(VkCommandBuffer commands, const renderer::FrameContext& frame);
  void draw_reference(renderer::FrameContext& frame, int samples);
  void generate_on_host(const renderer::FrameContext& frame);
  std::exception_ptr generate(const renderer::FrameContext& frame, Generator& by);
  void composite(Slot& slot, const PresentHooks* present);
  void composite_pending(const PresentHooks* present);
  void give_up_device_upscaler(const std::string& reason);
  void measure_first_exposure(const renderer::RenderSettings& settings, const FrameRequest& request);

  const gpu::Device& device_;
  const scene::Scene& scene_;
  renderer::GpuScene gpu_scene_;
  std::unique_ptr<renderer::Targets> targets_;
  std::unique_ptr<renderer::SharedFrame> shared_;
  std::unique_ptr<renderer::ShadowPass> shadow_;
  renderer::GbufferPass gbuffer_;
  renderer::LightingPass lighting_;
  renderer::TransparentPass transparent_;
  renderer::ExposurePass exposure_;
  renderer::UpscaleSpatialPass upscale_spatial_;
  renderer::UpscaleTaauPass upscale_taau_;
  renderer::BloomPass bloom_;
  renderer::CompositePass composite_;
  std::unique_ptr<renderer::ReferenceAccumulatePass> reference_;
  HostUpscaler host_upscaler_;
  FrameWatcher watcher_;
  std::unique_ptr<DeviceUpscaler> device_upscaler_;
  std::unique_ptr<renderer::SharedFrame> readback_;  ///< where the contract's buffers are the GPU's own

  std::unique_ptr<Slot> slots_[2];
  Slot* pending_ = nullptr;          ///< rendered and generated, not composited yet: the setting `overlap`
  gpu::UniqueSemaphore composited_;  ///< reaches n + 1 when frame n is done
  gpu::CommandBuffer first_present_;
  std::uint64_t next_frame_ = 0;
  std::uint64_t promised_ = 0;  ///< value of `generated` that the device's upscaler has enqueued
  bool reset_ = true, exposure_known_ = false;
  renderer::AutoExposure auto_exposure_;
  neural::FrameInfo info_, previous_info_;
  renderer::View previous_view_;
  std::vector<glm::dmat4> previous_transforms_;
  renderer::Upscaler previous_upscaler_ = renderer::Upscaler::native;
  std::vector<gpu::PassTime> passes_;
  FrameTimes times_;
};

}  // namespace app
