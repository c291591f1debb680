#include "neural/train/trainer.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <exception>
#include <map>
#include <mutex>
#include <numbers>
#include <thread>

#include "core/error.h"
#include "neural/train/window_loss.h"
#include "neural/upscale/frame_inputs.h"

namespace neural {
namespace {

constexpr int unscored_frames = 8;  ///< of a validation sequence, as `evaluate` does

void send(Backend& backend, float* memory, const std::vector<float>& host) {
  backend.copy_in(memory, host.data(), host.size() * sizeof(float));
}
void fetch(Backend& backend, std::vector<float>& host, const float* memory, std::size_t count) {
  host.resize(count);
  backend.copy_out(host.data(), memory, count * sizeof(float));
}

}  // namespace

/// One thread's tensors: a step and a network for every frame of a window. What the steps work on is the
/// backend's memory, which the host reaches by copies alone.
struct Trainer::Worker {
  Worker(const TrainerSettings& settings, const NetworkPlan& network_plan)
      : plan(network_plan),
        backend(settings.open()),
        parameters(*backend, plan),
        inputs(*backend, {settings.crop, settings.crop}),
        window_loss(*backend, std::int64_t{settings.crop} * settings.crop) {
    const Size most{settings.crop, settings.crop};
    for (int n = 0; n < settings.unroll; ++n) {
      steps.push_back(std::make_unique<FrameStep<float>>(*backend, most, most, true));
      carries.push_back(std::make_unique<Carry<float>>(*backend, most, most, true));
      outputs.push_back(allocate(area(most) * 4));
      g_outputs.push_back(allocate(area(most) * 4));
    }
    carry_in = std::make_unique<Carry<float>>(*backend, most, most, true);
    output_in = allocate(area(most) * 4);
    g_output_in = allocate(area(most) * 4);
    if (settings.unroll > LossView<float>::max_frames)
      core::fail("training unrolls {} frames at most", LossView<float>::max_frames);
    for (int n = 0; n < settings.unroll; ++n) {
      truths.push_back(reinterpret_cast<f16*>(allocate(area(most) * 2)));
      errors.push_back(allocate(area(most) * 3));
    }
    error_in = allocate(area(most) * 3);
  }
  NetworkRun<float>& network(std::size_t frame, Size padded) {
    auto& runs = networks[{padded.width, padded.height}];
    while (runs.size() <= frame)
      runs.push_back(std::make_unique<NetworkRun<float>>(*backend, plan, parameters, padded, true));
    return *runs[frame];
  }
  /// Fills g_outputs from the outputs; `error` is that of the frame before, and then that of the last.
  double loss(const LossSettings& settings, const std::vector<TrainingFrame>& frames,
              std::vector<float>& error);
  float* allocate(std::size_t count) {
    memory.push_back(backend->allocate(count * sizeof(float)));
    return static_cast<float*>(memory.back()->data());
  }

