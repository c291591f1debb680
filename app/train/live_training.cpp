#include "app/train/live_training.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <tuple>
#include <utility>

#include "core/clock.h"
#include "core/error.h"

namespace app {
namespace {

using core::Clock;
using core::seconds_since;
using Phase = TrainingFacts::Phase;

constexpr double longest_slice = 0.25;  ///< seconds: a button is answered within it
constexpr double most_granted = 1;      ///< seconds: after a pause nothing is caught up
constexpr double score_every = 2;       ///< seconds of the clock, and not while nothing was learned
constexpr std::size_t most_points = 400;

struct Ended {};  ///< thrown out of the making of a learner that nobody waits for

}  // namespace

LiveTraining::LiveTraining(Make make, LearnerWords words) : make_(std::move(make)) {
  facts_.words = std::move(words);
  thread_ = std::jthread([this] { run(); });
}

LiveTraining::~LiveTraining() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void LiveTraining::begin() {
  const std::lock_guard lock(mutex_);
  begun_ = true;
  changed_.notify_all();
}

void LiveTraining::pause() {
  const std::lock_guard lock(mutex_);
  begun_ = false;
}

bool LiveTraining::begun() const {
  const std::lock_guard lock(mutex_);
  return begun_;
}

void LiveTraining::keep(std::filesystem::path file) {
  const std::lock_guard lock(mutex_);
  wishes_.push_back({Wish::Kind::keep, std::move(file)});
  changed_.notify_all();
}

void LiveTraining::load(std::filesystem::path file) {
  const std::lock_guard lock(mutex_);
  wishes_.push_back({Wish::Kind::load, std::move(file)});
  changed_.notify_all();
}

void LiveTraining::forget() {
  const std::lock_guard lock(mutex_);
  wishes_.push_back({Wish::Kind::forget, {}});
  changed_.notify_all();
}

void LiveTraining::grant(double seconds) {
  const std::lock_guard lock(mutex_);
  granted_ = std::min(most_granted, granted_ + seconds);
  changed_.notify_all();
}

TrainingFacts LiveTraining::facts() const {
  const std::lock_guard lock(mutex_);
  return facts_;
}

std::string LiveTraining::take_message() {
  const std::lock_guard lock(mutex_);
  return std::exchange(message_, {});
}

Learned LiveTraining::take_learned() {
  const std::lock_guard lock(mutex_);
  if (learned_ == taken_) return {};
  taken_ = learned_;
  return learned_;
}

void LiveTraining::run() {
  const auto failed = [this](const std::string& why) {
    const std::lock_guard lock(mutex_);
    const bool in_stage = facts_.phase == Phase::preparing && !facts_.doing.empty();
    facts_.doing = in_stage ? fmt::format("{}, while {}", why, facts_.doing) : why;
    facts_.phase = Phase::failed;
  };
  try {
    const std::unique_ptr<Learner> learner = make_([this](const std::string& doing) {
      const std::lock_guard lock(mutex_);
      if (ends_) throw Ended();
      facts_.doing = doing;
    });
    look(*learner);
    const Rivals rivals = learner->rivals();
    {
      const std::lock_guard lock(mutex_);
      facts_.doing = learner->description();
      std::tie(facts_.examples, facts_.most_examples) = learner->examples();
      facts_.rivals = rivals;
    }
    learn(*learner);
  } catch (const Ended&) {
  } catch (const std::bad_alloc&) {
    failed("there is not enough memory");
  } catch (const std::exception& error) {
    failed(error.what());
  }
}

void LiveTraining::learn(Learner& learner) {
  second_began_ = scored_when_ = Clock::now();
  for (;;) {
    std::vector<Wish> wishes;
    double seconds = 0;
    {
      std::unique_lock lock(mutex_);
      facts_.phase = begun_ ? Phase::learning : Phase::waiting;
      // A round that was begun is finished for a wish, which is for what lies between rounds.
      const bool resting = learner.at_rest();
      changed_.wait(lock, [&] { return ends_ || !wishes_.empty() || (begun_ && granted_ > 0); });
      if (ends_) return;
      facts_.phase = begun_ ? Phase::learning : Phase::waiting;
      if (resting) wishes.swap(wishes_);
      seconds = std::min(granted_, longest_slice);
      if (!resting && !wishes_.empty()) seconds = longest_slice;
      if (!begun_ && resting) seconds = 0;
    }
    for (const Wish& wish : wishes) fulfil(learner, wish);
    if (seconds > 0) slice(learner, seconds);
  }
}

void LiveTraining::slice(Learner& learner, double seconds) {
  const auto start = Clock::now();
  const LearnerWork work = learner.work(seconds);
  const double used = seconds_since(start);
  {
    const std::lock_guard lock(mutex_);
    granted_ = std::max(-most_granted, granted_ - used);
    learned_ = learner.learned();
  }
  count(work, used);
  if (!learner.at_rest()) return;
  long steps = 0;
  {
    const std::lock_guard lock(mutex_);
    std::tie(facts_.examples, facts_.most_examples) = learner.examples();
    steps = facts_.steps;
  }
  if (steps != scored_at_ && seconds_since(scored_when_) > score_every) look(learner);
}

/// Scores what was learned.
void LiveTraining::look(Learner& learner) {
  const LearnedScore score = learner.score();
  const double psnr = score.psnr_db;
  scored_when_ = Clock::now();
  const std::lock_guard lock(mutex_);
  learned_ = learner.learned();
  scored_at_ = facts_.steps;
  facts_.psnr_db = psnr;
  facts_.flip = score.flip;
  facts_.bytes = learner.bytes();
  facts_.psnr_curve.push_back(static_cast<float>(psnr));
  if (facts_.psnr_curve.size() > most_points) facts_.psnr_curve.erase(facts_.psnr_curve.begin() + 1);
  const bool better = !facts_.rivals.empty() && psnr > facts_.rivals.front().second;
  if (!better)
    facts_.passed.reset();
  else if (!facts_.passed)
    facts_.passed = facts_.steps;
}

void LiveTraining::count(const LearnerWork& work, double seconds) {
  const std::lock_guard lock(mutex_);
  facts_.seconds += seconds;
  for (const double loss : work.losses) {
    ++facts_.steps;
    smooth_loss_ = facts_.steps == 1 ? loss : smooth_loss_ + 0.1 * (loss - smooth_loss_);
    if (facts_.steps % stride_ == 0) facts_.losses.push_back(static_cast<float>(smooth_loss_));
    if (facts_.losses.size() < most_points) continue;
    for (std::size_t n = 0; n < most_points / 2; ++n) facts_.losses[n] = facts_.losses[2 * n + 1];
    facts_.losses.resize(most_points / 2);
    stride_ *= 2;
  }
  second_steps_ += static_cast<double>(work.losses.size());
  second_samples_ += work.samples;
  second_work_ += seconds;
  const double passed = seconds_since(second_began_);
  if (passed < 1 || second_steps_ == 0) return;
  facts_.steps_a_second = second_steps_ / passed;
  facts_.samples_a_second = second_samples_ / passed;
  facts_.step_ms = 1e3 * second_work_ / second_steps_;
  if (const auto joules = energy_.joules()) {
    facts_.watts = (*joules - second_joules_) / passed;
    second_joules_ = *joules;
  }
  second_steps_ = second_samples_ = second_work_ = 0;
  second_began_ = Clock::now();
}

void LiveTraining::fulfil(Learner& learner, const Wish& wish) {
  std::string message;
  bool anew = false;
  try {
    if (wish.kind == Wish::Kind::keep) {
      learner.keep(wish.file);
      message = fmt::format("kept what was learned as {}; {}", std::filesystem::absolute(wish.file).string(),
                            facts_.words.kept);
    } else {
      learner.restart(wish.file);
      anew = true;
      message =
          wish.file.empty() ? facts_.words.forgotten : fmt::format("goes on from {}", wish.file.string());
    }
  } catch (const core::Error& error) {
    message = error.what();
  }
  if (anew) {
    {
      const std::lock_guard lock(mutex_);
      facts_.steps = 0;
      facts_.seconds = 0;
      facts_.losses.clear();
      facts_.psnr_curve.clear();
      facts_.passed.reset();
      stride_ = 1;
    }
    look(learner);
  }
  const std::lock_guard lock(mutex_);
  message_ = message;
}

}  // namespace app
