#pragma once
// What learns while the window shows it, a slice of time at a time: the upscaler's network, or a
// field. Except where a comment says otherwise, the training thread calls everything.

#include <filesystem>
#include <memory>
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

/// A picture of the held-out view that needs no learning, and its PSNR.
using Rivals = std::vector<std::pair<std::string, double>>;

/// What a panel says about a learner, where learners differ.
struct LearnerWords {
  std::string before = "The picture is what noise makes of the frame.";  ///< while it is being prepared
  std::string examples =
      "crops of this scene, rasterized coarsely and with 16 samples a pixel: what goes in and what should "
      "come out";
  std::string race =
      "A view of this scene that is held out: the bars say how close each picture of it is to 16 samples a "
      "pixel. "
      "Higher is better.";
  std::string samples =
      "A step moves every weight once. A sample is an output pixel that was compared with its truth.";
  std::string keep = "write the weights to a file here";
  std::string kept = "--weights takes it";
  std::string forgotten = "everything is forgotten: the network is noise again";
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
  /// PSNR in dB of what was learned, on a view that is never learned from.
  virtual double score() = 0;
  /// The same of what learns nothing.
  virtual Rivals rivals() = 0;
  /// How many examples there are to learn from, and how many there will be.
  virtual std::pair<int, int> examples() const = 0;
  /// Writes what was learned to a file. Throws core::Error.
  virtual void keep(const std::filesystem::path& file) = 0;
  /// Begins anew from a file that keep() wrote, or from noise where it is empty. Throws core::Error, and then
  /// goes on as it was.
  virtual void restart(const std::filesystem::path& file) = 0;
};

}  // namespace app
