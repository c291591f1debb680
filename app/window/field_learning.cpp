#include "app/window/field_learning.h"

#include <utility>

#include "app/open/field.h"
#include "app/open/generator.h"
#include "app/train/field_learner.h"

namespace app {

/// Gives up the backend where another one is asked for now; then returns true.
bool FieldLearning::open_again(const Settings& settings, Frame& frame) {
  const std::pair asked{settings.run.backend, settings.run.precision};
  if (std::exchange(opened_for_, asked) == asked || !backend_) return false;
  frame.set_field(nullptr);
  backend_ = nullptr;
  return true;
}

/// Draws this field from the next frame on.
void FieldLearning::give(const gpu::Device& device, const Settings& settings, Frame& frame,
                         std::shared_ptr<const neural::Field> field) {
  if (!backend_) backend_ = open_wanted_backend(device, settings);
  if (!frame.field()) frame.set_field(std::make_unique<FieldSource>(device, backend_));
  frame.field()->take(std::move(field));
}

void FieldLearning::update(const Settings& settings, const gpu::Device& device, const scene::Scene& scene,
                           Frame& frame, double frame_seconds) {
  if (settings.source.source == Source::rasterizer) {
    if (!std::exchange(shown_, false)) return;
    if (training_) training_->pause();
    frame.set_field(nullptr);
    return;
  }
  bool fresh = open_again(settings, frame);
  fresh |= !std::exchange(shown_, true) || !frame.field();
  const std::string& file = settings.source.field;
  if (!file.empty()) {
    if (training_) training_->pause();
    if (file != file_ || !loaded_) {
      loaded_ = neural::load_field(file);
      file_ = file;
      message_ = field_warning(loaded_->origin, scene);
      fresh = true;
    }
    if (fresh) give(device, settings, frame, loaded_);
    return;
  }
  if (loaded_) {
    loaded_.reset();
    file_.clear();
    fresh = true;
  }
  if (!training_)
    training_ = std::make_unique<LiveTraining>(
        [copy = std::make_shared<scene::Scene>(scene),
         settings](const std::function<void(const std::string&)>& told) -> std::unique_ptr<Learner> {
          return std::make_unique<FieldLearner>(std::move(*copy), settings, FieldLearnerOptions{}, told);
        },
        FieldLearner::words());
  training_->grant(settings.window.learning_share * frame_seconds);
  if (const auto newer = training_->take_learned().field) {
    learned_ = newer;
    fresh = true;
  }
  if (learned_ && fresh) give(device, settings, frame, learned_);
}

void FieldLearning::forget_scene() {
  StationTraining::forget_scene();
  learned_.reset();
  loaded_.reset();
  file_.clear();
}

std::optional<TrainingFacts> FieldLearning::facts() const {
  if (!file_.empty()) return {};  // the field is a file's
  return StationTraining::facts();
}

std::string FieldLearning::take_message() {
  if (!message_.empty()) return std::exchange(message_, {});
  return StationTraining::take_message();
}

}  // namespace app
