#include "neural/train/trainer.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <utility>

#include "core/error.h"
#include "neural/train/window_loss.h"
#include "neural/upscale/frame_inputs.h"

namespace neural {
namespace {

/// The result of one frame in its backend's memory: the state that the next frame starts from, and its error.
struct FrameResult {
  FrameResult(Backend& backend, Size most)
      : carry(backend, most, most, true),
        output_memory(backend.allocate(area(most) * 4 * sizeof(float))),
        error_memory(backend.allocate(area(most) * 3 * sizeof(float))) {}
  float* output() const { return static_cast<float*>(output_memory->data()); }  ///< [4] linear
  float* error() const { return static_cast<float*>(error_memory->data()); }    ///< [3] display-encoded
  Carry<float> carry;
  std::unique_ptr<Memory> output_memory, error_memory;
};

}  // namespace

/// One element of the batch: its crop of a sequence in this round, and the result of its last window.
struct Trainer::Strand {
  const TrainingSequence* sequence = nullptr;
  Augmentation how;
  std::size_t first = 0;              ///< frame of the sequence that the round begins with
  std::size_t worker = 0;             ///< computes all windows of the round: the state stays on its backend
  std::unique_ptr<FrameResult> last;  ///< of the window before; null in the first
  std::vector<float> gradient;
  double loss = 0;
};

/// A backend and its tensors for a window: a step, a network and a result for every frame. The steps work in
/// the backend's memory, which the host reaches only by copies.
struct Trainer::Worker {
  Worker(const TrainerSettings& settings, const NetworkPlan& network_plan)
      : plan(network_plan),
        backend(settings.open()),
        parameters(*backend, plan),
        most{settings.crop, settings.crop},
        inputs(*backend, most),
        window_loss(*backend, static_cast<std::int64_t>(area(most))) {
    if (settings.unroll > LossView<float>::max_frames)
      core::fail("training unrolls {} frames at most", LossView<float>::max_frames);
    for (int n = 0; n < settings.unroll; ++n) {
      steps.push_back(std::make_unique<FrameStep<float>>(*backend, most, most, true));
      results.push_back(std::make_unique<FrameResult>(*backend, most));
      g_outputs.push_back(allocate(area(most) * 4));
      truths.push_back(reinterpret_cast<f16*>(allocate(area(most) * 2)));
    }
  }
  NetworkRun<float>& network(std::size_t frame, Size padded) {
    auto& runs = networks[{padded.width, padded.height}];
    while (runs.size() <= frame)
      runs.push_back(std::make_unique<NetworkRun<float>>(*backend, plan, parameters, padded, true));
    return *runs[frame];
  }
  /// Loads these weights unless those of `version` are already loaded.
  void load(const Weights& weights, long version) {
    if (loaded_version != version) parameters.load(weights.values);
    loaded_version = version;
  }
  /// Runs the frames of a strand's window and fills the results. Returns the cropped frames.
  std::vector<TrainingFrame> forward(Strand& strand, int window);
  /// Fills the errors of the results, and g_outputs from their outputs. Returns the mean loss.
  double loss(const LossSettings& settings, const std::vector<TrainingFrame>& frames,
              const FrameResult* before);
  void backward(Strand& strand, Size padded);
  /// Moves the window's last result to the strand, which keeps it on this backend.
  void keep_last(Strand& strand);
  float* allocate(std::size_t count) {
    memory.push_back(backend->allocate(count * sizeof(float)));
    return static_cast<float*>(memory.back()->data());
  }

