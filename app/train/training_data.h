#pragma once
// Where the sequences of a training come from: rendered now, or captured before.

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "app/settings/settings.h"
#include "neural/train/session.h"

namespace app {

/// Opens a device and adds `count` sequences of each scene, every twelfth of them for validation only.
/// `swap_share`: of the opaque materials that trade textures (sequence_maker.h). With a progress bar.
void render_sequences(neural::TrainingSession& session, const std::vector<std::string>& scenes, int count,
                      double swap_share, const Settings& settings);

/// A folder of captured sequences that another program may still be writing into.
class ShardFolder {
 public:
  explicit ShardFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}
  /// Adds the sequences of the shards that were not there at the last call, in the order of list_shards().
  /// Throws core::Error where the folder or a shard cannot be read, or a sequence does not fit.
  void add_new(neural::TrainingSession& session);

 private:
  std::filesystem::path folder_;
  std::set<std::filesystem::path> known_;
};

}  // namespace app
