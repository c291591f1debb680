#include "neural/field/field_on_backend.h"

#include <algorithm>
#include <utility>

namespace neural {
namespace {

template <typename T>
void copy_to(compute::Backend& backend, std::unique_ptr<compute::Memory>& memory,
             const std::vector<T>& values) {
  memory = backend.allocate(std::max<std::size_t>(64, values.size() * sizeof(T)));
  backend.copy_in(memory->data(), values.data(), values.size() * sizeof(T));
}

template <typename T>
const T* as(const std::unique_ptr<compute::Memory>& memory) {
  return static_cast<const T*>(memory->data());
}

}  // namespace

void FieldGeometry::take(compute::Backend& backend, std::shared_ptr<const SurfelMap> surfels,
                         const std::vector<float>& sky) {
  copy_to(backend, sky_, sky);
  if (surfels == surfels_) return;
  copy_to(backend, distance_, surfels->distance);
  copy_to(backend, brick_bits_, surfels->brick_bits);
  copy_to(backend, brick_first_, surfels->brick_first);
  copy_to(backend, voxel_bits_, surfels->voxel_bits);
  copy_to(backend, voxel_first_, surfels->voxel_first);
  copy_to(backend, surfel_first_, surfels->surfel_first);
  copy_to(backend, mover_bits_, surfels->mover_bits);
  copy_to(backend, mover_first_, surfels->mover_first);
  copy_to(backend, surfels_memory_, surfels->surfels);
  surfels_ = std::move(surfels);
}

void FieldGeometry::fill(StoredFieldView& view) const {
  view.voxel = surfels_->voxel;
  view.distance = as<std::uint8_t>(distance_);
  view.brick_bits = as<std::uint32_t>(brick_bits_);
  view.brick_first = as<std::uint32_t>(brick_first_);
  view.voxel_bits = as<std::uint32_t>(voxel_bits_);
  view.voxel_first = as<std::uint32_t>(voxel_first_);
  view.surfel_first = as<std::uint32_t>(surfel_first_);
  view.mover_bits = as<std::uint32_t>(mover_bits_);
  view.mover_first = as<std::uint32_t>(mover_first_);
  view.surfels = as<float>(surfels_memory_);
  view.sky = as<float>(sky_);
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
