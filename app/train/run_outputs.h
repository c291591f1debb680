#pragma once
// The files that a run of learning writes: reserved before anything is drawn or read.

#include <string>
#include <vector>

#include "core/file_lock.h"

namespace app {

struct RunOutputs {
  std::string out;                       ///< what the user named with --out
  const char* what;                      ///< "weights", "field"
  std::vector<std::string> beside;       ///< extensions of the files that are written beside it
  std::vector<std::string> kept_beside;  ///< those of them that must not be overwritten either
  bool resume = false, overwrite = false;
};

/// Checks that all of them can be written, and that nothing is overwritten unasked; nobody else can reserve
/// them while the lock lives. Throws core::Error and core::UsageError.
core::FileLock reserve(const RunOutputs& outputs);

}  // namespace app
