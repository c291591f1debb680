#pragma once
// What learns beside the frame while its station is shown: the training, and the buttons of its panel.

#include <memory>
#include <optional>
#include <string>

#include "app/train/live_training.h"
#include "app/window/panels/facts.h"

namespace app {

class StationTraining {
 public:
  virtual ~StationTraining() = default;
  /// Another scene is shown: what was learned of the old one goes, unless it was kept.
  virtual void forget_scene() { training_.reset(); }
  /// Does what a button asks for. Returns a message, or an empty text.
  std::string take(const TrainingAsk& ask);
  /// Nothing while what learns is not shown.
  virtual std::optional<TrainingFacts> facts() const;
  /// What was kept or loaded since the last call, or why not; else empty.
  virtual std::string take_message();
  bool shown() const { return shown_; }

 protected:
  /// What is kept gets a free name that begins with `stem`; `idle` answers buttons while nothing learns.
  StationTraining(const char* stem, const char* idle) : stem_(stem), idle_(idle) {}

  bool shown_ = false;
  std::unique_ptr<LiveTraining> training_;

 private:
  const char* stem_;
  const char* idle_;
};

}  // namespace app
