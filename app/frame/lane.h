#pragma once
// A lane is one upscaler of a frame, with its output, its history and its half of the hand-off. The upscaler
// is passes of the composite or a generator. A frame has one lane, or two beside each other.

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/frame/generators/generator.h"
#include "renderer/frame_context.h"
#include "renderer/shared_frame.h"

namespace app {

/// The thread that draws calls all functions, except where a comment says otherwise.
class Lane {
 public:
  /// `next_frame` is the number of the next frame. Throws core::Error.
  Lane(const gpu::Device& device, core::Size output, std::uint64_t next_frame);

  /// Replaces the lane's generators. The device must be idle; the next frame resets. Throws core::Error where
  /// the first cannot attach; the one after it is then in use.
  void set_generators(Generators generators, std::uint64_t next_frame);
  /// Adds a generator before the present ones, under the same conditions.
  void prefer_generator(std::unique_ptr<Generator> generator, std::uint64_t next_frame);
  /// Gives up the generator in use, and the next takes over. The device must be idle; the next frame resets.
  void drop_generator(std::uint64_t next_frame);
  /// Returns the generator in use; null where there is none.
  Generator* generator() const { return generators_.empty() ? nullptr : generators_.front().get(); }
  /// Returns whether the generator in use enqueues: it may fail later, while the GPU goes on.
  bool enqueues() const { return generator() && !waits_on_host(generator()->where()); }
  /// Returns whether a generator makes the output for this upscaler, and not the passes of the composite.
  static bool generates(renderer::Upscaler upscaler) { return upscaler == renderer::Upscaler::neural; }
  /// Describes the backend behind an upscaler; empty where there is none.
  std::string describe(renderer::Upscaler upscaler) const;

  /// Gives the signals that will not come after an enqueued generation failed. May be called from any thread.
  void signal_for_generator();
  /// Makes new buffers; the device must be idle. Returns why the generator cannot attach to them, in one
  /// sentence, or an empty string.
  std::string resize(core::Size output);
  /// Makes buffers for so many pictures between two frames, under the conditions of resize(); returns as it
  /// does.
  std::string hold_between(int count);

  /// Records the copy from the targets into the slot's buffers of the shared frame.
  void record_fill(VkCommandBuffer commands, const renderer::FrameContext& frame) const;
  /// Call it after the rendering was submitted. On a failure it sets `generated` to false and returns the
  /// exception: the frame is finished without the output, so that both semaphores stay in step. Where `view`
  /// is given, that view of the result is drawn too, for record_view().
  std::exception_ptr generate(const renderer::FrameContext& frame, core::Size history_size,
                              const core::Between& between, std::optional<neural::DebugView> view,
                              bool& generated);
  /// In the composite, where the output was generated: records its copy into the output image.
  void record_take(VkCommandBuffer commands, const renderer::FrameContext& frame) const;

  // These add the semaphores that the two submissions of frame n wait for and signal.
  void sync_render(std::uint64_t n, std::vector<gpu::SemaphoreValue>& waits,
                   std::vector<gpu::SemaphoreValue>& signals) const;
  void sync_composite(std::uint64_t n, bool generated, std::vector<gpu::SemaphoreValue>& waits,
                      std::vector<gpu::SemaphoreValue>& signals) const;

  /// In the composite: records the copy of the view to view_image().
  void record_view(VkCommandBuffer commands, const renderer::FrameContext& frame);
  /// Returns an rgba16f image at output size. The first call makes it, which waits for the device.
  const gpu::Image& view_image();

  const renderer::Outputs& outputs() const { return *outputs_; }
  const renderer::SharedFrame& shared() const { return *shared_; }
  /// Returns the times of the frame generated last.
  const Generator::HostTimes& host_times() const { return host_times_; }

 private:
  std::string with_new_buffers(const std::function<void()>& body);
  void attach(std::uint64_t next_frame);
  void share(renderer::Where where, std::uint64_t next_frame);
  void draw_view(neural::DebugView view, std::uint64_t n);

  const gpu::Device& device_;
  core::Size size_;
  std::unique_ptr<renderer::Outputs> outputs_;
  std::unique_ptr<renderer::SharedFrame> shared_;
  gpu::Image view_image_;
  gpu::Buffer views_[2];    ///< drawn views, by slot
  Generators generators_;   ///< only the first is attached
  std::uint64_t promised_;  ///< value of `generated` that a generator has enqueued
  Generator::HostTimes host_times_;
};

}  // namespace app
