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

void FieldArray::take(compute::Backend& backend, const void* values, std::size_t bytes) {
  data_ = values;
  if (backend.on_host() || bytes == 0) return;
  if (bytes > room_) {
    room_ = 0;
    copy_.reset();              // before there is another
    room_ = bytes + bytes / 8;  // a map that is being learned grows
    copy_ = backend.allocate(room_);
  }
  backend.copy_in(copy_->data(), values, bytes);
  data_ = copy_->data();
}

void FieldGeometry::take(compute::Backend& backend, std::shared_ptr<const SurfelMap> surfels,
                         std::vector<float> sky) {
  backend.finish();
  sky_ = std::move(sky);
  sky_values_.take(backend, sky_);
  if (surfels == surfels_) return;
  surfels_ = std::move(surfels);
  distance_.take(backend, surfels_->distance);
  brick_bits_.take(backend, surfels_->brick_bits);
  brick_first_.take(backend, surfels_->brick_first);
  voxel_bits_.take(backend, surfels_->voxel_bits);
  voxel_first_.take(backend, surfels_->voxel_first);
  surfel_first_.take(backend, surfels_->surfel_first);
  surfels_values_.take(backend, surfels_->surfels);
  mover_bits_.take(backend, surfels_->mover_bits);
  mover_first_.take(backend, surfels_->mover_first);
}

void FieldGeometry::fill(StoredFieldView& view) const {
  view.voxel = surfels_->voxel;
  view.distance = distance_.as<std::uint8_t>();
  view.brick_bits = brick_bits_.as<std::uint32_t>();
  view.brick_first = brick_first_.as<std::uint32_t>();
  view.voxel_bits = voxel_bits_.as<std::uint32_t>();
  view.voxel_first = voxel_first_.as<std::uint32_t>();
  view.surfel_first = surfel_first_.as<std::uint32_t>();
  view.mover_bits = mover_bits_.as<std::uint32_t>();
  view.mover_first = mover_first_.as<std::uint32_t>();
  view.surfels = surfels_values_.as<float>();
  view.sky = sky_values_.as<float>();
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
  MoverFrames frames;
  if (field_->surfels->mover_voxels.size() == field_->origin.movers.size())
    frames = mover_frames(field_->origin.movers, motions, camera, field_->origin.center);
  if (!frames_)
    frames_ = backend_.allocate(2 * sizeof(float) * pixel::field_most_movers * pixel::field_mover_size);
  backend_.copy_in(frames_->data(), frames.numbers.data(), frames.numbers.size() * sizeof(float));
  view.mover_frames = as<float>(frames_);
  view.movers = frames.seen;
  view.movers_learned = field_->origin.movers_learned ? 1 : 0;
  const FieldSun& sun = field_->origin.sun;
  const bool shines = std::any_of(sun.share.begin(), sun.share.end(), [](float share) { return share > 0; });
  view.casters = shines ? frames.casters : 0;
  std::copy(sun.towards.begin(), sun.towards.end(), view.sun);
  std::copy(sun.share.begin(), sun.share.end(), view.sun_share);
  view.near = static_cast<float>(camera.near);
  view.brightness = exposure / field_->origin.exposure;
  view.color = frame.color;
  view.depth = frame.depth;
  view.motion = frame.motion;
  view.reactive = frame.reactive;
  passes_.run(FieldPass::render, view);
}

}  // namespace neural