  const NetworkPlan& plan;
  std::unique_ptr<Backend> backend;
  Parameters<float> parameters;
  FrameInputs inputs;
  WindowLoss<float> window_loss;
  std::vector<std::unique_ptr<Memory>> memory;
  std::vector<std::unique_ptr<FrameStep<float>>> steps;
  std::vector<std::unique_ptr<Carry<float>>> carries;
  std::vector<float*> outputs, g_outputs;
  // What the window before left, and gradients that the truncation drops.
  std::unique_ptr<Carry<float>> carry_in;
  float *output_in = nullptr, *g_output_in = nullptr;
  std::map<std::pair<int, int>, std::vector<std::unique_ptr<NetworkRun<float>>>> networks;
  std::vector<f16*> truths;
  std::vector<float*> errors;
  float* error_in = nullptr;
};

/// One element of the batch: what it looks at, and its state between windows.
struct Trainer::Lane {
  const TrainingSequence* sequence = nullptr;
  Augmentation how;
  std::size_t first = 0;
  // Carried from window to window, on the host.
  FrameInfo info;
  bool valid = false;
  std::vector<float> depth, state, count, output, error;
  // Of the last window.
  std::vector<float> gradient;
  double loss = 0;
};

double Trainer::Worker::loss(const LossSettings& settings, const std::vector<TrainingFrame>& frames,
                             std::vector<float>& error) {
  const std::size_t pixels = area(frames.front().info.output);
  LossView<float> view;
  view.frames = static_cast<int>(frames.size());
  view.pixels = static_cast<std::int64_t>(pixels);
  view.temporal = static_cast<float>(settings.temporal);
  view.softness = static_cast<float>(settings.softness);
  for (std::size_t n = 0; n < frames.size(); ++n) {
    backend->copy_in(truths[n], frames[n].truth.data(), frames[n].truth.size() * sizeof(f16));
    view.outputs[n] = outputs[n];
    view.truths[n] = truths[n];
    view.errors[n] = errors[n];
    view.gradients[n] = g_outputs[n];
  }
  if (!error.empty()) {
    send(*backend, error_in, error);
    view.previous_error = error_in;
  }
  const double loss = window_loss(view);
  fetch(*backend, error, errors[frames.size() - 1], pixels * 3);
  return loss;
}

Trainer::Trainer(TrainerSettings settings, Weights start)
    : settings_(std::move(settings)),
      weights_(std::move(start)),
      average_(weights_),
      random_(settings_.seed) {
  if (weights_.values.size() != plan_.parameter_count())
    core::fail("the network has {} parameters and training starts with {}", plan_.parameter_count(),
               weights_.values.size());
  const int count = std::clamp(settings_.threads, 1, settings_.batch);
  for (int i = 0; i < count; ++i) workers_.push_back(std::make_unique<Worker>(settings_, plan_));
  for (int i = 0; i < settings_.batch; ++i) {
    lanes_.push_back(std::make_unique<Lane>());
    lanes_.back()->gradient.resize(plan_.parameter_count());
  }
}

Trainer::~Trainer() = default;

std::string Trainer::description() const {
  return fmt::format("{} x {}", workers_.size(), workers_.front()->backend->description());
}

void Trainer::add(TrainingSequence sequence) {
  check_sequence(sequence);
  if (sequence.validation) {
    validation_.push_back(std::move(sequence));
    return;
  }
  const FrameInfo& info = sequence.frames.front().info;
  if (static_cast<int>(sequence.frames.size()) < settings_.unroll * settings_.windows)
    core::fail("the sequence of '{}' has {} frames where training needs {}", sequence.scene,
               sequence.frames.size(), settings_.unroll * settings_.windows);
  if (crop_step(info.output.width, info.render.width) > settings_.crop ||
      crop_step(info.output.height, info.render.height) > settings_.crop)
    core::fail("the sequence of '{}' has a scale that no crop of {} pixels fits", sequence.scene,
               settings_.crop);
  training_.push_back(std::move(sequence));
}

void Trainer::choose(Lane& lane) {
  lane.sequence = &training_[static_cast<std::size_t>(random_.below(static_cast<int>(training_.size())))];
  const FrameInfo& info = lane.sequence->frames.front().info;
  // Largest crop of whole steps that fits both the picture and the crop size.
  const auto axis = [&](int render, int output, int& position, int& size) {
    const int step = crop_step(render, output), output_step = output / (render / step);
    const int steps = std::min(render / step, std::max(1, settings_.crop / output_step));
    size = steps * step;
    position = step * random_.below(render / step - steps + 1);
  };
  Augmentation& how = lane.how;
  axis(info.render.width, info.output.width, how.x, how.width);
  axis(info.render.height, info.output.height, how.y, how.height);
  how.transpose = random_.below(2);
  how.flip_x = random_.below(2);
  how.flip_y = random_.below(2);
  how.gain = static_cast<float>(std::exp2(random_.uniform(-1.5, 1)));
  for (int c = 0; c < 3; ++c) how.channels[c] = c;
  if (random_.below(2)) std::swap(how.channels[0], how.channels[random_.below(3)]);
  const int spare = static_cast<int>(lane.sequence->frames.size()) - settings_.unroll * settings_.windows;
  lane.first = static_cast<std::size_t>(random_.below(spare + 1));
  lane.valid = false;
  lane.error.clear();
}

void Trainer::window_of(Lane& lane, Worker& w, int window) {
  const auto frames = static_cast<std::size_t>(settings_.unroll);
  Backend& backend = *w.backend;
  Carry<float>* past = nullptr;
  if (lane.valid) {
    past = w.carry_in.get();
    past->info = lane.info;
    past->valid = true;
    send(backend, past->depth, lane.depth);
    send(backend, past->state, lane.state);
    send(backend, past->count, lane.count);
    send(backend, w.output_in, lane.output);
    past->zero_gradient();
  }
  w.parameters.load(weights_.values);
  w.parameters.zero_gradient();
  std::vector<TrainingFrame> cropped(frames);
  std::size_t pixels = 0, render_pixels = 0;
  Size padded;
  for (std::size_t n = 0; n < frames; ++n) {
    int where[4];
    cropped[n] = augment(lane.sequence->frames[lane.first + static_cast<std::size_t>(window) * frames + n],
                         lane.how, where);
    if (window == 0 && n == 0) cropped[n].info.reset = true;
    padded = padded_size(cropped[n].info.render);
    pixels = area(cropped[n].info.output);
    render_pixels = area(cropped[n].info.render);
    const float* history = n ? w.outputs[n - 1] : (lane.valid ? w.output_in : nullptr);
    const Carry<float>* before = n ? w.carries[n - 1].get() : past;
    w.steps[n]->forward(w.network(n, padded), w.inputs.upload(cropped[n].io()), before, *w.carries[n],
                        history, w.outputs[n], {where[0], where[1], where[2], where[3]});
  }
  lane.loss = w.loss(settings_.loss, cropped, lane.error);
  for (auto& carry : w.carries) carry->zero_gradient();
  for (std::size_t n = frames; n-- > 0;) {
    Carry<float>* before = n ? w.carries[n - 1].get() : past;
    w.steps[n]->backward(w.network(n, padded), w.g_outputs[n], before, *w.carries[n],
                         n ? w.g_outputs[n - 1] : w.g_output_in);
  }
  w.parameters.read_gradient(lane.gradient);

  const Carry<float>& last = *w.carries.back();
  lane.info = last.info;
  lane.valid = true;
  fetch(backend, lane.depth, last.depth, render_pixels);
  fetch(backend, lane.state, last.state, render_pixels * state_channels);
  fetch(backend, lane.count, last.count, pixels);
  fetch(backend, lane.output, w.outputs.back(), pixels * 4);
}

template <typename Body>
void Trainer::on_workers(std::size_t count, const Body& body) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr first;
  std::mutex mutex;
  const auto work = [&](Worker& worker) {
    try {
      for (std::size_t i = next++; i < count; i = next++) body(i, worker);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!first) first = std::current_exception();
      next = count;
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 1; t < workers_.size(); ++t) threads.emplace_back(work, std::ref(*workers_[t]));
    work(*workers_[0]);
  }
  if (first) std::rethrow_exception(first);
}

