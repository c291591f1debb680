#include "neural/field/field_on_backend.h"

#include <algorithm>
#include <utility>

namespace neural {
namespace {

template <typename T>
const T* as(const std::unique_ptr<compute::Memory>& memory) {
  return static_cast<const T*>(memory->data());
}

}  // namespace

void FieldGeometry::take(compute::Backend& backend, std::shared_ptr<const SurfelMap> surfels,
                         std::vector<float> sky) {
  backend.finish();
  sky_ = std::move(sky);
  surfels_ = std::move(surfels);
}

void FieldGeometry::fill(StoredFieldView& view) const {
  view.voxel = surfels_->voxel;
  view.distance = surfels_->distance.data();
  view.brick_bits = surfels_->brick_bits.data();
  view.brick_first = surfels_->brick_first.data();
  view.voxel_bits = surfels_->voxel_bits.data();
  view.voxel_first = surfels_->voxel_first.data();
  view.surfel_first = surfels_->surfel_first.data();
  view.mover_bits = surfels_->mover_bits.data();
  view.mover_first = surfels_->mover_first.data();
  view.surfels = surfels_->surfels.data();
  view.sky = sky_.data();
}

void FieldRenderer::take(std::shared_ptr<const Field> field) {
  geometry_.take(backend_, field->surfels, field->sky);
  if (!features_) features_ = backend_.allocate(field->features.size() * sizeof(f16));
  if (!weights_) weights_ = backend_.allocate(field->weights.size() * sizeof(float));
  backend_.copy_in(features_->data(), field->features.data(), field->features.size() * sizeof(f16));
  backend_.copy_in(weights_->data(), field->weights.data(), field->weights.size() * sizeof(float));
  field_ = std::move(field);
}

void FieldRenderer::render(const FieldCamera& camera, const float clip_to_previous_clip[16], float exposure,
                           const FieldFrame& frame, const std::vector<MoverMotion>& motions) {
  StoredFieldView view;
  geometry_.fill(view);
  view.grid = camera.size;
  view.features = as<f16>(features_);
  view.weights = as<float>(weights_);
  view.untrained = untrained_ ? 1 : 0;
  for (std::size_t i = 0; i < 3; ++i)
    view.eye[i] = static_cast<float>(camera.eye[i] - field_->origin.center[i]);
  for (std::size_t i = 0; i < 9; ++i) view.axes[i] = static_cast<float>(camera.axes[i]);
  view.tangent[0] = static_cast<float>(camera.tangent_x);
  view.tangent[1] = static_cast<float>(camera.tangent_y);
  std::copy_n(camera.jitter, 2, view.jitter);
  std::copy_n(clip_to_previous_clip, 16, view.to_previous);
  std::vector<float> frames;
  if (field_->surfels->mover_voxels.size() == field_->origin.movers.size())
    frames = mover_frames(field_->origin.movers, motions, camera, field_->origin.center);
  if (!frames_)
    frames_ = backend_.allocate(sizeof(float) * pixel::field_most_movers * pixel::field_mover_size);
  backend_.copy_in(frames_->data(), frames.data(), frames.size() * sizeof(float));
  view.mover_frames = as<float>(frames_);
  view.movers = static_cast<int>(frames.size()) / pixel::field_mover_size;
  view.near = static_cast<float>(camera.near);
  view.brightness = exposure / field_->origin.exposure;
  view.color = frame.color;
  view.depth = frame.depth;
  view.motion = frame.motion;
  view.reactive = frame.reactive;
  passes_.run(FieldPass::render, view);
}

}  // namespace neural
