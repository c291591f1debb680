#pragma once
// One frame from scene to screen. `Frame::draw` in frame.cpp is the table of contents of the program.

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/frame/lane.h"
#include "app/frame/live_comparison.h"
#include "app/frame/output_passes.h"
#include "app/frame/watchdog.h"
#include "app/settings/comparison_settings.h"
#include "core/frame.h"
#include "renderer/frame_context.h"
#include "renderer/passes/picture/reference_accumulate.h"
#include "renderer/passes/picture/view_split.h"
#include "renderer/passes/scene/exposure.h"
#include "renderer/passes/scene/gbuffer.h"
#include "renderer/passes/scene/lighting.h"
#include "renderer/passes/scene/shadow.h"
#include "renderer/passes/scene/transparent.h"

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
  double rendered = 0;  ///< until the GPU had rendered (host upscaler only)
  double generate =
      0;  ///< the upscaler, from its wait satisfied to its output written (device: a frame before)
};

class Frame {
 public:
  using Clock = gpu::Timer::Clock;

  /// The scene must outlive the frame. `host_upscaler` is called for Upscaler::neural; without one neural is
  /// an error.
  Frame(const gpu::Device& device, const scene::Scene& scene, const renderer::RenderSettings& settings,
        core::Size output);
  ~Frame();
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  void set_host_upscaler(HostUpscaler upscaler);
  /// Instead of the host's, which takes over where this one fails. Null gives it up. Waits for everything;
  /// the next frame resets. Throws core::Error where the buffers cannot be shared; then there is none.
  void set_device_upscaler(std::unique_ptr<DeviceUpscaler> upscaler);
  /// Gives the right side of a comparison its generator, when there comes to be one.
  using GiveGenerator = std::function<void(Lane&, RightLane, std::uint64_t next_frame)>;
  void set_right_generator(GiveGenerator give);
  Lane& left() { return left_; }
  bool generates_on_device() const { return left_.device_upscaler() != nullptr; }
  /// The backends that generated frames so far, in words and in their order: "none" without a network.
  std::string generated_by() const;
  /// What the device's generators have allocated for themselves, in bytes; nothing without one.
  std::optional<std::uint64_t> generator_memory();

  /// `watcher` is called by draw() with the inputs of the frame before the last, which is done by then:
  /// nothing waits for it. Not called while they lie in a device's own memory. Null: nobody watches.
  void watch(FrameWatcher watcher) { watcher_ = std::move(watcher); }
  bool watchable() const { return left_.shared().with() == renderer::SharedWith::host; }

  /// Draws and submits one frame; returns its numbers. Does not wait for the GPU.
  const core::FrameInfo& draw(const renderer::RenderSettings& settings, const FrameRequest& request,
                              const PresentHooks* present = nullptr);

  /// Waits for everything; reallocates what depends on the output size; the next frame resets.
  void resize(core::Size output);
  void drop_history() { reset_ = true; }

  /// Runs `body` on this thread: a call into the driver that may wait for frames, as presenting does where
  /// the processor presents. A device that fails meanwhile would keep it waiting for ever, so its signals are
  /// given for it; the next frame finds out, and the host's upscaler takes over.
  void while_watched(const std::function<void()>& body);

  core::Size output_size() const { return targets_->size; }
  const core::FrameInfo& info() const { return info_; }
  /// Of the frame drawn last.
  const renderer::View& view() const { return previous_view_; }

  /// Nothing while nothing is compared.
  std::optional<ComparisonState> comparison() const;

  /// Waits for the frame drawn last. [height][width][3] bytes, display-encoded.
  std::vector<std::byte> read_picture();
  /// Waits for the frame drawn last and fills the contract's output buffer from the output image.
  core::FrameIo read_contract();

  /// GPU passes of the newest finished frame (after `finish`: of the last).
  const std::vector<gpu::PassTime>& passes() const { return passes_; }
  /// When the first of them began; nothing where the GPU's clock cannot be read beside the CPU's.
  const std::optional<Clock::time_point>& passes_began() const { return passes_began_; }
  const FrameTimes& times() const { return times_; }
  /// Waits for the frame drawn last and reads its pass times.
  void finish();

