#include "app/train/network_learner.h"

#include <fmt/core.h>

#include <utility>

#include "app/open/scene_and_device.h"
#include "app/train/scene_variety.h"
#include "app/train/training_backend.h"
#include "app/train/training_record.h"
#include "app/train/validation_scores.h"
#include "core/clock.h"
#include "core/error.h"
#include "neural/upscale/plan.h"

namespace app {
namespace {

/// So loud that the picture is several dB below bilinear, and not so loud that no step moves it: a gain of 8
/// begins at 28.1 dB on the courtyard, 30 at 25.5, and with 1000 nothing is learned in 90 steps.
constexpr double noise_gain = 30;
/// The learning rate falls to a half within so many seconds, and on without an end.
constexpr double half_rate_seconds = 300;
constexpr long steps_an_example = 40;  ///< are taken for each that is added
constexpr int held_out_frames = 16;    ///< the first 8 are not scored

neural::TrainerSettings with_backend(neural::TrainerSettings trainer, Settings settings) {
  trainer.seed = static_cast<std::uint64_t>(settings.run.seed);
  if (settings.run.backend == Backend::vulkan) settings.run.backend = Backend::automatic;
  choose_training_backend(trainer, settings);
  return trainer;
}

}  // namespace

neural::TrainerSettings NetworkLearnerOptions::default_trainer() {
  neural::TrainerSettings trainer;
  trainer.threads = 1;  // the window needs the other cores
  // Small steps: what counts is how soon something is seen, not how good the weights can become.
  trainer.batch = 2;
  trainer.unroll = 3;
  trainer.windows = 4;
  trainer.crop = 64;
  trainer.adam.rate = 4e-3;
  return trainer;
}

neural::Weights NetworkLearner::noise(std::uint64_t seed) {
  return neural::noise_weights(seed, neural::upscaler_plan(), noise_gain);
}

NetworkLearner::NetworkLearner(scene::Scene scene, const Settings& settings,
                               const NetworkLearnerOptions& options,
                               const std::function<void(const std::string&)>& told)
    : options_(options),
      trainer_(with_backend(options.trainer, settings)),
      session_(trainer_, noise(trainer_.seed)),
      start_(session_.weights()),
      random_(trainer_.seed + 3000),
      settings_(settings),
      scene_(std::move(scene)) {
  const auto tell = [&](const std::string& what) {
    if (told) told(what);
  };
  tell("opening a device to draw examples");
  settings_.run.validation = settings.run.validation;
  device_ = open_device(settings_);
  add_thrown_pieces(scene_, random_);
  tell("drawing the view that is held out");
  maker_ = std::make_unique<SequenceMaker>(*device_, scene_, settings_, options_.held_out_size);
  add_example(true);
  maker_.reset();
  maker_ = std::make_unique<SequenceMaker>(*device_, scene_, settings_, options_.size);
  for (int n = 1; n <= options_.examples; ++n) {
    tell(fmt::format("drawing example {} of {}", n, options_.examples));
    add_example(false);
  }
}

NetworkLearner::~NetworkLearner() = default;

void NetworkLearner::add_example(bool held_out) {
  SequenceShape shape;
  shape.size = held_out ? options_.held_out_size : options_.size;
  shape.scale = options_.scale;
  shape.frames = held_out ? held_out_frames : trainer_.unroll * trainer_.windows;
  shape.samples = options_.samples;
  neural::TrainingSequence sequence = maker_->make(shape, random_);
  sequence.validation = held_out;
  session_.add(std::move(sequence));
}

std::pair<int, int> NetworkLearner::examples() const {
  return {static_cast<int>(session_.sequence_count()), options_.most_examples};
}

/// Adds an example where one is due, and lets go of what draws them where there are enough.
void NetworkLearner::look_at_more() {
  if (!maker_ || !at_rest()) return;
  if (examples().first < options_.most_examples) {
    if (session_.steps() >= steps_an_example * (examples().first + 1)) add_example(false);
    return;
  }
  maker_.reset();
  device_.reset();
  const std::string name = scene_.name;
  scene_ = {};  // a town is hundreds of megabytes
  scene_.name = name;
}

LearnerWork NetworkLearner::work(double seconds) {
  const auto start = core::Clock::now();
  const neural::SessionReport report = session_.step(seconds, seconds_ / (seconds_ + half_rate_seconds));
  seconds_ += core::seconds_since(start);
  LearnerWork work;
  for (const neural::StepReport& step : report.steps) work.losses.push_back(step.loss);
  work.samples = static_cast<double>(report.steps.size()) * trainer_.batch * trainer_.unroll * trainer_.crop *
                 trainer_.crop;
  look_at_more();
  return work;
}

std::string NetworkLearner::learn_for(double seconds) {
  const double until = seconds_ + seconds, before = score().psnr_db;
  while (seconds_ < until) work(neural::TrainingSession::whole_round);
  const Rivals others = rivals();
  return fmt::format(
      "After {} steps in {:.0f} seconds a view that it never learned from has {:.2f} dB; noise had {:.2f}, "
      "{} "
      "has {:.2f} and {} {:.2f}.",
      session_.steps(), seconds_, score().psnr_db, before, others[0].first, others[0].second, others[1].first,
      others[1].second);
}

LearnedScore NetworkLearner::score() {
  return {session_.validate(*session_.weights_snapshot()).psnr_db};
}

Rivals NetworkLearner::rivals() {
  const auto compared = compare_on_validation(session_, *session_.weights_snapshot());
  if (!compared) core::fail("there is no held-out view to compare on");
  return {{"bilinear", compared->bilinear.psnr_db}, {"taau", compared->taau.psnr_db}};
}

void NetworkLearner::keep(const std::filesystem::path& file) {
  neural::Weights weights = *session_.weights_snapshot();
  TrainingRecord record{.command = "the window's station Learning",
                        .init = from_,
                        .note = scene_.name,
                        .of_minutes = seconds_ / 60,
                        .progress = {.seconds = seconds_, .best_step = session_.steps(), .best_scores = {}}};
  record.progress.best_scores.psnr_db = score().psnr_db;
  weights.metadata["training"] = training_record(record, session_, trainer_, start_);
  neural::save_weights(file, weights);
}

void NetworkLearner::restart(const std::filesystem::path& file) {
  neural::Weights start = file.empty() ? noise(trainer_.seed) : neural::load_weights(file);
  session_.restart(start);
  start_ = std::move(start);
  from_ = file.empty() ? "noise" : file.string();
  seconds_ = 0;
}

LearnerWords NetworkLearner::words() {
  return {.before = "The picture is what noise makes of the frame.",
          .examples =
              "crops of this scene, rasterized coarsely and with 16 samples a pixel: what goes in and what "
              "should "
              "come out",
          .race =
              "A view of this scene that is held out: the bars say how close each picture of it is to 16 "
              "samples a "
              "pixel. Higher is better.",
          .samples =
              "A step moves every weight once. A sample is an output pixel that was compared with its truth.",
          .keep = "write the weights to a file here",
          .kept = "--weights takes it",
          .forgotten = "everything is forgotten: the network is noise again"};
}

}  // namespace app
