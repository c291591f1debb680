#pragma once
// Learns a field from views, a step at a time. Each view is learned from before it is fused into the
// geometry: what it shows of known surfaces is then new, as it is for a camera that comes by later.

#include <memory>
#include <utility>
#include <vector>

#include "core/random.h"
#include "neural/field/field_on_backend.h"
#include "neural/field/sky.h"
#include "neural/field/sun_share.h"

namespace neural {

struct FieldTrainerSettings {
  int rays = 16384;        ///< a step
  int first_views = 24;    ///< are fused at once: without geometry nothing can be learned
  int pool_views = 24;     ///< that rays are taken from
  double uses = 2;         ///< of each ray
  int settled_views = 80;  ///< until so many were fused, views are used less, so that the geometry grows
  double entry_rate = 6e-3;
  double weight_rate = 2e-3;
  double growth = 0.2;  ///< geometry is made anew when so many more views were fused
  std::uint64_t seed = 1;
};

struct FieldStep {
  double loss = 0;  ///< mean over rays
  int rays = 0;
  long samples = 0;  ///< hits whose colour and opacity were learned
};

/// One thread at a time may use it.
class FieldTrainer {
 public:
  /// Begins with noise. The backend must outlive the trainer. Throws core::Error.
  FieldTrainer(compute::Backend& backend, FieldOrigin origin, const FieldTrainerSettings& settings = {});

  /// Whether another view is needed before the next step.
  bool wants_view() const;
  /// Takes a view to learn from.
  void add(LearnedView view);
  /// Takes what a view shows of the movers, to fuse and to learn from: pixels that lie before those of the
  /// same view without them. There is one pose for each mover of the origin.
  void add_movers(const LearnedView& view, const LearnedView& without, const std::vector<MoverPose>& poses);
  /// Learns from rays of the pool with rates times `rate`. It needs a pool that is full once: !wants_view().
  FieldStep step(double rate);
  /// Views that were taken.
  int views() const { return views_; }
  long steps() const { return steps_; }
  /// What was learned so far, of the averages. `seconds` and `record` become the origin's.
  std::shared_ptr<const Field> snapshot(double seconds, const std::string& record = {}) const;
  /// Goes on from a field, with the momenta of the optimiser at rest. The pool stays.
  void restart(const Field& field);
  /// Begins anew with noise and without geometry.
  void restart();
  /// Bytes that learning takes.
  std::size_t bytes() const;

 private:
  struct Pooled {
    LearnedView view;
    std::vector<int> tiles;  ///< of 8 x 8 pixels, in random order
    std::size_t used = 0;    ///< tiles, the second time around too
  };
  void fuse(const LearnedView& view);
  void build();
  void judge(const std::vector<std::uint32_t>& hits);
  void take_tile(float* rays);
  int take_mover_rays(float* rays);
  void load(const std::vector<f16>& features, const std::vector<float>& weights);
  void begin();

  compute::Backend& backend_;
  FieldPassesOn<float, f16> passes_;
  FieldOrigin origin_;
  FieldTrainerSettings settings_;
  core::Random random_;
  SurfelFusion fusion_;
  SkyFusion sky_;
  SunShare sun_;
  std::vector<Pooled> pool_;
  std::vector<float> mover_rays_;  ///< of the newest views, each in the space of its mover
  std::size_t next_mover_ray_ = 0, oldest_mover_ray_ = 0;
  int views_ = 0, fused_ = 0, built_ = 0;
  long steps_ = 0;
  FieldGeometry geometry_;
  std::vector<float> sky_table_;
  std::unique_ptr<compute::Memory> features_, average_, entries_, level_gradient_, weights_, state_, rays_,
      hits_, verdicts_, places_, spaces_, feature_gradient_, weight_gradient_, loss_, mover_frames_;
};

}  // namespace neural
