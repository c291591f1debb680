#pragma once
// A learned scene in the rasterizer's place: it fills the frame from a neural field. A backend computes it,
// and the commands copy it into the targets by way of the host.

#include <memory>

#include "neural/field/field_on_backend.h"
#include "renderer/frame_source.h"
#include "renderer/passes/scene/exposure.h"

namespace app {

/// The camera of a view as the field takes it.
neural::FieldCamera field_camera(const renderer::View& view, const core::FrameInfo& info);

/// Where a model is, for a field. Its scale is left out: a field's movers have the size that they have in the
/// scene.
neural::MoverPose mover_pose(const glm::dmat4& model_to_world);

class FieldSource final : public renderer::FrameSource {
 public:
  /// Throws core::Error where the backend cannot render fields.
  FieldSource(const gpu::Device& device, std::shared_ptr<compute::Backend> backend);

  /// Replaces what is drawn; the next frame shows it. Throws core::Error where there is no room.
  void take(std::shared_ptr<const neural::Field> field) { field_.take(std::move(field)); }
  const std::shared_ptr<const neural::Field>& field() const { return field_.field(); }
  /// With true the surfels alone are drawn, without the network.
  void set_untrained(bool untrained) { field_.set_untrained(untrained); }

  renderer::FrameSourceNeeds needs() const override { return {}; }
  void prepare(const renderer::RenderSettings& settings, bool cut) override;
  /// Draws the frame while it records, so it takes as long as the field does. What moves is where it is in
  /// the frame's scene.
  void record(VkCommandBuffer commands, const renderer::FrameContext& frame) override;
  /// What computes it.
  std::string description() const { return backend_->description(); }
  /// Milliseconds that the field took in the last record().
  double milliseconds() const { return milliseconds_; }

 private:
  struct Slot {
    gpu::Buffer color, depth, motion, reactive;
  };
  /// The frame in the memory of a backend that does not compute on the host.
  struct Drawn {
    std::unique_ptr<compute::Memory> color, depth, motion, reactive;
    std::size_t pixels = 0;
  };
  void draw(const renderer::FrameContext& frame, Slot& slot);
  const gpu::Device& device_;
  std::shared_ptr<compute::Backend> backend_;
  neural::FieldRenderer field_;
  renderer::ExposurePass exposure_;
  Slot slots_[2];
  std::size_t pixels_[2] = {0, 0};
  Drawn drawn_;
  double milliseconds_ = 0;
};

}  // namespace app
