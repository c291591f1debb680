#include "app/window/learning.h"

#include <utility>

#include "app/open/generator.h"
#include "app/train/network_learner.h"
#include "neural/upscale/plan.h"

namespace app {

void Learning::update(const Settings& settings, const scene::Scene& scene, Frame& frame,
                      double frame_seconds) {
  const bool wanted = settings.window.learning && settings.render.upscaler == renderer::Upscaler::neural;
  Generator* const generator = frame.left().generator();
  if (!wanted) {
    if (!std::exchange(shown_, false)) return;
    if (training_) training_->pause();
    if (generator && given_to_ == generator)
      generator->set_weights(neural::load_weights(weights_file(settings)));
    given_to_ = nullptr;
    frame.drop_history();
    return;
  }
  if (!std::exchange(shown_, true)) frame.drop_history();
  if (!training_) {
    // The thread has a copy of its own, which the training changes.
    training_ = std::make_unique<LiveTraining>(
        [copy = std::make_shared<scene::Scene>(scene),
         settings](const std::function<void(const std::string&)>& told) -> std::unique_ptr<Learner> {
          return std::make_unique<NetworkLearner>(std::move(*copy), settings, NetworkLearnerOptions{}, told);
        },
        NetworkLearner::words());
    learned_ = std::make_shared<const neural::Weights>(
        NetworkLearner::noise(static_cast<std::uint64_t>(settings.run.seed)));
    given_to_ = nullptr;
  }
  training_->grant(settings.window.learning_share * frame_seconds);
  const auto newer = training_->take_learned().network;
  if (newer) learned_ = newer;
  if (!generator || (!newer && given_to_ == generator)) return;
  generator->set_weights(*learned_);
  given_to_ = generator;
}

void Learning::forget_scene() {
  StationTraining::forget_scene();
  learned_.reset();
  given_to_ = nullptr;
}

}  // namespace app