  const NetworkPlan& plan;
  std::unique_ptr<Backend> backend;
  Parameters<float> parameters;
  long loaded_version = -1;  ///< of the weights in `parameters`
  Size most;                 ///< of a crop, in output pixels and thus in render pixels
  FrameInputs inputs;
  WindowLoss<float> window_loss;
  std::vector<std::unique_ptr<Memory>> memory;
  std::vector<std::unique_ptr<FrameStep<float>>> steps;
  std::vector<std::unique_ptr<FrameResult>> results, spare;
  std::vector<float*> g_outputs;
  std::map<std::pair<int, int>, std::vector<std::unique_ptr<NetworkRun<float>>>> networks;
  std::vector<f16*> truths;
  std::vector<Strand*> queue;  ///< the strands of this worker
  std::size_t done = 0;        ///< strands of the queue that are computed in this window
};

std::vector<TrainingFrame> Trainer::Worker::forward(Strand& strand, int window) {
  std::vector<TrainingFrame> cropped(steps.size());
  const FrameResult* before = strand.last.get();
  for (std::size_t n = 0; n < steps.size(); ++n) {
    int where[4];
    const std::size_t frame = strand.first + static_cast<std::size_t>(window) * steps.size() + n;
    cropped[n] = augment(strand.sequence->frames[frame], strand.how, where);
    if (!before) cropped[n].info.reset = true;
    steps[n]->forward(network(n, padded_size(cropped[n].info.render)), inputs.upload(cropped[n].io()),
                      before ? &before->carry : nullptr, results[n]->carry, results[n]->output(),
                      {where[0], where[1], where[2], where[3]});
    before = results[n].get();
  }
  return cropped;
}

double Trainer::Worker::loss(const LossSettings& settings, const std::vector<TrainingFrame>& frames,
                             const FrameResult* before) {
  const std::size_t pixels = area(frames.front().info.output);
  LossView<float> view;
  view.frames = static_cast<int>(frames.size());
  view.pixels = static_cast<std::int64_t>(pixels);
  view.temporal = static_cast<float>(settings.temporal);
  view.softness = static_cast<float>(settings.softness);
  for (std::size_t n = 0; n < frames.size(); ++n) {
    backend->copy_in(truths[n], frames[n].truth.data(), frames[n].truth.size() * sizeof(f16));
    view.outputs[n] = results[n]->output();
    view.truths[n] = truths[n];
    view.errors[n] = results[n]->error();
    view.gradients[n] = g_outputs[n];
  }
  if (before) view.previous_error = before->error();
  return window_loss(view);
}

void Trainer::Worker::backward(Strand& strand, Size padded) {
  parameters.zero_gradient();
  Carry<float>* past = strand.last ? &strand.last->carry : nullptr;
  if (past) past->zero_gradient();
  for (const auto& result : results) result->carry.zero_gradient();
  for (std::size_t n = results.size(); n-- > 0;)
    steps[n]->backward(network(n, padded), g_outputs[n], n ? &results[n - 1]->carry : past,
                       results[n]->carry);
  parameters.read_gradient(strand.gradient);
}

void Trainer::Worker::keep_last(Strand& strand) {
  if (!strand.last && spare.empty()) spare.push_back(std::make_unique<FrameResult>(*backend, most));
  if (!strand.last) {
    strand.last = std::move(spare.back());
    spare.pop_back();
  }
  std::swap(strand.last, results.back());
}

Trainer::Trainer(TrainerSettings settings, Weights start)
    : settings_(std::move(settings)),
      weights_(std::move(start)),
      average_(weights_),
      random_(settings_.seed) {
  expect_fit(weights_);
  const int count = std::clamp(settings_.threads, 1, settings_.batch);
  for (int i = 0; i < count; ++i) workers_.push_back(std::make_unique<Worker>(settings_, plan_));
  for (int i = 0; i < settings_.batch; ++i) {
    strands_.push_back(std::make_unique<Strand>());
    strands_.back()->gradient.resize(plan_.parameter_count());
  }
}

Trainer::~Trainer() = default;

void Trainer::expect_fit(const Weights& weights) const {
  if (weights.values.size() != plan_.parameter_count())
    core::fail("the network has {} parameters and training starts with {}", plan_.parameter_count(),
               weights.values.size());
}

void Trainer::restart(Weights start) {
  expect_fit(start);
  abandon_round();
  weights_ = std::move(start);
  average_ = weights_;
  ++weights_version_;
  adam_ = {};
  random_ = core::Random(settings_.seed);
}

std::string Trainer::description() const {
  return fmt::format("{} x {}", workers_.size(), workers_.front()->backend->description());
}

void Trainer::expect_between_rounds(const char* what) const {
  if (in_round_) core::fail("{} within a round of training: only between rounds", what);
}

void Trainer::expect_fit(const TrainingSequence& sequence) const {
  check_sequence(sequence);
  if (sequence.validation) return;
  const FrameInfo& info = sequence.frames.front().info;
  if (static_cast<int>(sequence.frames.size()) < settings_.unroll * settings_.windows)
    core::fail("the sequence of '{}' has {} frames where training needs {} (capture --frames {})",
               sequence.scene, sequence.frames.size(), settings_.unroll * settings_.windows,
               settings_.unroll * settings_.windows);
  const int step = std::max(crop_step(info.output.width, info.render.width),
                            crop_step(info.output.height, info.render.height));
  if (step > settings_.crop)
    core::fail(
        "the sequence of '{}', {}x{} pixels drawn at {}x{}, has no crop of {} output pixels: those of {} and "
        "more "
        "fit it (--crop {}; or capture sequences of 240 pixels, where small crops fit)",
        sequence.scene, info.output.width, info.output.height, info.render.width, info.render.height,
        settings_.crop, step, step);
}

void Trainer::add(TrainingSequence sequence) {
  expect_between_rounds("a sequence was added");
  expect_fit(sequence);
  (sequence.validation ? validation_ : training_).push_back(std::move(sequence));
}

void Trainer::choose(Strand& strand) {
  strand.sequence = &training_[static_cast<std::size_t>(random_.below(static_cast<int>(training_.size())))];
  const FrameInfo& info = strand.sequence->frames.front().info;
  // Take the largest crop of whole steps that fits both the picture and the crop size.
  const auto axis = [&](int render, int output, int& position, int& size) {
    const int step = crop_step(render, output), output_step = output / (render / step);
    const int steps = std::min(render / step, std::max(1, settings_.crop / output_step));
    size = steps * step;
    position = step * random_.below(render / step - steps + 1);
  };
  Augmentation& how = strand.how;
  axis(info.render.width, info.output.width, how.x, how.width);
  axis(info.render.height, info.output.height, how.y, how.height);
  how.transpose = random_.below(2);
  how.flip_x = random_.below(2);
  how.flip_y = random_.below(2);
  how.gain = static_cast<float>(std::exp2(random_.uniform(-1.5, 1)));
  for (int c = 0; c < 3; ++c) how.channels[c] = c;
  if (random_.below(2)) std::swap(how.channels[0], how.channels[random_.below(3)]);
  const int spare = static_cast<int>(strand.sequence->frames.size()) - settings_.unroll * settings_.windows;
  strand.first = static_cast<std::size_t>(random_.below(spare + 1));
}

/// Assigns the strands of this round to workers, the costliest first to the worker with the least work. Each
/// worker's strands are in the order of their cost.
void Trainer::share_out() {
  for (auto& strand : strands_)
    if (strand->last) workers_[strand->worker]->spare.push_back(std::move(strand->last));
  std::vector<Strand*> order;
  for (auto& strand : strands_) order.push_back(strand.get());
  const auto cost = [](const Strand* s) { return s->how.width * s->how.height; };
  std::stable_sort(order.begin(), order.end(),
                   [&](const Strand* a, const Strand* b) { return cost(a) > cost(b); });
  std::vector<int> load(workers_.size());
  for (auto& worker : workers_) worker->queue.clear(), worker->done = 0;
  for (Strand* strand : order) {
    const auto least = std::min_element(load.begin(), load.end());
    *least += cost(strand);
    strand->worker = static_cast<std::size_t>(least - load.begin());
    workers_[strand->worker]->queue.push_back(strand);
  }
}

void Trainer::begin_round(double progress) {
  expect_between_rounds("a round was begun");
  if (training_.empty()) core::fail("there is no sequence to train on");
  for (auto& strand : strands_) choose(*strand);
  share_out();
  round_cosine_ = 0.5 + 0.5 * std::cos(std::numbers::pi * std::clamp(progress, 0.0, 1.0));
  window_ = 0;
  in_round_ = true;
}

std::size_t Trainer::units_left(std::size_t worker) const {
  return workers_[worker]->queue.size() - workers_[worker]->done;
}

bool Trainer::window_done() const {
  return std::all_of(workers_.begin(), workers_.end(), [](auto& w) { return w->done == w->queue.size(); });
}

void Trainer::run_unit(std::size_t worker) {
  Worker& w = *workers_[worker];
  Strand& strand = *w.queue[w.done];
  w.load(weights_, weights_version_);
  const std::vector<TrainingFrame> frames = w.forward(strand, window_);
  strand.loss = w.loss(settings_.loss, frames, strand.last.get());
  w.backward(strand, padded_size(frames.front().info.render));
  w.keep_last(strand);
  ++w.done;
}

StepReport Trainer::finish_step() {
  StepReport report;
  std::vector<float> gradient(plan_.parameter_count());
  for (const auto& strand : strands_) {
    report.loss += strand->loss / static_cast<double>(strands_.size());
    const float weight =
        static_cast<float>(weight_of(settings_.loss, strand->loss) / static_cast<double>(strands_.size()));
    for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] += strand->gradient[i] * weight;
  }
  // The first steps are short, because Adam's second moment is still unknown.
  const double warm = std::min(1.0, static_cast<double>(adam_.steps + 1) / 50);
  report.rate = settings_.adam.rate * warm * (settings_.min_rate + (1 - settings_.min_rate) * round_cosine_);
  adam_step(settings_.adam, report.rate, weights_.values, gradient, adam_);
  ++weights_version_;
  report.step = adam_.steps;
  const double steps = static_cast<double>(adam_.steps),
               kept = std::min(settings_.averaging, steps / (10 + steps));
  for (std::size_t i = 0; i < gradient.size(); ++i)
    average_.values[i] += static_cast<float>(1 - kept) * (weights_.values[i] - average_.values[i]);
  for (auto& worker : workers_) worker->done = 0;
  in_round_ = ++window_ < settings_.windows;
  return report;
}

ValidationErrors Trainer::validate(std::size_t worker, std::size_t sequence, const Weights& weights,
                                   const ValidationVisit& visit) {
  expect_between_rounds("validation was asked for");
  Worker& w = *workers_[worker];
  w.parameters.load(weights.values);
  w.loaded_version = -1;
  return validate_sequence(*w.backend, plan_, w.parameters, validation_[sequence], sequence, visit);
}

}  // namespace neural
