#pragma once
// What learns while the window shows it, a slice of time at a time: the upscaler's network, or a
// field. Except where a comment says otherwise, the training thread calls everything.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "neural/field/field.h"
#include "neural/network/weights.h"

namespace app {

/// What one slice did.
struct LearnerWork {
  std::vector<double> losses;  ///< of each finished step
  double samples = 0;          ///< output pixels that were compared with their truth
};

/// What there is to draw with: one of them, or neither. It never changes, and a new pointer means that
/// something was learned.
struct Learned {
  std::shared_ptr<const neural::Weights> network;
  std::shared_ptr<const neural::Field> field;
  explicit operator bool() const { return network || field; }
  friend bool operator==(const Learned&, const Learned&) = default;
};

/// How close pictures of views that are never learned from are to their truth.
struct LearnedScore {
  double psnr_db = 0;
  std::optional<double> flip = {};  ///< mean, where it is measured
};

/// A picture of the held-out view that needs no learning, and its PSNR.
using Rivals = std::vector<std::pair<std::string, double>>;

/// What a panel says about a learner, where learners differ.
struct LearnerWords {
  std::string before;     ///< what the picture is while it is being prepared, a sentence
  std::string examples;   ///< what it learns from
  std::string race;       ///< what the bars compare
  std::string samples;    ///< what a step and a sample are
  std::string keep;       ///< what the button does
  std::string kept;       ///< which option takes the file
  std::string forgotten;  ///< said when it begins anew
};

class Learner {
 public:
  virtual ~Learner() = default;
  /// Says what computes.
  virtual std::string description() const = 0;
  /// Learns for about this many seconds, and for one unit of work at least; then it may look for another
  /// example. Throws core::Error.
  virtual LearnerWork work(double seconds) = 0;
  virtual Learned learned() const = 0;
  /// Between two slices it may be in the middle of a piece of work; only where it is not, score(), keep() and
  /// restart() may be called.
  virtual bool at_rest() const = 0;
  /// Of what was learned.
  virtual LearnedScore score() = 0;
  /// The same of what learns nothing.
  virtual Rivals rivals() = 0;
  /// Bytes of memory that learning takes; 0 where nobody counts them.
  virtual std::size_t bytes() const { return 0; }
  /// How many examples there are to learn from, and how many there will be.
  virtual std::pair<int, int> examples() const = 0;
  /// Learns for so many seconds from where it is, and says how far it came, in a sentence. Throws
  /// core::Error.
  virtual std::string learn_for(double seconds) = 0;
  /// Writes what was learned to a file. Throws core::Error.
  virtual void keep(const std::filesystem::path& file) = 0;
  /// Begins anew from a file that keep() wrote, or from noise where it is empty. Throws core::Error, and then
  /// goes on as it was.
  virtual void restart(const std::filesystem::path& file) = 0;
};

}  // namespace app
