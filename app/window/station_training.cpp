#include "app/window/station_training.h"

#include "core/file.h"

namespace app {

std::string StationTraining::take(const TrainingAsk& ask) {
  using Ask = TrainingAsk::Kind;
  if (!training_) return idle_;
  if (ask.kind == Ask::begin) training_->begin();
  if (ask.kind == Ask::pause) training_->pause();
  if (ask.kind == Ask::keep) training_->keep(core::free_name(stem_, ".safetensors"));
  if (ask.kind == Ask::load) training_->load(ask.file);
  if (ask.kind == Ask::forget) training_->forget();
  return {};
}

std::optional<TrainingFacts> StationTraining::facts() const {
  if (!shown_ || !training_) return {};
  return training_->facts();
}

std::string StationTraining::take_message() {
  return training_ ? training_->take_message() : std::string();
}

}  // namespace app