std::vector<StepReport> Trainer::round(double progress) {
  if (training_.empty()) core::fail("there is no sequence to train on");
  for (auto& lane : lanes_) choose(*lane);
  // The costliest first, so that the workers end together.
  std::vector<Lane*> queue;
  for (auto& lane : lanes_) queue.push_back(lane.get());
  std::stable_sort(queue.begin(), queue.end(), [](const Lane* a, const Lane* b) {
    return a->how.width * a->how.height > b->how.width * b->how.height;
  });
  const double cosine = 0.5 + 0.5 * std::cos(std::numbers::pi * std::clamp(progress, 0.0, 1.0));
  std::vector<StepReport> reports;
  std::vector<float> gradient(plan_.parameter_count());
  for (int window = 0; window < settings_.windows; ++window) {
    const auto start = std::chrono::steady_clock::now();
    on_workers(queue.size(), [&](std::size_t i, Worker& worker) { window_of(*queue[i], worker, window); });
    StepReport report;
    std::fill(gradient.begin(), gradient.end(), 0.0f);
    for (const auto& lane : lanes_) {
      report.loss += lane->loss / static_cast<double>(lanes_.size());
      for (std::size_t i = 0; i < gradient.size(); ++i)
        gradient[i] += lane->gradient[i] / static_cast<float>(lanes_.size());
    }
    // The first steps are short: Adam's second moment knows nothing yet.
    const double warm = std::min(1.0, static_cast<double>(adam_.steps + 1) / 50);
    report.rate = settings_.adam.rate * warm * (settings_.min_rate + (1 - settings_.min_rate) * cosine);
    adam_step(settings_.adam, report.rate, weights_.values, gradient, adam_);
    report.step = adam_.steps;
    const double steps = static_cast<double>(adam_.steps),
                 kept = std::min(settings_.averaging, steps / (10 + steps));
    for (std::size_t i = 0; i < gradient.size(); ++i)
      average_.values[i] += static_cast<float>(1 - kept) * (weights_.values[i] - average_.values[i]);
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    reports.push_back(report);
  }
  return reports;
}

