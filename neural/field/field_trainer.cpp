#include "neural/field/field_trainer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "compute/pixel/half.h"
#include "core/error.h"

namespace neural {
namespace {

using namespace pixel;

constexpr int tile_side = 8, tile_rays = tile_side * tile_side;
constexpr std::size_t all_entries = std::size_t{field_levels} * field_entries;
constexpr double warm_steps = 20;   // until the full rate
constexpr double least_use = 0.06;  // of a view's tiles, before it is fused
constexpr int mover_share = 16;     // one of so many rays is a mover's, where there are any
constexpr std::size_t most_mover_rays = 1 << 16;
constexpr float most_points = 64;  // that a surfel of a file counts as, so that new views still move it

std::vector<f16> noise_features(core::Random& random) {
  std::vector<f16> features(all_entries * field_level_width);
  for (f16& f : features) f = compute::pixel::to_half(static_cast<float>(random.uniform(-1e-3, 1e-3)));
  return features;
}

/// He's initialisation, with less of what is no feature, and zero in the end: the first colours are the
/// surfels', and stay so where nothing was learned. (A last layer of noise painted them lilac for a minute.)
std::vector<float> noise_weights(core::Random& random) {
  std::vector<float> w(field_weights, 0);
  const auto fill = [&](int first, int in) {
    const double reach = std::sqrt(6.0 / in);
    for (int i = first; i < first + in * field_hidden; ++i)
      w[static_cast<std::size_t>(i)] = static_cast<float>(random.uniform(-reach, reach));
  };
  fill(field_first_weights, field_inputs);
  fill(field_second_weights, field_hidden);
  for (int i = field_features * field_hidden; i < field_second_weights; ++i)
    w[static_cast<std::size_t>(i)] *= 0.5f;
  return w;
}

template <typename T>
T* as(const std::unique_ptr<compute::Memory>& memory) {
  return static_cast<T*>(memory->data());
}

}  // namespace

FieldTrainer::FieldTrainer(compute::Backend& backend, FieldOrigin origin,
                           const FieldTrainerSettings& settings)
    : backend_(backend),
      passes_(backend),
      origin_(std::move(origin)),
      settings_(settings),
      random_(settings.seed),
      fusion_(origin_.center, origin_.voxel, origin_.movers),
      sun_(origin_.sun) {
  if (!backend.on_host())
    core::fail("fields are learned on the processor, not by the backend {}", backend.description());
  settings_.rays = std::max(1, settings_.rays / field_chunk_rays) * field_chunk_rays;
  const auto rays = static_cast<std::size_t>(settings_.rays), slots = rays * field_ray_hits;
  features_ = backend.allocate(all_entries * field_level_width * sizeof(f16));
  average_ = backend.allocate(all_entries * field_level_width * sizeof(f16));
  entries_ = backend.allocate(all_entries * field_entry_size * sizeof(float));
  level_gradient_ = backend.allocate(std::size_t{field_entries} * field_level_width * sizeof(float));
  weights_ = backend.allocate(field_weights * sizeof(float));
  state_ = backend.allocate(3 * field_weights * sizeof(float));
  rays_ = backend.allocate(rays * field_ray_size * sizeof(float));
  hits_ = backend.allocate(rays * sizeof(std::uint32_t));
  verdicts_ = backend.allocate(slots * sizeof(std::uint32_t));
  places_ = backend.allocate(slots * 4 * sizeof(float));
  spaces_ = backend.allocate(slots * sizeof(std::uint32_t));
  feature_gradient_ = backend.allocate(slots * field_features * sizeof(float));
  weight_gradient_ = backend.allocate(rays / field_chunk_rays * field_weights * sizeof(float));
  loss_ = backend.allocate(rays * sizeof(float));
  // Rays are in the space of their mover already.
  const MoverFrames frames = frames_at_rest(origin_.movers);
  mover_frames_ = backend.allocate(std::max<std::size_t>(1, frames.numbers.size()) * sizeof(float));
  backend.copy_in(mover_frames_->data(), frames.numbers.data(), frames.numbers.size() * sizeof(float));
  origin_.movers_learned = true;
  begin();
}

void FieldTrainer::begin() {
  const std::vector<f16> features = noise_features(random_);
  load(features, noise_weights(random_));
}

/// Sets what is learned, and its averages, with the momenta at rest.
void FieldTrainer::load(const std::vector<f16>& features, const std::vector<float>& weights) {
  std::vector<float> entries(all_entries * field_entry_size, 0);
  for (std::size_t e = 0; e < all_entries; ++e)
    for (std::size_t f = 0; f < field_level_width; ++f)
      entries[e * field_entry_size + f] = entries[e * field_entry_size + 12 + f] =
          compute::pixel::from_half(features[e * field_level_width + f]);
  backend_.copy_in(entries_->data(), entries.data(), entries.size() * sizeof(float));
  for (auto* memory : {&features_, &average_})
    backend_.copy_in((*memory)->data(), features.data(), features.size() * sizeof(f16));
  std::vector<float> state(3 * field_weights, 0);
  std::copy(weights.begin(), weights.end(), state.begin() + 2 * field_weights);
  backend_.copy_in(weights_->data(), weights.data(), weights.size() * sizeof(float));
  backend_.copy_in(state_->data(), state.data(), state.size() * sizeof(float));
  steps_ = 0;
}

bool FieldTrainer::wants_view() const {
  return static_cast<int>(pool_.size()) < settings_.pool_views;
}

void FieldTrainer::fuse(const LearnedView& view) {
  fusion_.add(view);
  sky_.add(view);
  ++fused_;
}

void FieldTrainer::add(LearnedView view) {
  ++views_;
  if (fused_ < settings_.first_views) return fuse(view);
  Pooled pooled{std::move(view), {}, 0};
  const Size size = pooled.view.camera.size;
  pooled.tiles.resize(static_cast<std::size_t>(size.width / tile_side) *
                      static_cast<std::size_t>(size.height / tile_side));
  std::iota(pooled.tiles.begin(), pooled.tiles.end(), 0);
  for (std::size_t i = pooled.tiles.size(); i > 1; --i)
    std::swap(pooled.tiles[i - 1],
              pooled.tiles[static_cast<std::size_t>(random_.below(static_cast<int>(i)))]);
  pool_.push_back(std::move(pooled));
}

void FieldTrainer::add_movers(const LearnedView& view, const LearnedView& without,
                              const std::vector<MoverPose>& poses) {
  sun_.add(view, without);
  std::vector<ToMover> into;
  for (std::size_t m = 0; m < poses.size(); ++m)
    into.emplace_back(origin_.movers[m], poses[m], origin_.center);
  for (const auto& [x, y, mover] : fusion_.add_movers(view, without, poses)) {
    float ray[field_ray_size] = {};
    write_ray(view, origin_.center, x, y, ray);
    const auto origin = into[mover].at(ray[0], ray[1], ray[2]),
               direction = into[mover].turned(ray[4], ray[5], ray[6]);
    std::copy(origin.begin(), origin.end(), ray);
    std::copy(direction.begin(), direction.end(), ray + 4);
    ray[11] = static_cast<float>(mover + 1);
    // The newest take the places of the oldest.
    if (mover_rays_.size() < most_mover_rays * field_ray_size)
      mover_rays_.insert(mover_rays_.end(), ray, ray + field_ray_size);
    else
      std::copy_n(ray, field_ray_size, &mover_rays_[oldest_mover_ray_++ % most_mover_rays * field_ray_size]);
  }
}

/// Writes some of the movers' rays, and returns how many.
int FieldTrainer::take_mover_rays(float* rays) {
  const std::size_t all = mover_rays_.size() / field_ray_size,
                    count = std::min(all, static_cast<std::size_t>(settings_.rays / mover_share));
  for (std::size_t n = 0; n < count; ++n, rays += field_ray_size)
    std::copy_n(&mover_rays_[next_mover_ray_++ % all * field_ray_size], field_ray_size, rays);
  return static_cast<int>(count);
}

void FieldTrainer::build() {
  if (geometry_.surfels() && fused_ < built_ * (1 + settings_.growth)) return;
  sky_table_ = sky_.table();
  if (geometry_.surfels()) geometry_ = {};  // its map makes room, where nobody else has it
  geometry_.take(backend_, make_map(fusion_.surfels(), origin_.voxel, origin_.movers), sky_table_);
  built_ = fused_;
}

/// Writes the rays of the next tile of a random view. A view that was used up is fused and leaves the pool.
void FieldTrainer::take_tile(float* rays) {
  const auto n = static_cast<std::size_t>(random_.below(static_cast<int>(pool_.size())));
  Pooled& pooled = pool_[n];
  const int across = pooled.view.camera.size.width / tile_side,
            tile = pooled.tiles[pooled.used++ % pooled.tiles.size()];
  for (int k = 0; k < tile_rays; ++k, rays += field_ray_size) {
    const int x = tile % across * tile_side + k % tile_side, y = tile / across * tile_side + k / tile_side;
    write_ray(pooled.view, origin_.center, x, y, rays);
  }
  const double settled = std::min(1.0, static_cast<double>(fused_) / settings_.settled_views);
  const auto tiles = static_cast<double>(pooled.tiles.size());
  if (static_cast<double>(pooled.used) < std::max(least_use, settings_.uses * settled) * tiles) return;
  fuse(pooled.view);
  std::swap(pool_[n], pool_.back());
  pool_.pop_back();
}

FieldStep FieldTrainer::step(double rate) {
  build();
  std::vector<float> rays(static_cast<std::size_t>(settings_.rays) * field_ray_size);
  int taken = take_mover_rays(rays.data());
  for (; taken + tile_rays <= settings_.rays && !pool_.empty(); taken += tile_rays)
    take_tile(&rays[static_cast<std::size_t>(taken) * field_ray_size]);
  backend_.copy_in(rays_->data(), rays.data(), rays.size() * sizeof(float));
  StoredFieldView view;
  geometry_.fill(view);
  view.grid = {taken, 1};
  view.features = as<f16>(features_);
  view.weights = as<float>(weights_);
  view.rays = as<float>(rays_);
  view.hits = as<std::uint32_t>(hits_);
  view.verdicts = as<std::uint32_t>(verdicts_);
  view.places = as<float>(places_);
  view.spaces = as<std::uint32_t>(spaces_);
  view.mover_frames = as<float>(mover_frames_);
  view.movers_learned = 1;
  view.feature_gradient = as<float>(feature_gradient_);
  view.weight_gradient = as<float>(weight_gradient_);
  view.loss = as<float>(loss_);
  view.entries = as<float>(entries_);
  view.level_gradient = as<float>(level_gradient_);
  view.weight_state = as<float>(state_);
  view.moved_weights = as<float>(weights_);
  view.moved_features = as<f16>(features_);
  view.average_features = as<f16>(average_);
  ++steps_;
  const double warm = std::min(1.0, static_cast<double>(steps_) / warm_steps);
  view.entry_rate = static_cast<float>(settings_.entry_rate * rate * warm);
  view.weight_rate = static_cast<float>(settings_.weight_rate * rate * warm);
  // The mean of all steps at first, so that where it began is soon forgotten.
  view.weight_follow = std::max(field_weight_follow, 1 / static_cast<float>(steps_ + 1));
  view.gradient_scale = 1.0f / static_cast<float>(settings_.rays);
  view.correction[0] = static_cast<float>(1 - std::pow(static_cast<double>(field_first_decay), steps_));
  view.correction[1] = static_cast<float>(1 - std::pow(static_cast<double>(field_second_decay), steps_));
  backend_.clear(weight_gradient_->data(),
                 static_cast<std::size_t>(settings_.rays / field_chunk_rays) * field_weights * sizeof(float));
  for (const FieldPass pass : {FieldPass::learn, FieldPass::move_features, FieldPass::move_weights})
    passes_.run(pass, view);
  const auto count = static_cast<std::size_t>(taken);
  std::vector<float> losses(count);
  std::vector<std::uint32_t> hits(count);
  backend_.copy_out(losses.data(), loss_->data(), count * sizeof(float));
  backend_.copy_out(hits.data(), hits_->data(), count * sizeof(std::uint32_t));
  judge(hits);
  return {std::accumulate(losses.begin(), losses.end(), 0.0) / std::max(1, taken), taken,
          std::accumulate(hits.begin(), hits.end(), 0L)};
}

/// Has the geometry note what the rays of a step saw.
void FieldTrainer::judge(const std::vector<std::uint32_t>& hits) {
  std::vector<std::uint32_t> verdicts(hits.size() * field_ray_hits);
  backend_.copy_out(verdicts.data(), verdicts_->data(), verdicts.size() * sizeof(std::uint32_t));
  const std::vector<std::uint64_t>& keys = geometry_.surfels()->keys;
  for (std::size_t r = 0; r < hits.size(); ++r)
    for (std::size_t k = 0; k < hits[r]; ++k) {
      const std::uint32_t word = verdicts[r * field_ray_hits + k], says = word >> 30;
      if (says != 0) fusion_.judge(keys[word & 0x3ffffff], static_cast<int>(word >> 26 & 15), says == 1);
    }
}

std::shared_ptr<const Field> FieldTrainer::snapshot(double seconds, const std::string& record) const {
  auto field = std::make_shared<Field>();
  field->origin = origin_;
  field->origin.seconds = seconds;
  field->origin.views = views_;
  field->origin.record = record;
  field->origin.sun = sun_.sun();
  field->surfels = geometry_.surfels() ? geometry_.surfels() : make_map({}, origin_.voxel, origin_.movers);
  field->sky = sky_table_.empty() ? sky_.table() : sky_table_;
  field->features.resize(all_entries * field_level_width);
  field->weights.resize(field_weights);
  backend_.copy_out(field->features.data(), average_->data(), field->features.size() * sizeof(f16));
  backend_.copy_out(field->weights.data(), as<float>(state_) + 2 * field_weights,
                    field_weights * sizeof(float));
  return field;
}

void FieldTrainer::restart(const Field& field) {
  fusion_ = SurfelFusion(origin_.center, origin_.voxel, origin_.movers);
  fusion_.add(*field.surfels, most_points);
  sky_ = SkyFusion(field.sky);
  sun_ = SunShare({origin_.sun.towards, field.origin.sun.share});
  sky_table_ = field.sky;
  geometry_.take(backend_, field.surfels, sky_table_);
  views_ = fused_ = built_ = std::max(field.origin.views, settings_.first_views);
  load(field.features, field.weights);
}

void FieldTrainer::restart() {
  fusion_ = SurfelFusion(origin_.center, origin_.voxel, origin_.movers);
  sky_ = SkyFusion();
  sun_ = SunShare(origin_.sun);
  sky_table_.clear();
  geometry_ = {};
  views_ = fused_ = built_ = 0;
  for (const Pooled& pooled : pool_)
    if (fused_ < settings_.first_views) fuse(pooled.view), ++views_;
  pool_.clear();
  mover_rays_.clear();
  begin();
}

std::size_t FieldTrainer::bytes() const {
  const std::size_t slots = static_cast<std::size_t>(settings_.rays) * field_ray_hits;
  std::size_t sum = all_entries * (field_entry_size * 4 + field_level_width * 4) +
                    slots * (5 + field_features) * 4 + 4 * mover_rays_.capacity() + sky_.bytes() +
                    fusion_.bytes() + (geometry_.surfels() ? geometry_.surfels()->bytes() : 0);
  for (const Pooled& pooled : pool_) sum += pooled.view.color.size() * 2 + pooled.view.depth.size() * 4;
  return sum;
}

}  // namespace neural
