#pragma once
// Draws one frame from scene to screen. `Frame::draw` in frame.cpp lists the passes and is the place to start
// reading.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/frame/between_pictures.h"
#include "app/frame/comparison/comparison.h"
#include "app/frame/failover.h"
#include "app/frame/field_source.h"
#include "app/frame/frame_camera.h"
#include "app/frame/frame_request.h"
#include "app/frame/frame_slot.h"
#include "app/frame/lane.h"
#include "app/frame/output_passes.h"
#include "app/frame/overlap.h"
#include "app/frame/water/frame_water.h"
#include "renderer/full_render.h"
#include "renderer/scene_renderer.h"

namespace app {

/// The thread that draws calls all functions.
class Frame {
 public:
  using Clock = gpu::Timer::Clock;

  /// The scene must outlive the frame. Upscaler::neural needs a generator, which is set below. Throws
  /// core::Error.
  Frame(const gpu::Device& device, const scene::Scene& scene, const renderer::RenderSettings& settings,
        core::Size output);
  ~Frame();
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  /// Replaces the generators: the first is used, and where it fails the next takes over. Waits for all
  /// frames; the next frame resets. Throws core::Error where the first cannot attach to the frame's buffers;
  /// the one after it is then in use.
  void set_generators(Generators generators);
  void set_generator(std::unique_ptr<Generator> generator);
  /// Adds a generator before the present ones; waits, resets and throws as set_generators() does.
  void prefer_generator(std::unique_ptr<Generator> generator);
  /// Gives up the generator in use, and the next takes over. Waits for all frames; the next frame resets.
  void drop_generator() { drop_generator(left_); }
  /// Sets the generators for the right side of a comparison, which gets them when a comparison begins.
  void set_right_generators(Comparison::GiveGenerators give);
  /// Fills frames from a learned scene from now on, in the rasterizer's place; null gives the rasterizer
  /// back. Waits for all frames; the next frame resets.
  void set_field(std::unique_ptr<FieldSource> field);
  /// Null while the rasterizer fills the frames.
  FieldSource* field() const { return field_.get(); }
  Lane& left() { return left_; }
  bool generates_on_device() const { return left_.enqueues(); }
  /// Describes the backends that generated frames so far, in their order; "none" without a network.
  std::string generated_by() const { return generator_log_.text(); }
  /// Returns the bytes that the generators have allocated on a GPU; nothing where they use none.
  std::optional<std::uint64_t> generator_memory();
  /// Returns what that may come to at the sizes in use; 0 where nobody says.
  std::uint64_t generator_budget();

  /// Has the scene's water computed elsewhere than on the host. Waits for all frames.
  void set_water_backend(OpenWaterBackend open);
  /// Null while no water is simulated.
  const LivingWater* water() const { return water_.water(); }

  /// Makes draw() call `watcher` with the inputs of the frame before the last, which is done by then, so that
  /// nothing waits. It is not called while the inputs lie in a device's own memory. Null ends watching.
  void watch(FrameWatcher watcher) { watcher_ = std::move(watcher); }
  /// Returns whether draw() can call the watcher now: the inputs lie in mapped memory.
  bool watchable() const { return mapped(left_.shared().where()); }

  /// Draws and submits one frame and returns its numbers. Waits for the frame before the last, and a
  /// generator on the host waits for the rendering, but not for the picture. Throws core::Error, and rethrows
  /// what a generator on the host throws.
  const core::FrameInfo& draw(const renderer::RenderSettings& settings, const FrameRequest& request,
                              const PresentHooks* present = nullptr);

  /// Waits for all frames and reallocates for another output size in pixels; the next frame resets. Throws
  /// core::Error.
  void resize(core::Size output);
  /// Makes the next frame start without a history, as after a cut.
  void drop_history() { camera_.reset(); }

  /// Runs `body` on this thread: a call into the driver that may wait for frames, as presenting does where
  /// the processor presents. If a device fails meanwhile, its signals are given so that the call does not
  /// wait for ever; the next frame notices, and the next generator takes over.
  void while_watched(const std::function<void()>& body) { failover_.while_watched(body); }

