#include "app/window/learning.h"

#include <utility>

#include "app/open/generator.h"
#include "app/train/network_learner.h"
#include "core/file.h"
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
        });
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

void answer(LiveTraining& training, const TrainingAsk& ask, const char* stem) {
  using Ask = TrainingAsk::Kind;
  if (ask.kind == Ask::begin) training.begin();
  if (ask.kind == Ask::pause) training.pause();
  if (ask.kind == Ask::keep) training.keep(core::free_name(stem, ".safetensors"));
  if (ask.kind == Ask::load) training.load(ask.file);
  if (ask.kind == Ask::forget) training.forget();
}

void Learning::forget_scene() {
  training_.reset();
  learned_.reset();
  given_to_ = nullptr;
}

std::string Learning::take(const TrainingAsk& ask) {
  if (!training_) return "nothing learns yet: station 3 begins it";
  answer(*training_, ask, "neuraster-learned");
  return {};
}

std::optional<TrainingFacts> Learning::facts() const {
  if (!shown_ || !training_) return {};
  return training_->facts();
}

std::string Learning::take_message() {
  return training_ ? training_->take_message() : std::string();
}

}  // namespace app