 private:
  struct Slot;
  void wait_for_slot(Slot& slot);
  void read_passes(Slot& slot);
  void show_to_watcher(const Slot& slot) const;
  void forget_slots();
  void wait_composited(std::uint64_t value);
  void expect_generator();
  renderer::FrameContext begin(const renderer::RenderSettings& settings, const FrameRequest& request,
                               Slot& slot);
  void record_render(VkCommandBuffer commands, const renderer::FrameContext& frame);
  void record_scene(VkCommandBuffer commands, const renderer::FrameContext& frame) const;
  void prepare_comparison(const ComparisonSettings& comparison);
  void drop_comparison();
  bool unchanged(const renderer::FrameContext& frame, const renderer::RenderSettings& settings,
                 const FrameRequest& request) const;
  const gpu::Image& record_shown(VkCommandBuffer commands, const Slot& slot);
  void note_generator(Lane::By by);
  void fail_with(const std::exception_ptr& left, const std::exception_ptr& right);
  void draw_reference(renderer::FrameContext& frame, int samples);
  void composite(Slot& slot, const PresentHooks* present);
  void composite_pending(const PresentHooks* present);
  void set_device_upscaler(Lane& lane, std::unique_ptr<DeviceUpscaler> upscaler);
  void give_up_device_upscaler(Lane& lane, const std::string& reason);
  std::vector<Lane*> lanes();
  bool any_on_device();
  void signal_for_dead_devices();
  void measure_first_exposure(const renderer::RenderSettings& settings, const FrameRequest& request);

  const gpu::Device& device_;
  const scene::Scene& scene_;
  renderer::GpuScene gpu_scene_;
  std::unique_ptr<renderer::Targets> targets_;
  Lane left_;
  std::unique_ptr<renderer::ShadowPass> shadow_;
  renderer::GbufferPass gbuffer_;
  renderer::LightingPass lighting_;
  renderer::TransparentPass transparent_;
  renderer::ExposurePass exposure_;
  OutputPasses output_passes_;
  std::unique_ptr<renderer::ReferenceAccumulatePass> reference_;
  FrameWatcher watcher_;
  std::unique_ptr<renderer::ViewSplitPass> split_;
  GiveGenerator give_right_generator_;
  std::unique_ptr<LiveComparison> comparison_;
  RightLane right_ = RightLane::taau;                ///< that comparison_ was made for
  const gpu::Image* shown_ = nullptr;                ///< the picture of the composite recorded last
  std::unique_ptr<renderer::SharedFrame> readback_;  ///< where the contract's buffers are the GPU's own

  std::unique_ptr<Slot> slots_[2];
  Slot* pending_ = nullptr;          ///< rendered and generated, not composited yet: the setting `overlap`
  gpu::UniqueSemaphore composited_;  ///< reaches n + 1 when frame n is done
  gpu::CommandBuffer first_present_;
  std::uint64_t next_frame_ = 0;
  bool reset_ = true, exposure_known_ = false;
  renderer::AutoExposure auto_exposure_;
  core::FrameInfo info_, previous_info_;
  renderer::View previous_view_;
  std::vector<glm::dmat4> previous_transforms_;
  renderer::RenderSettings previous_settings_;
  renderer::Upscaler previous_rendered_for_ = renderer::Upscaler::native;
  double previous_seconds_ = 0, rested_seconds_ = 0;
  bool hold_exposure_ = false;  ///< nothing moves, and the eye has adapted
  std::vector<gpu::PassTime> passes_;
  std::optional<Clock::time_point> passes_began_;
  FrameTimes times_;
  bool generator_noted_ = false;         ///< the one in use is in generators_
  std::vector<std::string> generators_;  ///< of the left side, without repetition
  std::unique_ptr<Watchdog> watchdog_;   ///< made when a device's upscaler is first to be watched
};

}  // namespace app