ValidationReport Trainer::validate(const Weights& weights, const Visit& visit) {
  std::vector<double> squares(validation_.size()), changes(validation_.size());
  std::vector<std::size_t> counts(validation_.size()), change_counts(validation_.size());
  on_workers(validation_.size(), [&](std::size_t i, Worker& w) {
    const TrainingSequence& sequence = validation_[i];
    const FrameInfo& info = sequence.frames.front().info;
    w.parameters.load(weights.values);
    FrameStep<float> step(*w.backend, info.render, info.output, false);
    Carry<float> carries[2] = {{*w.backend, info.render, info.output, false},
                               {*w.backend, info.render, info.output, false}};
    NetworkRun<float> network(*w.backend, plan_, w.parameters, padded_size(info.render), false);
    FrameInputs inputs(*w.backend, info.render);
    const std::size_t values = area(info.output) * 4;
    const std::unique_ptr<Memory> memory[2] = {w.backend->allocate(values * sizeof(float)),
                                               w.backend->allocate(values * sizeof(float))};
    const auto output_of = [&](std::size_t n) { return static_cast<float*>(memory[n % 2]->data()); };
    std::vector<float> picture, before;
    for (std::size_t n = 0; n < sequence.frames.size(); ++n) {
      const TrainingFrame& frame = sequence.frames[n];
      step.forward(network, inputs.upload(frame.io()), n ? &carries[(n + 1) % 2] : nullptr, carries[n % 2],
                   n ? output_of(n + 1) : nullptr, output_of(n));
      fetch(*w.backend, picture, output_of(n), values);
      std::vector<float> error = display_error(picture.data(), frame.truth.data(), area(info.output));
      for (std::size_t k = 0; n >= unscored_frames && k < error.size(); ++k) {
        squares[i] += static_cast<double>(error[k]) * static_cast<double>(error[k]);
        ++counts[i];
        if (n == unscored_frames) continue;
        const double d = static_cast<double>(error[k]) - static_cast<double>(before[k]);
        changes[i] += d * d;
        ++change_counts[i];
      }
      if (visit && n >= unscored_frames) visit(i, frame, picture.data());
      before = std::move(error);
    }
  });
  double square = 0, change = 0;
  std::size_t count = 0, change_count = 0;
  for (std::size_t i = 0; i < validation_.size(); ++i) {
    square += squares[i], change += changes[i];
    count += counts[i], change_count += change_counts[i];
  }
  return {psnr_of_errors(square, count), psnr_of_errors(change, change_count)};
}

}  // namespace neural
