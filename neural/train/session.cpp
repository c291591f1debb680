#include "neural/train/session.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <numeric>
#include <thread>
#include <utility>

#include "core/clock.h"

namespace neural {
namespace {

using core::Clock;
using core::seconds_since;

/// Calls body(worker, failed) once for each worker, the first on this thread and each other on a thread of
/// its own. `failed` becomes true when any of them throws; the first exception is rethrown after all have
/// returned.
template <typename Body>
void on_threads(const std::vector<std::size_t>& workers, const Body& body) {
  std::atomic<bool> failed{false};
  std::exception_ptr first;
  std::mutex mutex;
  const auto guarded = [&](std::size_t worker) {
    try {
      body(worker, std::as_const(failed));
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!first) first = std::current_exception();
      failed = true;
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < workers.size(); ++i) threads.emplace_back(guarded, workers[i]);
    if (!workers.empty()) guarded(workers.front());
  }
  if (first) std::rethrow_exception(first);
}

/// Updates the usual length of a kind of work: the newest counts for a third.
void follow(double& usual, double seconds) {
  usual = usual == 0 ? seconds : usual + (seconds - usual) / 3;
}

}  // namespace

/// The time that one step() has.
class TrainingSession::Budget {
 public:
  explicit Budget(double seconds) : seconds_(seconds) {}
  /// Returns whether work of this usual length would end in time.
  bool allows(double seconds) const { return seconds_since(start_) + seconds < seconds_; }

 private:
  Clock::time_point start_ = Clock::now();
  double seconds_;
};

TrainingSession::TrainingSession(TrainerSettings settings, Weights start)
    : trainer_(std::move(settings), std::move(start)), unit_seconds_(trainer_.worker_count()) {
  publish();
}

SessionReport TrainingSession::step(double budget, double progress) {
  const Budget time(budget);
  SessionReport report;
  try {
    if (between_rounds()) {
      take_added();
      trainer_.begin_round(progress);
      step_seconds_ = 0;
    }
    do {
      if (trainer_.window_done()) {
        report.steps.push_back(finish_step());
        ++report.units;
      } else {
        report.units += run_units(time);
      }
    } while (!between_rounds() && time.allows(usual_seconds()));
  } catch (...) {
    trainer_.abandon_round();
    throw;
  }
  report.round_ended = between_rounds();
  return report;
}

int TrainingSession::run_units(const Budget& budget) {
  const Clock::time_point start = Clock::now();
  std::vector<std::size_t> busy;
  for (std::size_t worker = 0; worker < trainer_.worker_count(); ++worker)
    if (trainer_.units_left(worker) > 0) busy.push_back(worker);
  std::atomic<int> units{0};
  on_threads(busy, [&](std::size_t worker, const std::atomic<bool>& failed) {
    do {
      const Clock::time_point unit = Clock::now();
      trainer_.run_unit(worker);
      follow(unit_seconds_[worker], seconds_since(unit));
      ++units;
    } while (!failed && trainer_.units_left(worker) > 0 && budget.allows(unit_seconds_[worker]));
  });
  step_seconds_ += seconds_since(start);
  return units;
}

double TrainingSession::usual_seconds() const {
  if (trainer_.window_done()) return finish_seconds_;
  double longest = 0;
  for (std::size_t worker = 0; worker < unit_seconds_.size(); ++worker)
    if (trainer_.units_left(worker) > 0) longest = std::max(longest, unit_seconds_[worker]);
  return longest;
}

StepReport TrainingSession::finish_step() {
  const Clock::time_point start = Clock::now();
  StepReport report = trainer_.finish_step();
  publish();
  follow(finish_seconds_, seconds_since(start));
  report.seconds = step_seconds_ + seconds_since(start);
  step_seconds_ = 0;
  return report;
}

void TrainingSession::add(TrainingSequence sequence) {
  trainer_.expect_fit(sequence);
  const std::lock_guard lock(mutex_);
  ++(sequence.validation ? validations_ : sequences_);
  added_.push_back(std::move(sequence));
}

void TrainingSession::take_added() {
  std::vector<TrainingSequence> added;
  {
    const std::lock_guard lock(mutex_);
    added.swap(added_);
  }
  for (TrainingSequence& sequence : added) trainer_.add(std::move(sequence));
}

void TrainingSession::publish() {
  auto snapshot = std::make_shared<const Weights>(trainer_.average());
  const std::lock_guard lock(mutex_);
  snapshot_.swap(snapshot);
  steps_ = trainer_.steps();
}

std::size_t TrainingSession::sequence_count() const {
  const std::lock_guard lock(mutex_);
  return sequences_;
}

std::size_t TrainingSession::validation_count() const {
  const std::lock_guard lock(mutex_);
  return validations_;
}

std::shared_ptr<const Weights> TrainingSession::weights_snapshot() const {
  const std::lock_guard lock(mutex_);
  return snapshot_;
}

long TrainingSession::steps() const {
  const std::lock_guard lock(mutex_);
  return steps_;
}

ValidationReport TrainingSession::validate(const Weights& weights, const ValidationVisit& visit) {
  if (between_rounds()) take_added();
  std::vector<ValidationErrors> errors(trainer_.validation_count());
  std::vector<std::size_t> workers(std::min(trainer_.worker_count(), errors.size()));
  std::iota(workers.begin(), workers.end(), std::size_t{0});
  std::atomic<std::size_t> next{0};
  on_threads(workers, [&](std::size_t worker, const std::atomic<bool>& failed) {
    for (std::size_t i = next++; i < errors.size() && !failed; i = next++)
      errors[i] = trainer_.validate(worker, i, weights, visit);
  });
  ValidationErrors sums;
  for (const ValidationErrors& one : errors) sums += one;
  return ValidationReport(sums);
}

void TrainingSession::save_checkpoint(const std::filesystem::path& path, const std::string& note) const {
  trainer_.save_checkpoint(path, note);
}

void TrainingSession::restart(Weights start) {
  trainer_.restart(std::move(start));
  publish();
}

std::string TrainingSession::load_checkpoint(const std::filesystem::path& path) {
  std::string note = trainer_.load_checkpoint(path);
  publish();
  return note;
}

}  // namespace neural