  /// Returns the size in pixels.
  core::Size output_size() const { return targets_->size; }
  const core::FrameInfo& info() const { return camera_.info(); }
  /// Returns the view of the frame drawn last.
  const renderer::View& view() const { return camera_.previous_view(); }
  /// Returns the direction towards the sun at the settings' time of day.
  glm::vec3 to_sun(const renderer::RenderSettings& settings) const {
    return scene_.sky().at(settings.time_of_day).to_sun;
  }

  /// Returns nothing while nothing is compared.
  std::optional<ComparisonState> comparison() const;

  /// Returns how many pictures were drawn before the one of the frame drawn last, between it and the frame
  /// before.
  int pictures_between() const { return pictures_between_; }

  /// Waits for the frame drawn last and returns its picture: [height][width][3] bytes, display-encoded.
  std::vector<std::byte> read_picture();
  /// Waits for the frame drawn last and fills the contract's output buffer from the output image. The
  /// pointers are valid until the next draw() or resize().
  core::FrameIo read_contract();

  /// Returns the GPU passes of the newest finished frame; after finish(), of the last frame.
  const std::vector<gpu::PassTime>& passes() const { return passes_; }
  /// Returns when the first of them began; nothing where the GPU's clock cannot be compared with the CPU's.
  const std::optional<Clock::time_point>& passes_began() const { return passes_began_; }
  const FrameTimes& times() const { return times_; }
  /// Waits for the frame drawn last and reads its pass times.
  void finish();

 private:
  // These are the parts of draw().
  void look_first(const renderer::RenderSettings& settings, const FrameRequest& request);
  void wait_for_slot(FrameSlot& slot);
  void hold_between(const renderer::RenderSettings& settings, const FrameRequest& request);
  void make_room(const FrameSlot& slot, const FrameRequest& request);
  renderer::FrameContext& begin(FrameSlot& slot, const FrameRequest& request, bool looked);
  void submit_render(const FrameSlot& slot);
  bool rasterizes(const FrameSlot& slot) const;
  const renderer::WaterSurface* advance_water(const renderer::WaterSettings& settings,
                                              const FrameRequest& request);
  const renderer::FrameSource& source_of(const FrameSlot& slot) const;
  void record_source(VkCommandBuffer commands, const FrameSlot& slot);
  void draw_reference(const FrameSlot& slot, int samples);
  void composite(FrameSlot& slot, const PresentHooks* present);
  void submit_composite(const FrameSlot& slot, const PresentHooks* present);
  void composite_pending(const PresentHooks* present);
  void settle(const std::exception_ptr& left, const std::exception_ptr& right);

  // These run between frames.
  void stand_still();
  void prepare_comparison(const ComparisonSettings& comparison);
  void change_generator();
  void drop_generator(Lane& lane);
  void forget_slots();
  void read_passes(FrameSlot& slot);
  void show_to_watcher(const FrameSlot& slot) const;
  std::vector<Lane*> lanes();

  const gpu::Device& device_;
  renderer::GpuScene scene_;
  std::unique_ptr<renderer::Targets> targets_;
  renderer::SceneRenderer rasterizer_;
  std::unique_ptr<FieldSource> field_;  ///< fills the frame in its place; the reference is always rasterized
  FrameCamera camera_;
  FrameWater water_;
  Lane left_;
  OutputPasses output_passes_;
  BetweenPictures between_;
  Comparison comparison_;
  Overlap overlap_;
  Failover failover_;
  GeneratorLog generator_log_;                           ///< of the left lane
  std::unique_ptr<renderer::FrameReference> reference_;  ///< made for the first frame that needs it
  std::unique_ptr<renderer::SharedFrame> readback_;      ///< where the contract's buffers are the GPU's own
  FrameWatcher watcher_;

  std::unique_ptr<FrameSlot> slots_[2];
  gpu::UniqueSemaphore composited_;    ///< reaches n + 1 when frame n is done
  const gpu::Image* shown_ = nullptr;  ///< the picture of the composite recorded last
  std::vector<gpu::PassTime> passes_;
  std::optional<Clock::time_point> passes_began_;
  FrameTimes times_;
  int pictures_between_ = 0;
};

}  // namespace app
