#pragma once
// Learns a scene from start to end: `neuraster learn`.

#include <string>

#include "app/train/field_learner.h"

namespace app {

struct FieldRunOptions {
  std::string scene;
  std::string out;  ///< the field; its curve (.csv) stands beside it
  bool resume = false, overwrite = false;
  double save_minutes = 1;  ///< between two writes of the file
  std::string command;      ///< for the record in the file
  FieldLearnerOptions learner;
};

/// Learns for options.learner.minutes, or until Ctrl+C asks for the end. The file is written every now and
/// then, and is whole at any time; a run that was killed goes on from it. Returns the program's exit status.
/// Throws core::Error, and core::UsageError before anything is drawn.
int run_field(const FieldRunOptions& options, const Settings& settings);

}  // namespace app
