#pragma once
// One upscaler of a frame, with its output, its history and its half of the hand-off: passes of the
// composite, or a generator. A frame has one lane, or two beside each other.

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/frame/generators/generator.h"
#include "renderer/frame_context.h"
#include "renderer/shared_frame.h"

namespace app {

class Lane {
 public:
  /// `next_frame` is the number of the frame that comes next.
  Lane(const gpu::Device& device, core::Size output, std::uint64_t next_frame);

  /// Replaces the lane's generators. The device is idle; the next frame resets. Throws core::Error where the
  /// first cannot attach; then the one after it is in use.
  void set_generators(Generators generators, std::uint64_t next_frame);
  /// Puts it before the generators that the lane has, under the same conditions.
  void prefer_generator(std::unique_ptr<Generator> generator, std::uint64_t next_frame);
  /// Gives up the generator in use, and the next takes over; the device is idle, the next frame resets.
  void drop_generator(std::uint64_t next_frame);
  /// The generator in use; null where there is none.
  Generator* generator() const { return generators_.empty() ? nullptr : generators_.front().get(); }
  /// Whether the generator in use is one that enqueues: it may fail later, and the GPU goes on meanwhile.
  bool enqueues() const { return generator() && !waits_on_host(generator()->where()); }
  /// Whether a generator makes the frame's output, where it is not the passes of the composite.
  static bool generates(renderer::Upscaler upscaler) { return upscaler == renderer::Upscaler::neural; }
  /// The backend behind an upscaler, in words; empty where there is none.
  std::string describe(renderer::Upscaler upscaler) const;

  /// After a failure of an enqueued generation: gives the signals that will not come. From any thread.
  void signal_for_generator();
  /// New buffers, the device is idle. Where the generator cannot attach to them: why, in one sentence.
  std::string resize(core::Size output);

  /// The shared frame: from the targets into the slot's buffers.
  void record_fill(VkCommandBuffer commands, const renderer::FrameContext& frame) const;
  /// After the rendering was submitted. Where it fails, `generated` becomes false: the frame is finished
  /// without it, so that both semaphores stay in step, and the caller hears of it. `view`: also drawn, of
  /// what was generated, for record_view.
  std::exception_ptr generate(const renderer::FrameContext& frame, core::Size history_size,
                              std::optional<neural::DebugView> view, bool& generated);
  /// In the composite, where the output was generated.
  void record_take(VkCommandBuffer commands, const renderer::FrameContext& frame) const;

  // What the two submissions of frame n wait for and signal.
  void sync_render(std::uint64_t n, std::vector<gpu::SemaphoreValue>& waits,
                   std::vector<gpu::SemaphoreValue>& signals) const;
  void sync_composite(std::uint64_t n, bool generated, std::vector<gpu::SemaphoreValue>& waits,
                      std::vector<gpu::SemaphoreValue>& signals) const;

  /// In the composite: copies the view to view_image().
  void record_view(VkCommandBuffer commands, const renderer::FrameContext& frame);
  /// rgba16f at output size; made when it is first asked for, which waits for the device.
  const gpu::Image& view_image();

  const renderer::Outputs& outputs() const { return *outputs_; }
  const renderer::SharedFrame& shared() const { return *shared_; }
  /// Of the frame generated last.
  const Generator::HostTimes& host_times() const { return host_times_; }

 private:
  void attach(std::uint64_t next_frame);
  void share(renderer::Where where, std::uint64_t next_frame);
  void draw_view(neural::DebugView view, std::uint64_t n);

  const gpu::Device& device_;
  core::Size size_;
  std::unique_ptr<renderer::Outputs> outputs_;
  std::unique_ptr<renderer::SharedFrame> shared_;
  gpu::Image view_image_;
  gpu::Buffer views_[2];    ///< what was drawn, by slot
  Generators generators_;   ///< only the first is attached
  std::uint64_t promised_;  ///< value of `generated` that a generator has enqueued
  Generator::HostTimes host_times_;
};

}  // namespace app
